# lint: every source, without building anything.
LINT_C := $(sort $(foreach l,ir lift opt jit formats aotc runtime,$(SRC_$(l))) $(TESTSRC) $(wildcard passes/lift/defgen.c passes/*/*_fuzz.c formats/*_fuzz.c jit/*_fuzz.c aotc/*_fuzz.c runtime/*_fuzz.c tests/*/*.c))
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
