# check, check-full, coverage.
EXTRA_discover_test := $(addprefix $(O)/obj/aotc/,discover.o layout.o constscan.o)
$(O)/t/aotc/discover_test: $(EXTRA_discover_test)
EXTRA_ldcache_test := $(O)/obj/aotc/ldcache.o
$(O)/t/aotc/ldcache_test: $(EXTRA_ldcache_test)
EXTRA_libset_test := $(addprefix $(O)/obj/aotc/,libset.o rootdir.o elfneed.o ldcache.o ldconf.o)
$(O)/t/aotc/libset_test: $(EXTRA_libset_test)

.PHONY: check check-full
check: all unit-bins
	@tests/run check
check-full: all unit-bins
	@tests/run full --resume

# Coverage: what the parts that take seconds reach; they may fail here (their time limits are meant for optimized programs).
COVO := $(O)/coverage
COVERAGE_PARTS ?= --only 'unit/*' --only cli --only discover --only examples --only runtime --only 'syscalls/*' --only disasm --only 'diff/quick'
COVERAGE_NOT := .*_test\.c .*_fuzz\.c build.* .*defgen\.c tests/.* .*/backend_(cases|gen|harness)\.h
.PHONY: coverage
coverage:
	@$(MAKE) --no-print-directory O=$(COVO) VARIANT=coverage all unit-bins
	@find $(COVO) -name '*.gcda' -delete
	-@O=$(COVO) VARIANT=coverage TESTCACHE=$(TESTCACHE) GCOV_ERROR_FILE=/dev/null tests/run check $(COVERAGE_PARTS)
	@gcovr --root . --object-directory $(COVO) $(foreach x,$(COVERAGE_NOT),--exclude '$(x)') --txt $(COVO)/coverage.txt \
	    --json-summary $(COVO)/coverage.json --print-summary --gcov-ignore-parse-errors -j 2 $(COVO)/obj \
	    >$(COVO)/summary.txt 2>$(COVO)/gcovr.log || { tail $(COVO)/gcovr.log; exit 1; }
	@cat $(COVO)/summary.txt
