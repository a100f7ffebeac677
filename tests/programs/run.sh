#!/bin/bash
# run.sh [NAME...]   static C and C++ programs for $GUEST (riscv64 unless set; aarch64), against qemu-user: those of this folder
# and some of ../aot-coverage. Each runs interpreted, compiled in the process with every pc compiled when first met, and from an
# image alone; output and exit status must be equal, and the statistics must say that the named engine did the work. A program's
# comment "variants GUEST: ..." (or "of all") lists sets of compiler options (a comma becomes a space), one run each. Environment:
# AOTRUN, AOTC, QEMU, CROSS ($GUEST-linux-gnu-), ENGINES ("interp jit aot"), LEVELS ("-O2"), O. Ends with "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
export GUEST=${GUEST:-riscv64}
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} CROSS=${CROSS:-$GUEST-linux-gnu-}
ENGINES=${ENGINES:-interp jit aot} LEVELS=${LEVELS:--O2}
QEMU=${QEMU:-$("$here/../fetch-qemu" | tail -1)}
W=$O/programs-$GUEST
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0

bad() { failed=$((failed + 1)); echo "FAIL $*"; }
ok() { passed=$((passed + 1)); }

# run OUT COMMAND...: output, errors and status go to OUT
run() {
    local out=$1
    shift
    { (ulimit -c 0; exec env -i HOME=/ AOTRUN_TEST=visits=1 timeout 120 "$@" </dev/null) >"$out" 2>&1; } 2>/dev/null
    echo "exit $?" >>"$out"
    sed -i '/^qemu: uncaught target signal/d' "$out"
}

# Which engine did the work: the statistics of all of a run's processes.
ran() {
    python3 - "$@" <<'END'
import json, sys
name, engine, path = sys.argv[1:]
for line in open(path):
    s = json.loads(line)
    compiled, here, t0 = s["dispatch"], s["enter_jit"], s["t0_insns"]
    right = {"interp": compiled == 0 and t0 > 0, "jit": compiled == here > 0 and s["images"] == 0 and s["jit_failed"] == 0,
             "aot": compiled > here == 0 and s["images"] == 1 and t0 < 1000}[engine]
    if not right:
        sys.exit(f"{name} ({engine}): {line.strip()}")
END
}

check() { # NAME SOURCE FLAGS
    local name=$1 src=$2 flags=$3 bin=$W/$1 cc=gcc engine opt
    [ "${src%.cc}" = "$src" ] || cc=g++
    "$CROSS$cc" -static -w $flags -o "$bin" "$src" -lm -latomic || { bad "$name: does not compile"; return; }
    run "$bin.want" "$QEMU" "$bin"
    for engine in $ENGINES; do
        opt=(--engine=$engine --stats-file="$bin.stats")
        rm -f "$bin.stats"
        if [ $engine = aot ]; then
            "$AOTC" build -q --store "$bin.store" "$bin" >"$bin.build" 2>&1 || {
                bad "$name: aotc build: $(head -1 "$bin.build")"
                continue
            }
            opt+=(--store="$bin.store")
        fi
        run "$bin.$engine" "$AOTRUN" "${opt[@]}" "$bin"
        if cmp -s "$bin.want" "$bin.$engine"; then
            ok
        else
            bad "$name ($engine, $flags)"
            diff "$bin.want" "$bin.$engine" | head -8
        fi
        if ran "$name" $engine "$bin.stats"; then ok; else bad "$name ($engine): the wrong engine"; fi
    done
}

sources=("$here"/*.c "$here"/*.cc)
for name in throwing.cc stl.cc jumps.c library.c; do sources+=("$here/../aot-coverage/$name"); done
for src in "${sources[@]}"; do
    name=$(basename "$src"); name=${name%.*}
    [ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
    variants=$(sed -n "s/.*variants \(of all\|$GUEST\): *\([^*]*\).*/\2/p" "$src")
    n=0
    for level in $LEVELS; do
        for v in $variants; do
            n=$((n + 1)); check "$name$n" "$src" "$level ${v//,/ }"
        done
        [ -n "$variants" ] || { n=$((n + 1)); check "$name$n" "$src" "$level"; }
    done
done
[ $failed != 0 ] || rm -rf "$W"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
