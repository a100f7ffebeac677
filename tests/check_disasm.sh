#!/bin/sh
# Compares our RISC-V disassembly with binutils' (objdump -M no-aliases): all 16-bit encodings and random instances of every row.
# Usage: check_disasm.sh SWEEP-PROGRAM WORKDIR [SEED]. Exit 0: equal, 1: differences (printed), 77: no riscv64 binutils here.
set -eu
sweep=$1 dir=$2 seed=${3:-1}
as=${RISCV_AS:-riscv64-linux-gnu-as} objdump=${RISCV_OBJDUMP:-riscv64-linux-gnu-objdump}
command -v "$as" >/dev/null && command -v "$objdump" >/dev/null || { echo "check-disasm: no $as; skipped"; exit 77; }
mkdir -p "$dir"
# binutils 2.40 does not know Zicond; objdump prints its hints and prefetches under other names only in aliases, so they stay in.
"$sweep" "$seed" 60 czero. > "$dir/ours"
awk -F'\t' '{ printf ".insn %d, 0x%s\n", length($1) / 2, $1 }' "$dir/ours" > "$dir/in.s"
"$as" -march=rv64gc_zba_zbb_zbc_zbs_zicbom_zicbop_zicboz_zihintpause -mno-relax -o "$dir/in.o" "$dir/in.s"
"$objdump" -d -M no-aliases -w "$dir/in.o" | awk -F'\t' '/^ *[0-9a-f]+:\t/ {
    sub(/ *$/, "", $2); t = $3; if (NF > 3) t = t "\t" $4
    sub(/ *#.*/, "", t); sub(/ *<.*/, "", t); print $2 "\t" t }' > "$dir/theirs"
# Settled differences, our text then objdump's. objdump names two reserved encodings that we refuse (c.addi16sp sp,0 and c.unimp),
# calls
# c.nop c.addi and shifts by 0 c.*64, prints targets without 0x, and does not know fcvt.d.{w,wu,s} with a mode (which is legal).
awk -F'\t' '
function target(m) { return m ~ /^(c\.)?(j|jal|beqz|bnez|beq|bne|blt|bge|bltu|bgeu)$/ }
NR == FNR { hex[FNR] = $1; ours[FNR] = $2 "\t" $3; next }
{
    o = ours[FNR]; t = $2 "\t" $3
    split(o, p, "\t")
    if (target(p[1])) { gsub(/0x/, "", o); gsub(/0x/, "", t) }
    if (o == t) next
    if (p[1] == ".2byte" && t ~ /^c\.unimp|^c\.addi16sp\tsp,0$/) next
    if (p[1] == "c.nop" && t ~ /^c\.addi\tzero,/) next
    if (p[1] ~ /^c\.s(ll|rl|ra)i$/ && t ~ /^c\.s(ll|rl|ra)i64/) next
    if (p[1] ~ /^fcvt\.d\.(w|wu|s)$/ && t ~ /^\.4byte/ && p[2] ~ /,(rtz|rdn|rup|rmm)$|[a-z0-9]+,[a-z0-9]+$/) next
    print hex[FNR] ": ours \"" o "\", objdump \"" t "\""; bad++
}
END { printf "check-disasm: %d encodings, %d differences\n", FNR, bad; exit bad > 0 }' "$dir/ours" "$dir/theirs"
