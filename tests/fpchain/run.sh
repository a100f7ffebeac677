#!/bin/bash
# run.sh [SEED...]   chains of scalar floating point (gen.py), compiled in the process and as images of three levels: results and
# FPSR as qemu-aarch64 gives them. Environment: AOTRUN, AOTC, O, QEMU (qemu-aarch64), CROSS.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} CROSS=${CROSS:-aarch64-linux-gnu-gcc}
QEMU=${QEMU:-$(dirname "$("$here/../fetch-qemu" 2>/dev/null | tail -1)")/qemu-aarch64}
W=$O/fpchain
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0
levels=(native v2 v3); grep -qw avx2 /proc/cpuinfo || levels=(native v2)

verdict() {                                     # verdict NAME
    if [ -s "$W/want" ] && cmp -s "$W/want" "$W/got"; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1)); echo "FAIL $1: $(diff "$W/want" "$W/got" | sed -n 2p) $(head -1 "$W/err")"
}

for seed in "${@:-1}"; do
    python3 "$here/gen.py" "$seed" >"$W/p.c" && "$CROSS" -O1 -static -w -o "$W/p" "$W/p.c" || { failed=$((failed + 1)); continue; }
    "$QEMU" "$W/p" >"$W/want"
    AOTRUN_TEST=visits=1 timeout 300 "$AOTRUN" --engine=jit "$W/p" >"$W/got" 2>"$W/err"; verdict "seed $seed, jit"
    for level in "${levels[@]}"; do
        rm -rf "$W/store"
        "$AOTC" build -q --host="$level" --store "$W/store" "$W/p" >"$W/err" 2>&1
        timeout 300 "$AOTRUN" --store "$W/store" --engine=aot "$W/p" >"$W/got" 2>>"$W/err"; verdict "seed $seed, $level"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
