#!/bin/bash
# run.sh [ROUNDS [EXACT]]   $GUEST's (riscv64 unless set; aarch64) memory model on several threads: litmus.c with ROUNDS rounds for each
# engine, one copy of every test and then as many as make 8 threads; exact.c with 64 threads and EXACT rounds, of AArch64 with exclusives
# and with LSE instructions. No oracle: the verdicts are the manuals' (qemu-user 10 itself fails sb+stlr_ldar on x86-64 hosts).
# Environment: AOTRUN, AOTC, CROSS ($GUEST-linux-gnu-), ENGINES ("interp jit aot"), O, JSON (a file for the counts).
# Ends with "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
GUEST=${GUEST:-riscv64}
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} CROSS=${CROSS:-$GUEST-linux-gnu-}
ENGINES=${ENGINES:-interp jit aot}
rounds=${1:-200000} exact=${2:-100}
W=$O/litmus-$GUEST
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0 all=0

build() { # NAME SOURCE FLAGS
    "${CROSS}gcc" -static -O2 -Wall -pthread $3 -o "$W/$1" "$here/$2" || { echo "FAIL $1: does not compile"; failed=$((failed + 1)); return; }
    case " $ENGINES " in *" aot "*)
        "$AOTC" build -q --store "$W/store" "$W/$1" >"$W/build.log" 2>&1 || {
            echo "FAIL $1: aotc build: $(head -1 "$W/build.log")"
            failed=$((failed + 1))
        } ;;
    esac
}

# run NAME ENGINE ARGUMENTS...: exit status 0, no forbidden outcome, the named engine at work
run() {
    local name=$1 engine=$2 out status
    shift 2
    local opt=(--engine=$engine --stats-file="$W/stats")
    [ $engine != aot ] || opt+=(--store="$W/store")
    rm -f "$W/stats"
    out=$( (ulimit -c 0; exec env -i timeout ${TIMEOUT:-1200} "$AOTRUN" "${opt[@]}" "$W/$name" "$@" </dev/null) 2>&1)
    status=$?
    if [ $status = 0 ] && worked $engine; then
        passed=$((passed + 1))
        case $name in litmus)
            echo "$GUEST $engine $2 threads: $(tail -1 <<<"$out")"
            all=$((all + $(sed -n 's/^\([0-9]*\) rounds .*/\1/p' <<<"$out"))) ;;
        esac
        [ "$name" != litmus ] || [ -z "${JSON:-}" ] || echo "{\"guest\": \"$GUEST\", \"engine\": \"$engine\", \"threads\": $2, $(sed -n \
            's/^\([0-9]*\) rounds of \([0-9]*\) tests, \([0-9]*\) relaxed .*, \([0-9]*\) forb.*/"rounds": \1, "tests": \2, "relaxed": \3, "forbidden": \4}/p' \
            <<<"$out")" >>"$JSON"
    else
        failed=$((failed + 1))
        echo "FAIL $name $* ($GUEST, $engine): status $status"
        tail -30 <<<"$out"
    fi
}

worked() { # ENGINE
    python3 - "$1" "$W/stats" <<'END'
import json, sys
for line in open(sys.argv[2]):
    s = json.loads(line)
    right = {"interp": s["dispatch"] == 0 and s["t0_insns"] > 0, "jit": s["enter_jit"] > 0 and s["jit_failed"] == 0,
             "aot": s["images"] == 1 and s["enter_jit"] == 0 and s["dispatch"] > 0}[sys.argv[1]]
    if not right:
        sys.exit("another engine: " + line.strip())
END
}

build litmus litmus.c ""
case $GUEST in
aarch64) build exact exact.c "-march=armv8-a -mno-outline-atomics"; build exact-lse exact.c -march=armv8.1-a; programs="exact exact-lse" ;;
*) build exact exact.c ""; programs=exact ;;
esac
for engine in $ENGINES; do
    run litmus $engine $((rounds * 3 / 4)) 2
    run litmus $engine $((rounds / 4)) 8
    for p in $programs; do run $p $engine 64 $exact; done
done
echo "$all rounds"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
