#!/bin/bash
# run.sh [SETS]   the meaning of IR rows against the instructions they stand for: each row of rows.def on SETS operand sets in each
# of 14 FPCR modes, result and FPSR, under qemu-aarch64. Environment: O, CROSS, QEMU, CC.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
O=${O:-$root/build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
QEMU=${QEMU:-$(dirname "$("$root/tests/fetch-qemu" 2>/dev/null | tail -1)")/qemu-aarch64}
W=$O/eval-arm
sets=${1:-60}
rm -rf "$W"; mkdir -p "$W"

die() { echo "FAIL $*"; echo "0 passed, 1 failed"; exit 1; }

[ -x "$QEMU" ] || die "no qemu-aarch64"
"$here/gen.py" "$W" || die "gen.py"
"${CROSS:-aarch64-linux-gnu-gcc}" -march=armv8.6-a+crypto+sha3+sm4+fp16+fp16fml+bf16+i8mm -O1 -static -I"$root" \
    -o "$W/guest" "$W/guest.gen.c" ||
    die "the guest program does not compile"
ir=$(ls "$root"/passes/ir/*.c | grep -v -e _test.c -e _fuzz.c)
# shellcheck disable=SC2086
"${CC:-cc}" -std=gnu17 -O1 -w -I"$root" -I"$W" -o "$W/check" "$here/check.c" $ir || die "the checker does not compile"
timeout 1200 "$QEMU" "$W/guest" "$sets" | "$W/check" "$sets"
