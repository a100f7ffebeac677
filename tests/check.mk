# check, check-full, coverage.
EXTRA_discover_test := $(addprefix $(O)/obj/aotc/,discover.o layout.o constscan.o)
$(O)/t/aotc/discover_test: $(EXTRA_discover_test)

.PHONY: check check-full
check: all unit-bins
	@tests/run check
check-full: all unit-bins
	@tests/run full --resume

# Coverage counts what the unit tests and the quick parts reach; programs that only run under other tools are not in it.
COVO := $(O)/coverage
COVERAGE_PARTS ?= --only 'unit/*' --only cli --only discover --only examples --only runtime --only 'syscalls/*'
.PHONY: coverage
coverage:
	@$(MAKE) --no-print-directory O=$(COVO) VARIANT=coverage all unit-bins
	@find $(COVO) -name '*.gcda' -delete
	-@O=$(COVO) TESTCACHE=$(TESTCACHE) tests/run check $(COVERAGE_PARTS)
	@gcovr --root . --object-directory $(COVO) --exclude '.*_test\.c' --exclude '.*_fuzz\.c' --exclude 'build.*' --exclude '.*defgen\.c' \
	    --txt $(COVO)/coverage.txt --json-summary $(COVO)/coverage.json --print-summary --gcov-ignore-parse-errors -j 2 $(COVO)/obj >$(COVO)/summary.txt && cat $(COVO)/summary.txt
