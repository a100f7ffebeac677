#!/bin/bash
# Compiles the programs of this folder for a guest and compares what aotrun prints with an oracle:
#   native   the same program compiled for this machine (the kernel itself says what is right; qemu-user differs from it in places)
#   qemu     qemu-user, for programs that hold guest code
# A first comment "// oracle: qemu" in a program chooses. Lines in PROGRAM.differs and PROGRAM.GUEST.differs ("oracle line<TAB>our line<TAB>why")
# may differ.
# Environment: SRC (the folder with the programs, this one unless set), GUEST (riscv64 unless set; aarch64), AOTRUN, ENGINES ("interp" unless set; aot runs over images that $AOTC builds), QEMU, O. Argument: one program's name.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun}
AOTC=${AOTC:-$O/aotc}
ENGINES=${ENGINES:-interp}
GUEST=${GUEST:-riscv64}
CROSS=${CROSS:-$GUEST-linux-gnu-gcc}
SRC=${SRC:-$here}
W=$O/$(basename "$SRC")-$GUEST
mkdir -p "$W"
[ -n "${QEMU:-}" ] || QEMU=$("$here/../fetch-qemu" 2>/dev/null | tail -1 | sed "s/riscv64$/$GUEST/")
passed=0 failed=0

say_fail() { failed=$((failed + 1)); echo "FAIL $1"; }

# run OUT COMMAND...: in a fresh directory, with a fixed environment and a time limit; output and exit status go to OUT.
run() {
    local out=$1 dir
    shift
    dir=$(mktemp -d "$W/dir.XXXXXX")
    (cd "$dir" && ulimit -c 0 && exec env -i K=V timeout 60 "$@" arg-one "arg two" </dev/null 2>&1) | head -c 200000 >"$out"
    echo "exit ${PIPESTATUS[0]}" >>"$out"
    rm -rf "$dir"
}

# A line of the differs file is taken as equal on both sides.
settle() {
    cat "$SRC/$1.differs" "$SRC/$1.$GUEST.differs" 2>/dev/null |
        awk -F'\t' 'FILENAME == "-" { if (NF >= 2) to[$1] = $2; next } { print ($0 in to) ? to[$0] : $0 }' - "$2"
}

check() {
    local name=$1 src=$SRC/$1.c bin=$W/$1 oracle
    "$CROSS" -static -O1 -w -o "$bin" "$src" || { say_fail "$name: does not compile"; return; }
    if grep -q '^// oracle: qemu' "$src"; then
        [ -x "$QEMU" ] || { say_fail "$name: no qemu-$GUEST"; return; }
        run "$W/$name.want" "$QEMU" -0 "$bin" "$bin"
        sed -i '/^qemu: uncaught target signal/d' "$W/$name.want"       # said where qemu could write a core
    else
        gcc -static -O1 -w -o "$bin.native" "$src" || { say_fail "$name: does not compile natively"; return; }
        run "$W/$name.want" "$bin.native"
    fi
    settle "$name" "$W/$name.want" >"$W/$name.wanted"
    for engine in $ENGINES; do
        local opt=--engine=$engine
        if [ "$engine" = aot ]; then
            rm -rf "$W/store"
            if ! "$AOTC" build --store "$W/store" "$bin" >/dev/null 2>"$W/$name.build"; then
                say_fail "$name: aotc build: $(head -1 "$W/$name.build")"
                continue
            fi
            opt="--engine=aot --store=$W/store"
        fi
        run "$W/$name.got" "$AOTRUN" $opt "$bin"
        settle "$name" "$W/$name.got" >"$W/$name.$engine"
        if diff "$W/$name.wanted" "$W/$name.$engine" >"$W/$name.diff"; then
            passed=$((passed + 1))
        else
            say_fail "$name ($engine)"
            head -${LINES_SHOWN:-12} "$W/$name.diff"
        fi
    done
}

for src in "$SRC"/*.c; do
    name=$(basename "$src" .c)
    [ $# = 0 ] || [ "$1" = "$name" ] || continue
    check "$name"
done
if [ $# = 0 ] && [ -x "$W/unknown" ]; then
    n=$("$AOTRUN" --engine=interp --verbose "$W/unknown" 2>&1 >/dev/null | grep -c 'unknown system call')
    [ "$n" = 2 ] && passed=$((passed + 1)) || say_fail "unknown: --verbose names 2 numbers once each, counted $n"
    n=$("$AOTRUN" --engine=interp --strace "$W/unknown" 2>&1 >/dev/null | grep -c 'syscall_4[0-9]*() = -1 ENOSYS')
    [ "$n" = 6 ] && passed=$((passed + 1)) || say_fail "unknown: --strace shows 6 calls, counted $n"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
