# deps, demo, install, help.
TESTCACHE ?= $(if $(AOTC_TEST_CACHE),$(AOTC_TEST_CACHE),$(O)/cache)
export TESTCACHE O

# What a fresh Debian 12 lacks: to build, then to test.
DEPS_BUILD := gcc clang make binutils libelf-dev liblmdb-dev libzstd-dev libxxhash-dev libjansson-dev libsodium-dev
DEPS_TEST  := check libsubunit-dev pkg-config python3 git gcc-riscv64-linux-gnu libc6-dev-riscv64-cross gcovr clang-tidy cppcheck \
              mandoc libclang-rt-14-dev g++-riscv64-linux-gnu gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross \
              ca-certificates debian-archive-keyring

.PHONY: deps
deps:
	@missing=$$(dpkg-query -W -f='$${Package} $${db:Status-Abbrev}\n' $(DEPS_BUILD) $(DEPS_TEST) 2>/dev/null | \
	    awk -v want="$(DEPS_BUILD) $(DEPS_TEST)" '$$2 == "ii" { have[$$1] = 1 } \
	    END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!have[w[i]]) printf "%s ", w[i] }'); \
	if [ -n "$$missing" ]; then \
	    echo "  APT $$missing"; \
	    sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get -qq update && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $$missing >/dev/null; \
	fi

.PHONY: demo
demo: deps
	@$(MAKE) --no-print-directory O=$(O) all
	@tests/demo

.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man
	install -m 755 $(O)/aotc $(O)/aotrun $(DESTDIR)$(PREFIX)/bin
	for m in $(wildcard man/*.[1-8]); do \
	    d=$(DESTDIR)$(PREFIX)/share/man/man$${m##*.}; install -d $$d && install -m 644 $$m $$d || exit 1; done

.PHONY: help
help:
	@echo 'make [all]        aotc and aotrun, in $(O)/'
	@echo 'make demo         from nothing to a translated busybox: deps, build, fetch, translate, run'
	@echo 'make check        every test part that takes seconds (under 12 minutes)'
	@echo 'make check-full   all of them; resumes where it stopped, records in tests/results/'
	@echo 'make check-unit   unit tests only: no cross compiler, no network'
	@echo 'make bench        speed against native and qemu'
	@echo 'make isa-report   the guests'\'' instruction sets: what is there, what tests execute, what is missing and why'
	@echo 'make lint         gcc, clang, clang-tidy, cppcheck, check-deps, check-headers'
	@echo 'make fuzz         libFuzzer targets, FUZZ_TIME seconds each (default 30)'
	@echo 'make coverage     line coverage of make check-unit and the fast parts, by gcovr'
	@echo 'make install      programs and manual pages; PREFIX, DESTDIR'
	@echo 'make deps         apt-get install what is missing'
	@echo 'Variables: O=build directory, CC=gcc|clang, VARIANT=release|debug|asan|ubsan|tsan|coverage, HOST=aarch64, V=1'
