#!/bin/sh
# Our x86-64 encoders' bytes as objdump reads them: enc.t's and enc_vec.t's rows, and a sweep over operands. Usage: x86.sh ENC_TEST WORKDIR
set -eu
prog=$1 dir=$2
mkdir -p "$dir"
{ "$prog" --rows; "$prog" --sweep; } > "$dir/x86.ours"
awk -F'\t' '{ n = split($1, h, " "); for (i = 1; i <= n; i++) printf "0x%s%s", h[i], i < n ? "," : "\n" }' "$dir/x86.ours" |
    sed 's/^/.byte /' > "$dir/x86.s"
gcc -c -o "$dir/x86.o" "$dir/x86.s"
objdump -d -M intel -w "$dir/x86.o" | awk -F'\t' '/^ *[0-9a-f]+:\t/ {
    sub(/ *$/, "", $2); t = $3; sub(/ *[#<].*/, "", t); gsub(/ +/, " ", t); sub(/ $/, "", t); print $2 "\t" t }' > "$dir/x86.theirs"
# Branches print their target, not their field; an index of scale 1 may be printed either way round only for the assembler.
awk -F'\t' '
NR == FNR { hex[FNR] = $1; ours[FNR] = $2; next }
{
    o = ours[FNR]; t = $2
    if (o ~ /^(j[a-z]+|call)$/) sub(/ .*/, "", t)
    if (hex[FNR] != $1 || o != t) { print hex[FNR] ": ours \"" o "\", objdump " $1 " \"" t "\""; bad++ }
}
END { printf "%d passed, %d failed\n", FNR - bad, bad; exit bad > 0 }' "$dir/x86.ours" "$dir/x86.theirs"
