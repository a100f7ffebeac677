# One non-recursive Makefile. `make help` lists the targets; everything built lands below $(O).
O        ?= build
CC       ?= gcc
ifeq ($(origin CC),default)
CC       := gcc
endif
VARIANT  ?= release
PREFIX   ?= /usr/local
V        ?= 0
Q        := $(if $(filter 1,$(V)),,@)

OPT.release  := -O2 -g
OPT.debug    := -O0 -g3 -DAOTC_DEBUG
OPT.asan     := -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined -DAOTC_DEBUG
OPT.ubsan    := -O1 -g -fsanitize=undefined -fno-sanitize-recover=undefined -DAOTC_DEBUG
OPT.tsan     := -O1 -g -fsanitize=thread -include tests/tsan.h -Wno-format-truncation -Wno-stringop-truncation
OPT.fuzz     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -DAOTC_DEBUG
OPT.coverage := -O0 -g --coverage -DAOTC_COVERAGE
WARN     := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter
# HOST=aarch64: aotrun and difftool for an AArch64 machine, by Debian's cross compiler and the libraries that tests/fetch-arm64 unpacks in
# SYSROOT. Images for it come from this machine's aotc (build --host=aarch64).
HOST     ?= $(shell uname -m)
PIE      := -pie
ifneq ($(HOST),$(shell uname -m))
CROSS    := 1
PIE      := -static-pie
CC       := $(HOST)-linux-gnu-gcc
AR       := $(HOST)-linux-gnu-ar
SYSROOT  ?= $(if $(AOTC_TEST_CACHE),$(AOTC_TEST_CACHE),build/cache)/$(HOST)-libs
CFLAGS   += -isystem $(SYSROOT)/usr/include
LDFLAGS  += -L$(SYSROOT)/usr/lib/$(HOST)-linux-gnu
endif
CFLAGS   += -std=gnu17 $(WARN) $(OPT.$(VARIANT)) -fPIE -fno-strict-aliasing -I. -I$(O)/gen -D_GNU_SOURCE
LDFLAGS  += $(filter -fsanitize%,$(OPT.$(VARIANT))) $(filter --coverage,$(OPT.$(VARIANT)))

# ---- sources: each folder is one static library ----
srcs      = $(filter-out %_test.c %_fuzz.c %/defgen.c,$(wildcard $(addsuffix /*.c,$(1))))
SRC_ir      := $(call srcs,passes/ir)
SRC_lift    := $(call srcs,passes/lift passes/lift/riscv64 passes/lift/aarch64)
SRC_opt     := $(call srcs,passes/opt)
SRC_jit     := $(call srcs,jit jit/host jit/host/x86_64 jit/host/aarch64)
SRC_formats := $(call srcs,formats)
SRC_aotc    := $(call srcs,aotc)
SRC_runtime := $(call srcs,runtime runtime/linux)
LIBS        := ir lift opt jit formats
OBJ          = $(patsubst %.c,$(O)/obj/%.o,$(SRC_$(1)))
LIBA         = $(foreach l,$(LIBS),$(O)/lib$(l).a)
# Link order: an arrow may only point down.
LINKLIBS    := $(O)/libjit.a $(O)/libopt.a $(O)/liblift.a $(O)/libir.a $(O)/libformats.a
GEN         := $(O)/gen/passes/lift/riscv64/riscv64_gen.h $(O)/gen/passes/lift/aarch64/aarch64_gen.h $(O)/gen/fingerprint.h

.PHONY: all
all: $(if $(CROSS),,$(O)/aotc) $(O)/aotrun

define lib_rule
$(O)/lib$(1).a: $(call OBJ,$(1))
	$$(Q)rm -f $$@ && $(AR) rcsD $$@ $$^
endef
AR ?= ar
$(foreach l,$(LIBS),$(eval $(call lib_rule,$(l))))

$(O)/obj/%.o: %.c | $(GEN)
	@mkdir -p $(@D)
	@$(if $(filter 1,$(V)),,echo "  CC $<")
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- generated tables ----
$(O)/defgen: passes/lift/defgen.c passes/lift/riscv64/riscv64.def passes/lift/aarch64/aarch64.def passes/lift/aarch64/aarch64.h
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu17 -O1 -Wall -Wextra -I. -o $@ passes/lift/defgen.c
$(O)/gen/passes/lift/%_gen.h: $(O)/defgen
	@mkdir -p $(@D)
	$(Q)$(O)/defgen $(*F) > $@.tmp && mv $@.tmp $@

# The compiler fingerprint covers every source that can change what is emitted.
FPSRC := $(sort $(wildcard passes/ir/*.[ch] passes/ir/*.def passes/lift/*.[ch] passes/lift/*/*.[ch] passes/lift/*/*.def passes/opt/*.[ch] \
         passes/opt/*.def jit/*.[ch] jit/*.def jit/host/*.[ch] jit/host/*/*.[ch] jit/host/*/*.def))
$(O)/gen/fingerprint.h: $(FPSRC)
	@mkdir -p $(@D)
	$(Q)cat $(filter-out %_test.c %_fuzz.c,$^) | sha256sum | awk '{h=$$1; printf "#define COMPILER_FINGERPRINT {"; for(i=1;i<=32;i+=2) printf "0x%s,", substr(h,i,2); print "}"}' > $@.tmp && mv $@.tmp $@

# ---- programs ----
$(O)/aotc: $(call OBJ,aotc) $(LINKLIBS)
	@echo "  LD $@"
	$(Q)$(CC) $(LDFLAGS) -pie -o $@ $(call OBJ,aotc) $(LINKLIBS) -lelf -llmdb -lzstd -lxxhash -lsodium -ljansson -lpthread -lm
STATICPIE := $(if $(filter release debug,$(VARIANT)),-static-pie,-pie)
$(O)/aotrun: $(call OBJ,runtime) $(LINKLIBS)
	@echo "  LD $@"
	$(Q)$(CC) $(LDFLAGS) $(STATICPIE) -o $@ $(call OBJ,runtime) $(LINKLIBS) -llmdb -lzstd -lxxhash -lsodium -lpthread -lm

# ---- unit tests: x_test.c beside x.c, each a program of its own (Check) ----
TESTSRC  := $(wildcard passes/ir/*_test.c passes/lift/*_test.c passes/lift/*/*_test.c passes/opt/*_test.c jit/*_test.c jit/host/*_test.c \
            jit/host/*/*_test.c formats/*_test.c aotc/*_test.c runtime/*_test.c runtime/*/*_test.c tests/*_test.c)
TESTBIN  := $(patsubst %.c,$(O)/t/%,$(TESTSRC))
$(O)/t/%_test: $(O)/obj/%_test.o $(LINKLIBS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $< $(EXTRA_$(notdir $@)) -Wl,--start-group $(LINKLIBS) -Wl,--end-group -lcheck -lsubunit -lelf -llmdb -lzstd -lxxhash -lsodium -lrt -lpthread -lm
.PHONY: unit-bins check-unit
unit-bins: $(TESTBIN)
check-unit: $(TESTBIN)
	@fail=0; for t in $(TESTBIN); do $$t || fail=1; done; exit $$fail

include $(wildcard tests/*.mk bench/*.mk)

.PHONY: clean
clean:
	rm -rf $(O)

-include $(shell find $(O)/obj -name '*.d' 2>/dev/null)
