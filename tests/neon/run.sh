#!/bin/bash
# run.sh [GLOB [EVERY]]   every intrinsic of the cross compiler's arm_neon.h on at least 32 operand sets (gen.py, runtime.c):
# results and FPSR as qemu-aarch64 gives them. GLOB limits the names, EVERY takes each n-th.
# Environment: AOTRUN, AOTC, O, ENGINES ("interp jit aot"), QEMU (qemu-aarch64), CROSS, CHUNKS (programs to make). A line of
# `differs` ("name<TAB>why") names an intrinsic where the manual and qemu disagree.
# To see one: $O/neon/chunk-N NAME prints each set's operands, result and FPSR, under qemu as under aotrun.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} ENGINES=${ENGINES:-interp jit aot} CHUNKS=${CHUNKS:-8}
export CROSS=${CROSS:-aarch64-linux-gnu-gcc} MARCH=${MARCH:-armv8.6-a+crypto+sha3+sm4+fp16+fp16fml+bf16+i8mm}
QEMU=${QEMU:-$(dirname "$("$here/../fetch-qemu" 2>/dev/null | tail -1)")/qemu-aarch64}
W=$O/neon
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0

fail() { failed=$((failed + 1)); echo "FAIL $*"; }

# compare PROGRAM ENGINE OPTION...: each line that our run prints as qemu does counts as passed
compare() {
    local name=$1 engine=$2 bad total
    shift 2
    timeout 600 "$AOTRUN" "$@" "$W/$name" </dev/null >"$W/$name.$engine" 2>"$W/$name.$engine.err" ||
        fail "$name, $engine: exit $?, $(head -1 "$W/$name.$engine.err")"
    awk -F: 'FILENAME == ARGV[1] { sub(/\t.*/, ""); known[$0] = 1; next }
             FILENAME == ARGV[2] { want[$1] = $0; next }
             $0 != want[$1] { n = $1; sub(/ .*/, "", n); if (!(n in known)) next }
             { seen[$1] = 1 }
             END { for (n in want) if (!(n in seen)) print n }' "$here/differs" "$W/$name.want" "$W/$name.$engine" |
        sort >"$W/$name.$engine.bad"
    bad=$(wc -l <"$W/$name.$engine.bad") total=$(wc -l <"$W/$name.want")
    passed=$((passed + total - bad)) failed=$((failed + bad))
    sed -n "1,12s/^/FAIL $name, $engine: /p" "$W/$name.$engine.bad"
}

program() {
    local name=$1 engine n
    "$CROSS" -march="$MARCH" -O1 -w -ffreestanding -nostdlib -static -fno-stack-protector -fno-tree-loop-distribute-patterns \
        -I"$here" -o "$W/$name" "$W/$name.c" "$here/runtime.c" || { fail "$name: does not compile"; return; }
    timeout 600 "$QEMU" "$W/$name" </dev/null >"$W/$name.want" || { fail "$name: qemu: exit $?"; return; }
    for engine in $ENGINES; do
        if [ "$engine" = aot ]; then
            rm -rf "$W/store"
            if ! "$AOTC" build --store "$W/store" "$W/$name" >/dev/null 2>"$W/$name.build"; then
                fail "$name: aotc build: $(head -1 "$W/$name.build")"
                continue
            fi
            compare "$name" aot --engine=aot --store="$W/store"
        elif [ "$engine" = jit ]; then
            rm -f "$W/stats"
            AOTRUN_TEST=visits=2 compare "$name" jit --engine=jit --stats-file="$W/stats"
            n=$(grep -o '"jit_failed":[0-9]*' "$W/stats" | awk -F: '{ n += $2 } END { print n + 0 }')
            if [ "$n" = 0 ]; then passed=$((passed + 1)); else fail "$name: $n regions that the compiler gave up"; fi
        else
            compare "$name" "$engine" --engine="$engine"
        fi
    done
}

[ -x "$QEMU" ] || { echo "FAIL no qemu-aarch64"; echo "0 passed, 1 failed"; exit 1; }
"$here/gen.py" "$W" "$CHUNKS" "${1:-*}" "${2:-1}" || { echo "0 passed, 1 failed"; exit 1; }
for n in $(seq 0 $((CHUNKS - 1))); do
    program "chunk-$n"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
