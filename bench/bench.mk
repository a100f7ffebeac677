# bench: speed against native code and qemu-riscv64; see bench/run --help. BENCH_ROUNDS=9 for tighter intervals.
BENCH_ROUNDS ?= 5
.PHONY: bench bench-short
bench: all
	bench/run --build $(O) --rounds $(BENCH_ROUNDS) $(BENCH_FLAGS)
bench-short: all
	bench/run --build $(O) --short $(BENCH_FLAGS)
