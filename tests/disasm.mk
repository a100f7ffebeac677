# check-disasm: our disassembly against binutils', over all 16-bit encodings and random instances of every row.
$(O)/sweep: tests/disasm/sweep.c $(O)/liblift.a $(O)/libir.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pie -o $@ $^ -lm
.PHONY: check-disasm
check-disasm: $(O)/sweep
	$(Q)tests/check_disasm.sh $(O)/sweep $(O)/disasm $(or $(SEED),1)

# defgen must refuse each bad table, and name the reason.
.PHONY: check-defgen
check-defgen:
	@mkdir -p $(O)/bad; fail=0; for d in passes/lift/t/bad_*.def; do b=$(O)/bad/$$(basename $$d .def); \
	    gcc -std=gnu17 -I. -DDEF_FILE="\"$$d\"" -o $$b passes/lift/defgen.c || exit 1; \
	    want=$$(sed -n 's/.*refused: \(.*\) \*\//\1/p' $$d); \
	    if $$b riscv64 >/dev/null 2>$$b.err; then echo "FAIL $$d: accepted"; fail=1; \
	    elif grep -qF "$$want" $$b.err; then echo "ok   $$d"; else echo "FAIL $$d: $$(cat $$b.err)"; fail=1; fi; done; exit $$fail

# The AArch64 guest's disassembly: every row, neighbours of rows and random words. NROW instances a row, RANDOM random words.
$(O)/guest_a64: tests/disasm/guest_a64.c $(O)/liblift.a $(O)/libir.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pie -o $@ $^ -lm
.PHONY: check-disasm-aarch64
check-disasm-aarch64: $(O)/guest_a64
	$(Q)tests/disasm/guest_a64.sh $< $(O)/disasm $(or $(SEED),1) $(or $(NROW),40) $(or $(RANDOM_WORDS),100000)

# The x86-64 encoders' bytes as objdump reads them: the golden rows, and a sweep over operands.
.PHONY: check-disasm-x86
check-disasm-x86: $(O)/t/jit/host/x86_64/enc_test
	$(Q)tests/disasm/x86.sh $< $(O)/disasm

# The same for the AArch64 encoders.
.PHONY: check-disasm-a64
check-disasm-a64: $(O)/t/jit/host/aarch64/enc_test
	$(Q)tests/disasm/a64.sh $< $(O)/disasm
