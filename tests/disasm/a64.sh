#!/bin/sh
# Our AArch64 encoders' words as objdump reads them: enc.t's rows, and a sweep over operands. Usage: a64.sh ENC_TEST WORKDIR
set -eu
prog=$1 dir=$2
mkdir -p "$dir"
{ "$prog" --rows; "$prog" --sweep; } > "$dir/a64.ours"
awk -F'\t' '{ print ".inst 0x" $1 }' "$dir/a64.ours" > "$dir/a64.s"
aarch64-linux-gnu-as -o "$dir/a64.o" "$dir/a64.s"
# Targets as distances from the instruction; comments go.
aarch64-linux-gnu-objdump -d "$dir/a64.o" | python3 -c '
import re, sys
for line in sys.stdin:
    m = re.match(r" *([0-9a-f]+):\t([0-9a-f]{8}) *\t(.*)$", line)
    if not m:
        continue
    text = re.sub(r" +", " ", re.sub(r"\s*//.*", "", m[3]).replace("\t", " ")).strip()
    k = re.search(r"\b([0-9a-f]+) <[^>]*>$", text)
    if k:
        d = (int(k[1], 16) - int(m[1], 16) + (1 << 63)) % (1 << 64) - (1 << 63)
        text = text[:k.start()] + ".%+d" % d
    print(m[2] + "\t" + text)' > "$dir/a64.theirs"
awk -F'\t' '
NR == FNR { ours[FNR] = $0; next }
ours[FNR] != $0 { print "ours: " ours[FNR] "; objdump: " $0; bad++ }
END { printf "%d passed, %d failed\n", FNR - bad, bad; exit bad > 0 }' "$dir/a64.ours" "$dir/a64.theirs"
