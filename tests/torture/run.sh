#!/bin/bash
# run.sh [DIR]   gcc's C torture programs (gcc/testsuite/gcc.c-torture/execute, or LLVM's test-suite copy of it; no part of this
# tree). DIR, or $TORTURE_DIR, is that folder. Each program is compiled at each of $LEVELS, run under qemu, and, when it exits
# with 0 there, must exit with 0 and print the same with each of $ENGINES. Programs that do not compile, or that qemu does not
# pass, are only counted. One that needs code which no image holds (trampolines on the stack) is noted, and runs with
# --engine=auto instead of aot. 60 programs share an executable: their main functions get names of their own and all their other
# symbols become local. Thus libc is translated once for 60 programs, not 60 times. Environment: LEVELS ("-O0 -O2"; a comma inside
# a level becomes a space), ENGINES ("interp aot"; for jit set AOTRUN_TEST=visits=1, too, so that everything is compiled), ONLY (a
# pattern of names), GUEST (riscv64 unless set; aarch64), JOBS (2), AOTRUN, AOTC, QEMU, CROSS ($GUEST-linux-gnu-), O. Prints `N
# passed, N failed`; a pass is one program at one level with one engine.
set -u
here=$(cd "$(dirname "$0")" && pwd)
suite=${1:-${TORTURE_DIR:-}}
[ -f "$suite/20000112-1.c" ] || { sed -n 2,10p "$0"; exit 2; }
suite=$(cd "$suite" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
export AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} ENGINES=${ENGINES:-interp aot} GUEST=${GUEST:-riscv64}
export CROSS=${CROSS:-$GUEST-linux-gnu-}
LEVELS=${LEVELS:--O0 -O2} ONLY=${ONLY:-*} JOBS=${JOBS:-2}
export QEMU=${QEMU:-$("$here/../fetch-qemu" 2>/dev/null | tail -1)}
export W=$O/torture-$GUEST suite
[ -x "$QEMU" ] || { echo "no qemu-$GUEST"; exit 1; }
rm -rf "$W"; mkdir -p "$W"
ulimit -c 0

# compile LEVEL N SOURCE: $W/LEVEL/o/N.o, with main as torture_N and nothing else global. Options come from the program's dg lines,
# those without a target's name.
compile() {
    local out=$W/$1/o/$2 src=$3 flags extra=
    flags=$(sed -n 's/.*{ *dg-\(additional-\)\?options  *"\([^"]*\)" *}.*/\2/p' "$src")
    case $src in
        */builtins/*)
            extra="${src%.c}-lib.c ${src%/*}/lib/main.c"
            flags="$flags -fno-tree-dse -fno-tree-loop-distribute-patterns -fno-tracer -fno-ipa-ra" ;;
    esac
    "${CROSS}gcc" -w ${1//,/ } $flags -fno-pie -nostdlib -r -o "$out.tmp" "$src" $extra 2>/dev/null || return 0
    "${CROSS}objcopy" --redefine-sym "main=torture_$2" --keep-global-symbol="torture_$2" "$out.tmp" "$out.o"
    rm -f "$out.tmp"
}

# link LEVEL NAME N...: one executable for programs N. A function that nothing defines (the programs' link_error) is only fatal when
# called.
link() {
    local level=$1 name=$2 n
    shift 2
    {
        for n; do echo "int torture_$n(int, char **);"; done
        echo '#include <stdlib.h>'
        echo 'int main(int argc, char **argv) { switch (atoi(argv[1])) {'
        for n; do echo "case $n: return torture_$n(1, argv);"; done
        echo '} return 99; }'
    } >"$W/$level/$name.c"
    "${CROSS}gcc" -O1 -w -static -Wl,--unresolved-symbols=ignore-all -o "$W/$level/$name" "$W/$level/$name.c" \
        $(printf "$W/$level/o/%s.o " "$@") -lm 2>"$W/$level/$name.link" || echo "FAIL link $level $name"
}

run() {  # OUT COMMAND...
    local out=$1
    shift
    timeout 60 "$@" </dev/null 2>/dev/null >"$out.all"
    echo "exit $?" >>"$out.all"
    sed 's/0x[0-9a-f]\{9,\}/ADDRESS/g' "$out.all" >"$out"       # stacks lie elsewhere
    rm "$out.all"
}

# batch LEVEL NAME N...: one line a result: pass or FAIL, the engine, the level, the program's number; or `skip`, as qemu does not
# pass it.
batch() {
    local level=$1 name=$2 n engine bin=$W/$1/$2
    shift 2
    local present=()
    for n; do [ -f "$W/$level/o/$n.o" ] && present+=("$n"); done
    [ ${#present[@]} -gt 0 ] || return 0
    link "$level" "$name" "${present[@]}"
    case " $ENGINES " in
        *" aot "* | *" auto "*) "$AOTC" build -q -j1 --store "$bin.store" "$bin" || echo "FAIL aotc $level $name" ;;
    esac
    for n in "${present[@]}"; do
        run "$bin.$n.want" "$QEMU" "$bin" "$n" 2>/dev/null
        [ "$(tail -n 1 "$bin.$n.want")" = "exit 0" ] || { echo "skip qemu $level $n"; continue; }
        for engine in $ENGINES; do
            run "$bin.$n.$engine" "$AOTRUN" --engine="$engine" --store="$bin.store" "$bin" "$n" 2>/dev/null
            if [ "$engine $(tail -n 1 "$bin.$n.$engine")" = "aot exit 70" ]; then
                echo "note aot $level $n"
                run "$bin.$n.$engine" "$AOTRUN" --store="$bin.store" "$bin" "$n" 2>/dev/null
            fi
            if cmp -s "$bin.$n.want" "$bin.$n.$engine"; then
                echo "pass $engine $level $n"
            else
                echo "FAIL $engine $level $n $bin $(tail -n 1 "$bin.$n.$engine")"
            fi
        done
    done
}
export -f compile link run batch

sources=()
for src in "$suite"/*.c "$suite"/ieee/*.c "$suite"/builtins/*.c; do
    case ${src#"$suite/"} in
        *-lib.c) ;;
        $ONLY.c) sources+=("$src") ;;
    esac
done
for level in $LEVELS; do
    mkdir -p "$W/$level/o"
    for n in "${!sources[@]}"; do echo "$level $n ${sources[$n]}"; done
done | xargs -P "$JOBS" -L 1 bash -c 'compile "$@"' compile
for level in $LEVELS; do
    for n in "${!sources[@]}"; do echo "$n"; done | xargs -n 60 echo | awk -v l="$level" '{ print l, "batch" NR, $0 }'
done | xargs -P "$JOBS" -L 1 bash -c 'batch "$@"' batch >"$W/results"

compiled=$(find "$W" -name '*.o' | wc -l)
echo "${#sources[@]} programs, $compiled objects, $(grep -c '^skip' "$W/results") that qemu does not pass"
while read -r _ _ level n; do
    echo "code outside images: ${sources[$n]#"$suite/"} $level"
done < <(grep '^note' "$W/results")
while read -r verdict engine level n rest; do
    case $n in
        *[!0-9]*) echo "$verdict $engine $level $n" ;;
        *) echo "$verdict ${sources[$n]#"$suite/"} $level $engine: $n $rest" ;;
    esac
done < <(grep '^FAIL' "$W/results")
failed=$(grep -c '^FAIL' "$W/results")
echo "$(grep -c '^pass' "$W/results") passed, $failed failed"
[ "$failed" = 0 ]
