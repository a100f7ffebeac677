#!/bin/sh
# Our disassembly of AArch64 against objdump -M no-aliases; differences that are settled are in guest_a64.differs.
# Usage: guest_a64.sh PROGRAM WORKDIR SEED N RANDOM (the program's numbers). Exit 0: equal, 1: differences, 77: no binutils here.
set -eu
prog=$1 dir=$2 seed=$3 n=$4 random=$5
objdump=${AARCH64_OBJDUMP:-aarch64-linux-gnu-objdump}
here=$(dirname "$0")
command -v "$objdump" >/dev/null || { echo "guest_a64: no $objdump; skipped"; exit 77; }
mkdir -p "$dir"
"$prog" "$seed" "$n" "$random" "$dir/a64g.bin" "$here/guest_a64.differs" > "$dir/a64g.ours"
"$objdump" -b binary -m aarch64 -M no-aliases -z -D "$dir/a64g.bin" > "$dir/a64g.theirs"
python3 "$here/guest_a64.py" "$dir/a64g.ours" "$dir/a64g.theirs" "$here/guest_a64.differs"
