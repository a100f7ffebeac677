# lint: every source, without building anything. fuzz: libFuzzer drivers beside the code.
LINT_C := $(sort $(foreach l,ir lift opt jit formats aotc runtime,$(SRC_$(l))) $(TESTSRC) $(wildcard passes/lift/defgen.c passes/*/*_fuzz.c formats/*_fuzz.c tests/*/*.c))
LINT_H := $(sort $(wildcard passes/*/*.h passes/lift/*/*.h jit/*.h jit/host/*.h jit/host/*/*.h formats/*.h aotc/*.h runtime/*.h runtime/linux/*.h))
LINT_WARN := $(filter-out -MMD -MP,-std=gnu17 $(WARN) -D_GNU_SOURCE -I. -I$(O)/gen)
LINT_HOST := $(filter-out tests/%,$(LINT_C))

.PHONY: lint lint-gcc lint-clang lint-tidy lint-cppcheck check-deps check-headers
lint: check-deps check-headers lint-gcc lint-clang lint-cppcheck lint-tidy
	@echo "lint: clean"

lint-gcc: | $(GEN)
	@echo "  gcc -fsyntax-only ($(words $(LINT_HOST)) files)"
	@gcc $(LINT_WARN) -O1 -fsyntax-only $(LINT_HOST)
lint-clang: | $(GEN)
	@echo "  clang -fsyntax-only"
	@clang $(LINT_WARN) -fsyntax-only $(LINT_HOST)
lint-tidy: | $(GEN)
	@echo "  clang-tidy"
	@printf '%s\n' $(filter-out %_test.c,$(LINT_HOST)) | xargs -P 2 -n 6 sh -c 'clang-tidy --quiet "$$@" -- $(LINT_WARN) 2>/dev/null' sh > $(O)/tidy.log || \
	    { grep -A3 -E '(warning|error):' $(O)/tidy.log; exit 1; }
lint-cppcheck: | $(GEN)
	@echo "  cppcheck"
	@cppcheck --quiet --std=c11 --language=c --error-exitcode=1 --enable=warning,portability --inline-suppr --library=tests/cppcheck.cfg --suppressions-list=tests/cppcheck.supp \
	    -D_GNU_SOURCE -D__x86_64__ -I. -I$(O)/gen -j 2 $(filter-out %_test.c,$(LINT_HOST))

check-deps:
	@echo "  check-deps"
	@awk -f tests/check-deps.awk $(LINT_HOST) $(LINT_H)
check-headers: | $(GEN)
	@echo "  check-headers"
	@for h in $(filter-out %_int.h %_priv.h,$(LINT_H)); do gcc $(LINT_WARN) -fsyntax-only -x c -include $$h /dev/null || exit 1; done

FUZZSRC := $(wildcard passes/*/*_fuzz.c passes/lift/*/*_fuzz.c formats/*_fuzz.c jit/*_fuzz.c jit/host/*/*_fuzz.c)
FUZZBIN := $(patsubst %.c,$(O)/fuzz/%,$(FUZZSRC))
FUZZ_TIME ?= 30
FUZZO := $(O)/fuzz/build
$(O)/fuzz/%_fuzz: %_fuzz.c fuzz-libs
	@mkdir -p $(@D)
	@echo "  FUZZ $@"
	$(Q)clang $(LINT_WARN) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -o $@ $< \
	    -Wl,--start-group $(patsubst $(O)/%,$(FUZZO)/%,$(LINKLIBS)) -Wl,--end-group -lelf -llmdb -lzstd -lxxhash -lsodium -lpthread -lm
.PHONY: fuzz fuzz-libs fuzz-bins
fuzz-libs: | $(GEN)
	@$(MAKE) --no-print-directory O=$(FUZZO) CC=clang VARIANT=fuzz $(patsubst $(O)/%,$(FUZZO)/%,$(LINKLIBS))
fuzz-bins: $(FUZZBIN)
fuzz: $(FUZZBIN)
	@pass=0; fail=0; for f in $(FUZZBIN); do \
	    n=$${f#$(O)/fuzz/}; corpus=$(O)/fuzz/corpus/$$n; mkdir -p $$corpus; \
	    if $$f -max_total_time=$(FUZZ_TIME) -timeout=10 -rss_limit_mb=2048 -artifact_prefix=$$corpus.crash- $$corpus >$(O)/fuzz/$$(basename $$n).log 2>&1; \
	    then pass=$$((pass+1)); echo "ok   $$n"; else fail=$$((fail+1)); echo "FAIL $$n"; tail -20 $(O)/fuzz/$$(basename $$n).log; fi; done; \
	echo "subset: fuzz, $(FUZZ_TIME) s each"; echo "$$pass passed, $$fail failed"; [ $$fail = 0 ]
