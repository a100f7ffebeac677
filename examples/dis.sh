# Disassembly by address range, straight from the file.
set -e
cat > $TMP/f.s <<END
    .globl _start
_start:
    addi a0, zero, 42
    addi a7, zero, 93
    ecall
END
riscv64-linux-gnu-gcc -march=rv64i -mabi=lp64 -nostdlib -static -Wl,-Ttext=0x10000,--build-id=none -o $TMP/f $TMP/f.s
$AOTC dis $TMP/f:0x10000-0x1000c
