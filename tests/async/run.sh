#!/bin/bash
# Asynchronous signals in code without system calls: tests/async/run.sh [SECONDS [ROUNDS]] (1, 3000).
# A timer of 1 ms goes off SECONDS long in each kind of code (timers.c), under each engine. What must hold, of the program's own figures:
#   - every round computes what it computes undisturbed (all registers, memory, sticky flags);
#   - handlers + merged expirations = elapsed ms within 1 %, never more: no expiration is lost, none invented;
#   - handlers >= 99 % of the CPU milliseconds, less those of compiling, which the thread does itself: none waits while the program runs (on
#     an idle machine that is elapsed time; while others have the CPU the kernel merges expirations, for native programs too);
#   - compiled code did the work: T0 ran at most 500 instructions a signal.
# Then ROUNDS races between a timer and a call that waits for it (races.c). Environment: AOTRUN, AOTC, O, GUEST (riscv64 unless set, or
# aarch64), CROSS, ENGINES.
set -u
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:-1} rounds=${2:-3000}
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun}
AOTC=${AOTC:-$O/aotc}
CROSS=${CROSS:-${GUEST:-riscv64}-linux-gnu-gcc}
ENGINES=${ENGINES:-interp aot jit}
W=$O/async-tests-${GUEST:-riscv64}
rm -rf "$W"; mkdir -p "$W"
cd "$W" || exit 1
export AOT_STORE=$W/store XDG_CACHE_HOME=$W/cache
passed=0 failed=0
fail() { failed=$((failed + 1)); echo "FAIL $*"; }

# kind, size for compiled code (some 0.1 s), size for T0
kinds='integer 60000000 1000000
real 4000000 200000
memory 30000000 1000000
nested 50000000 2000000
fib 32 24
deep 8 5
pointers 22 16
tails 50000000 1000000
tails_reg 30000000 1000000
registers 2000000 40000'

# check KIND ENGINE: judges the lines in out and stats
check() {
    python3 - "$1" "$2" "$seconds" <<'END'
import json, re, sys
kind, engine, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
line = open("out").read()
v = {k: float(x) for k, x in re.findall(r"(\w+) (\d+)", line)}
s = json.loads(open("stats").read().splitlines()[-1])
bad = []
if v["wrong"]:
    bad.append("wrong results")
if not 0.99 * v["elapsed"] - 3 <= v["handlers"] + v["merged"] <= v["elapsed"] + 2:
    bad.append("expirations lost or invented")
if v["handlers"] < 0.99 * (min(v["cpu"], v["elapsed"]) - s["jit_ns"] / 1e6) - 3:
    bad.append("handlers were late")
if engine == "interp" and s["dispatch"]:
    bad.append("the wrong engine")
if engine != "interp" and (s["dispatch"] < v["handlers"] or s["t0_insns"] > 500 * v["handlers"] + 100000):
    bad.append("T0 ran too much")
if engine == "jit" and s["images"] or engine == "aot" and s["images"] != 1:
    bad.append("the wrong engine")
if bad:
    sys.exit(f"{kind} ({engine}): {', '.join(bad)}: {line}t0_insns {s['t0_insns']}, dispatch {s['dispatch']}")
END
}

"$CROSS" -static -O2 -w -o timers "$here/timers.c" && "$CROSS" -static -O2 -w -o races "$here/races.c" || { fail "programs do not compile"; exit 1; }
"$AOTC" build -q timers races || fail "aotc build"
for engine in $ENGINES; do
    while read -r kind size small; do
        [ $engine = interp ] && size=$small
        rm -f stats
        timeout $((${seconds%.*} * 3 + 60)) "$AOTRUN" --engine=$engine --stats-file=stats ./timers "$kind" "$seconds" "$size" >out 2>err
        if [ $? = 0 ] && [ ! -s err ] && check "$kind" "$engine"; then
            passed=$((passed + 1))
        else
            fail "$kind ($engine)"; head -3 err
        fi
    done <<<"$kinds"
    timeout $((rounds / 200 + 60)) "$AOTRUN" --engine=$engine ./races "$rounds" >out 2>err
    if [ $? = 0 ] && [ "$(cat out)" = "$rounds rounds, $rounds handlers" ]; then passed=$((passed + 1)); else fail "races ($engine): $(cat out err)"; fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
