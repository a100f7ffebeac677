#!/bin/sh
# Makes the random part of passes/lift/aarch64/aarch64.t anew: instances from our table, results from qemu-aarch64 10.
# Usage: make.sh BUILDDIR QEMU [SEED] > rows. The hand-written rows (control flow, system registers, exclusives, traps) stay above
# the marker in the file.
set -eu
cd "$(dirname "$0")/../.."
o=$1 qemu=$2 seed=${3:-1}
gcc -std=gnu17 -O1 -I. -I"$o/gen" -o "$o/golden-rows" tests/golden-a64/rows.c "$o/liblift.a" "$o/libir.a" -lm
aarch64-linux-gnu-gcc -std=gnu17 -O1 -static -o "$o/golden-oracle" tests/golden-a64/oracle.c tests/golden-a64/run.S
"$o/golden-rows" "$seed" | "$qemu" "$o/golden-oracle"
