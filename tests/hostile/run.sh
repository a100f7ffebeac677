#!/bin/bash
# tests/hostile/run.sh short|full   hostile images, programs, stores and texts: through the readers in one process under ASan and
# UBSan, then some of them through the real aotc and aotrun. Environment: O, AOTC, AOTRUN, SEED (1). Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
O=$(cd "${O:-build}" && pwd)
AOTC=${AOTC:-$O/aotc} AOTRUN=${AOTRUN:-$O/aotrun} seed=${SEED:-1}
driver=$O/hostile/hostile-driver
QEMU=${QEMU:-$(tests/fetch-qemu 2>/dev/null | tail -1)}
case ${1:-} in
short) images=10000 programs=10000 stores=1000 texts=1000 runs=60 large=20 ;;
full) images=40000 programs=30000 stores=10000 texts=10000 runs=300 large=500 ;;
*) echo "usage: tests/hostile/run.sh short|full"; exit 64 ;;
esac
tmp=$(mktemp -d "$O/hostile.XXXXXX") && trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
cd "$tmp"
unset AOT_STORE
export XDG_CACHE_HOME=$tmp/no XDG_STATE_HOME=$tmp/no HOME=$tmp
pass=0 fail=0

ok() { pass=$((pass + 1)); }
bad() { fail=$((fail + 1)); echo "FAIL: $*"; }
die() { echo "FAIL: $*"; echo "$pass passed, $((fail + 1)) failed"; exit 1; }
# drive OPTION... WHAT COUNT FILE...: a run of the driver, whose mutants count one each
drive() {
    local log sum opt=()
    while [ "$1" = -k ]; do opt+=("$1" "$2"); shift 2; done
    log=$1.log
    "$driver" "${opt[@]}" "$1" "$2" "$seed" "${@:3}" >"$log" 2>&1
    sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    grep -vE '^[0-9]+ passed, ' "$log" | tail -30
    [ -n "$sum" ] || { bad "$1: the driver said nothing"; return; }
    [[ $sum = *' 0 failed' ]] || bad "$1: see above (-i MUTANT runs it alone)"
    pass=$((pass + ${sum%% *})) sum=${sum#*, } fail=$((fail + ${sum%% *}))
}

[ -x "$driver" ] || die "no $driver: make hostile-driver"
[ -x "$QEMU" ] || die "no qemu-riscv64 10: set QEMU"
cc="riscv64-linux-gnu-gcc -O2 -nostdlib -nostartfiles -fno-stack-protector -fasynchronous-unwind-tables -Wl,-z,separate-code"
$cc -static -no-pie -fno-pie -o plain "$root/tests/hostile/guest.c" &&
    $cc -static -no-pie -fno-pie -DFAULTS -o faulty "$root/tests/hostile/guest.c" &&
    $cc -static-pie -fPIE -Wl,--no-dynamic-linker -o pie "$root/tests/hostile/guest.c" &&
    $cc -shared -fPIC -o library "$root/tests/hostile/guest.c" && riscv64-linux-gnu-strip -o stripped plain || die "cross compiler"
for p in plain faulty pie; do
    "$AOTC" build -q --no-store -o $p.img $p || die "no image of $p"
    "$AOTRUN" --engine=interp ./$p >$p.want || die "T0 does not run $p"
done
cmp -s plain.want faulty.want && bad "the guest does not see its faults" || ok

# ---- in one process, under the sanitizers
mkdir kept.plain kept.faulty kept.pie mutants scratch
for p in plain faulty pie; do drive -k kept.$p,$((runs / 3)) images $((images / 3 + 1)) $p.img; done
drive -k mutants,$runs programs $programs plain pie stripped faulty library
drive stores $stores scratch plain.img plain
for t in compile decode discover:elf elf image load:elf options parse profile snap; do
    drive "${t%:*}" $texts "$root/tests/corpus/${t#*:}"/*
done
drive index $texts scratch/store/index.lmdb
# A program with a C library, and its image: large tables.
printf '#include <stdio.h>\nint main(void) { return printf("hello %%d\\n", 5) != 8; }\n' >hello.c
riscv64-linux-gnu-gcc -O2 -static -o hello hello.c && "$AOTC" build -q --no-store -o hello.img hello || die "no image of hello"
drive images $large hello.img
drive programs $large hello

# ---- images that verify, run by the real aotrun: the right output or a refusal
gcc -std=gnu17 -O1 -w -D_GNU_SOURCE -I"$root" -I"$O/gen" -o craft "$root/tests/images/craft.c" \
    "$O/libformats.a" "$O/libir.a" -lelf \
    -llmdb \
    -lzstd -lxxhash -lsodium -lm || die "craft does not compile"
# image PROGRAM FILE: publishes it and runs the program from it
served=0
image() {
    local rc
    chmod -R u+w st 2>/dev/null; rm -rf st stats
    ./craft publish st "$2" 2>err || { bad "$2: verified in memory, refused by the store: $(cat err)"; return; }
    timeout -k 1 20 "$AOTRUN" --stats-file=stats --store=st "./$1" >out 2>err </dev/null; rc=$?
    grep -q '"images":1' stats 2>/dev/null && served=$((served + 1))
    if grep -q 'internal error' err; then bad "$1 with $2: $(grep -m1 'internal error' err)"
    elif [ $rc = 124 ] || [ $rc = 137 ]; then bad "$1 with $2: runs on"
    elif [ $rc = 0 ] && cmp -s out "$1.want"; then ok
    # Snapshots that differ from the code give the guest other registers when it faults, and nobody else anything.
    elif [[ $1 = faulty && $2 = */state-* ]]; then ok
    else bad "$1 with $2: status $rc, '$(head -c 100 out)' $(head -2 err)"; fi
}
for p in plain faulty pie; do for f in kept.$p/*.img; do image $p "$f"; done; done
[ $served -gt $((runs * 8 / 10)) ] && ok || bad "only $served of $runs mutants served as images: the rest tested nothing"
echo "images run: $served served of $(ls kept.*/*.img | wc -l)"

# ---- mutated programs through the real aotc and aotrun, as nobody: who knows what they call
as_nobody=()
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$AOTRUN" -a -r "$tmp/plain" 2>/dev/null; then
    as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
# guest RUNNER FILE: its output in out; the shell says nothing about signals
guest() {
    { (ulimit -t 10 -f 1000; exec timeout --foreground -k 1 5 "${as_nobody[@]}" "$@" >out 2>&3 </dev/null); } 3>&2 2>/dev/null
}
ran=0
program() {
    local rc
    chmod 755 "$1"
    timeout -k 1 20 "$AOTC" build -q --no-store -o m.img "$1" >out 2>err; rc=$?
    rm -f m.img
    case $rc in
    0) ok ;;
    1|65) [ "$(wc -l <err)" = 1 ] && ok || bad "aotc build $1: status $rc and $(wc -l <err) lines: $(head -3 err)" ;;
    *) bad "aotc build $1: status $rc: $(head -3 err)" ;;
    esac
    guest "$AOTRUN" "./$1" 2>err; rc=$?
    cmp -s out plain.want && ran=$((ran + 1))
    if grep -qE 'internal error|runtime error|Assertion' err; then bad "aotrun $1: $(grep -m1 -E 'error|Assertion' err)"
    elif [ $rc -lt 124 ] || [[ $rc = 12[67] ]]; then ok
    else                                # it loops, or died by a signal: so it must elsewhere
        guest "$QEMU" "./$1" 2>/dev/null
        [ $? -ge 124 ] && ok || bad "aotrun $1: status $rc: $(head -2 err)"
    fi
}
for f in mutants/*.elf; do program "$f"; done
echo "programs run: $ran of $(ls mutants/*.elf | wc -l) gave the sound one's output"
[ $ran -gt 0 ] && ok || bad "no mutated program ran"

echo "$pass passed, $fail failed"
[ $fail = 0 ]
