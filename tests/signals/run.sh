#!/bin/bash
# tests/signals/run.sh [PROGRAM...]: programs about signals, compiled for GUEST (riscv64, aarch64), print what the same program compiled for this
# machine prints under the kernel itself. Programs that begin with "// oracle: own" judge themselves: they end with "N wrong", N = 0.
# Environment: GUEST, AOTRUN, AOTC, ENGINES ("jit" unless set; interp, aot), CROSS, O; DYNAMIC=1: dynamic programs, with -L /usr/$GUEST-linux-gnu;
# SIZE: how much (1 unless set) the programs do that take a size.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc}
ENGINES=${ENGINES:-jit} GUEST=${GUEST:-riscv64} CROSS=${CROSS:-$GUEST-linux-gnu-gcc}
W=$O/signals-$GUEST${DYNAMIC:+-dynamic}
mkdir -p "$W/dir"
link=-static opts=()
[ -n "${DYNAMIC:-}" ] && link= opts=(-L "/usr/$GUEST-linux-gnu")
export AOT_STORE=$W/store
passed=0 failed=0
fail() { failed=$((failed + 1)); echo "FAIL $1"; }

# run OUT COMMAND...: output and exit status go to OUT; KILL, since programs here catch everything else.
run() {
    local out=$1
    shift
    (cd "$W/dir" && ulimit -c 0 && exec timeout -s KILL "${LIMIT:-120}" "$@" "${SIZE:-1}" </dev/null 2>&1) >"$out"
    echo "exit $?" >>"$out"
}
judge() {
    if grep -q '^// oracle: own' "$here/$1.c"; then
        tail -2 "$2" | head -1 | grep -qx '0 wrong' && tail -1 "$2" | grep -qx 'exit 0'
    else
        diff "$W/$1.want" "$2" >"$W/$1.diff"
    fi
}
check() {
    local name=$1 src=$here/$1.c bin=$W/$1
    [ "$bin" -nt "$src" ] && [ "$bin" -nt "$here/s.h" ] ||
        "$CROSS" $link -pthread -O1 -w -o "$bin" "$src" -lrt || { fail "$name: does not compile"; return; }
    if ! grep -q '^// oracle: own' "$src"; then
        gcc -static -pthread -O1 -w -o "$bin.native" "$src" -lrt || { fail "$name: does not compile natively"; return; }
        run "$W/$name.want" "$bin.native"
    fi
    for engine in $ENGINES; do
        if [ "$engine" = aot ] && ! "$AOTC" build -q "$bin" 2>"$W/$name.build"; then
            fail "$name: aotc build: $(head -1 "$W/$name.build")"
            continue
        fi
        run "$W/$name.$engine" "$AOTRUN" "${opts[@]}" --engine="$engine" "$bin"
        if judge "$name" "$W/$name.$engine"; then
            passed=$((passed + 1))
        else
            fail "$name ($GUEST, $engine)"
            if [ -f "$W/$name.diff" ]; then head -12 "$W/$name.diff"; else tail -12 "$W/$name.$engine"; fi
        fi
    done
}

[ $# = 0 ] && set -- $(cd "$here" && ls ./*.c | sed 's|./||; s|[.]c$||')
for name; do
    check "$name"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
