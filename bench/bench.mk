# bench: speed against native code and qemu, each guest in turn; see bench/run --help. BENCH_ROUNDS=9 for tighter intervals,
# BENCH_FLAGS='--guest aarch64' for one guest.
BENCH_ROUNDS ?= 5
.PHONY: bench bench-short
bench: all
	bench/run --build $(O) --rounds $(BENCH_ROUNDS) $(BENCH_FLAGS)
bench-short: all
	bench/run --build $(O) --short $(BENCH_FLAGS)
