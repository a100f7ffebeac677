# isa-report: what of each guest's instruction set is there, and what tests execute of it; ISA_FLAGS=--record for tests/results.
.PHONY: isa-report
isa-report: all
	@O=$(O) AOTC=$(O)/aotc AOTRUN=$(O)/aotrun tests/isa/report $(ISA_FLAGS)
