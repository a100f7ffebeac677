# fuzz: libFuzzer drivers, x_fuzz.c beside the code, FUZZ_TIME seconds each, two at a time. Seeds: tests/corpus/x.
FUZZSRC   := $(wildcard passes/*/*_fuzz.c passes/lift/*/*_fuzz.c formats/*_fuzz.c jit/*_fuzz.c jit/host/*/*_fuzz.c \
             aotc/*_fuzz.c runtime/*_fuzz.c)
FUZZBIN   := $(patsubst %.c,$(O)/fuzz/%,$(FUZZSRC))
FUZZ_TIME ?= 30
FUZZO     := $(O)/fuzz/build
FUZZFLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
# What a driver needs beside the libraries.
FUZZ_EXTRA_image_fuzz    := tests/hostile/image_probe.o tests/hostile/mutate.o
FUZZ_EXTRA_discover_fuzz := $(addprefix aotc/,discover.o layout.o constscan.o)
FUZZ_EXTRA_ldcache_fuzz  := aotc/ldcache.o
FUZZ_EXTRA_load_fuzz     := $(patsubst %.c,%.o,$(filter-out %/main.c,$(SRC_runtime)))
FUZZ_EXTRA_options_fuzz  := $(FUZZ_EXTRA_load_fuzz)
FUZZ_BESIDE   := $(addprefix $(FUZZO)/obj/,$(sort $(foreach v,$(filter FUZZ_EXTRA_%,$(.VARIABLES)),$($(v)))))

$(O)/fuzz/%_fuzz: %_fuzz.c fuzz-libs
	@mkdir -p $(@D)
	@echo "  FUZZ $@"
	$(Q)clang $(LINT_WARN) $(FUZZFLAGS) -o $@ $< $(addprefix $(FUZZO)/obj/,$(FUZZ_EXTRA_$(@F))) \
	    -Wl,--start-group $(patsubst $(O)/%,$(FUZZO)/%,$(LINKLIBS)) -Wl,--end-group -lelf -llmdb -lzstd -lxxhash -lsodium -lpthread -lm
.PHONY: fuzz fuzz-libs fuzz-bins
fuzz-libs: | $(GEN)
	@$(MAKE) --no-print-directory O=$(FUZZO) CC=clang VARIANT=fuzz $(patsubst $(O)/%,$(FUZZO)/%,$(LINKLIBS)) $(FUZZ_BESIDE)
fuzz-bins: $(FUZZBIN)
fuzz: $(FUZZBIN)
	@tests/corpus/fuzz $(O)/fuzz $(FUZZ_TIME) $(FUZZBIN)
