#!/bin/bash
# run.sh [NAME...]   static and static-pie musl programs of GUEST (riscv64 unless set, or aarch64) under --engine=interp and aot, against
# qemu-user (or, where qemu-user cannot do it, the same program built for this machine). Output and exit status must be equal; under
# aot an image must be attached and T0 must stay idle. Environment: AOTRUN, AOTC, QEMU, GUEST_STATIC, O. Ends with "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc}
QEMU=${QEMU:-$("$here/../fetch-qemu" | tail -1)}
export GUEST_STATIC=${GUEST_STATIC:-$("$here/../fetch-static" | tail -1)}
W=$O/musl-${GUEST:-riscv64}
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0

bad() { failed=$((failed + 1)); echo "FAIL $*"; }

# run OUT COMMAND...: in a fresh directory; output and status go to OUT.
run() {
    local out=$1 dir
    shift
    dir=$(mktemp -d "$W/dir.XXXXXX")
    (cd "$dir" && ulimit -c 0 && exec env -i K=V timeout 60 "$@" "an argument" </dev/null) >"$out" 2>&1
    echo "exit $?" >>"$out"
    rm -rf "$dir"
}

# same NAME KIND ENGINE WANT...: does the output equal one of WANT?
same() {
    local label="$1 ($2, $3)" got=$W/$1.$2.$3 want
    shift 3
    for want; do cmp -s "$want" "$got" && { passed=$((passed + 1)); return; }; done
    bad "$label"; diff "$1" "$got" | head -8
}

check() {
    local name=$1 kind flags bin oracle
    oracle=$(sed -n '1s/.*oracle: \([a-z]*\).*/\1/p' "$here/$name.c")
    for kind in static pie; do
        flags=; [ $kind = static ] || flags=-static-pie
        bin=$W/$name.$kind.elf
        "$here/cc" $flags -O2 -w -o "$bin" "$here/$name.c" || { bad "$name: does not compile"; return; }
        "$AOTC" build -q --store "$W/store" "$bin" || { bad "$name: aotc build"; continue; }
        local want=("$W/$name.want")
        if [ "$oracle" = native ]; then
            gcc -O1 -w -o "$W/$name.native" "$here/$name.c" -lm && run "${want[0]}" "$W/$name.native"
        else
            run "${want[0]}" "$QEMU" "$bin"
        fi
        [ "$oracle" != either ] || { printf 'Resource temporarily unavailable 0\nexit 0\n' >"$W/refused"; want+=("$W/refused"); }
        run "$W/$name.$kind.interp" "$AOTRUN" --engine=interp "$bin"
        same "$name" $kind interp "${want[@]}"
        rm -f "$W/stats"
        run "$W/$name.$kind.aot" "$AOTRUN" --engine=aot --stats-file="$W/stats" --store="$W/store" "$bin"
        same "$name" $kind aot "${want[@]}"
        if grep -v '"end":"exec"' "$W/stats" | grep -vq '"images":1,.*"t0_insns":0,'; then
            bad "$name ($kind): T0 or no image under aot: $(grep -v '"images":1,.*"t0_insns":0,' "$W/stats" | head -1)"
        elif [ -s "$W/stats" ]; then
            passed=$((passed + 1))
        else
            bad "$name ($kind): no statistics"
        fi
    done
}

[ $# -gt 0 ] || set -- numbers files process threads
for name; do check "$name"; done
[ $failed != 0 ] || rm -rf "$W"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
