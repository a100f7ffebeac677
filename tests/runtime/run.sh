#!/bin/bash
# aotrun end to end. Compiles the programs of this folder for each guest, runs them by interpreter and from images, and compares with
# PROGRAM.GUEST.want or PROGRAM.want (what Linux gives there; qemu-user differs or crashes in places). Programs that say "guest: NAME" are
# for that guest alone. Then the command line, with riscv64 programs: statuses, messages, statistics.
# Environment: AOTRUN, AOTC, O, CROSS (of riscv64), GUESTS ("riscv64 aarch64" unless set), ENGINES ("interp auto aot jit" unless set).
# One argument: run only the program or group of that name.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun}
AOTC=${AOTC:-$O/aotc}
CROSS=${CROSS:-riscv64-linux-gnu-gcc}
ENGINES=${ENGINES:-interp auto aot jit}
W=$O/runtime-tests
rm -rf "$W"; mkdir -p "$W"
cd "$W" || exit 1
export AOT_STORE=$W/store XDG_CACHE_HOME=$W/cache
passed=0 failed=0

fail() { failed=$((failed + 1)); echo "FAIL $*"; }
ok() { passed=$((passed + 1)); }
# is WHAT GOT WANT
is() { if [ "$2" = "$3" ]; then ok; else fail "$1: got '$2', expected '$3'"; fi; }
# has WHAT TEXT PATTERN: an extended regular expression
has() { if grep -qE -e "$3" <<<"$2"; then ok; else fail "$1: '$3' is not in '$2'"; fi; }

programs() { # GUEST CROSS
    local src name engine want
    mkdir -p "$1"; cd "$1" || exit 1
    for src in "$here"/*.c; do
        name=$(basename "$src" .c)
        [ -z "$only" ] || [ "$only" = "$name" ] || continue
        ! grep -q 'guest: ' "$src" || grep -q "guest: $1" "$src" || continue
        want=$here/$name.$1.want; [ -f "$want" ] || want=$here/$name.want
        "$2" -static -O1 -w -o "$name" "$src" -lm || { fail "$name does not compile"; continue; }
        "$AOTC" build -q "$name" >build.out 2>&1 || fail "$name: aotc build: $(head -1 build.out)"
        for engine in $ENGINES; do
            case $name.$engine in process.aot | change.aot | newcode.aot | quiet.aot) continue ;; esac     # they make code at run time
            rm -f stats
            { AOTRUN_TEST=visits=24 timeout 60 "$AOTRUN" --engine=$engine --stats-file=stats "./$name" >"$name.$engine" 2>"$name.err" </dev/null; } 2>/dev/null
            [ $? = 132 ] && echo "exit 132" >>"$name.$engine"
            if diff "$want" "$name.$engine" >diff.out && [ ! -s "$name.err" ]; then ok; else fail "$1: $name ($engine)"; head -8 diff.out "$name.err"; fi
            ran "$name" $engine "$1"
        done
    done
    cd "$W" || exit 1
}

# Which engine did the work: the statistics of the process that ended last.
ran() {
    tail -1 stats | python3 -c '
import json, sys
name, engine = sys.argv[1:]
s = json.loads(sys.stdin.readline())
compiled, here = s["dispatch"], s["enter_jit"]
right = {"interp": compiled == 0, "aot": compiled > here == 0 and s["images"] == 1, "auto": compiled > here and s["images"] == 1,
         "jit": compiled == here > 0 and s["images"] == 0}[engine]
if name == "change" and engine != "interp":
    right = right and here > 300 and s["invalidated"] > 25 and s["jit_failed"] < 4 and s["t0_insns"] < 150000
if not right:
    sys.exit(f"{name} ({engine}): {s}")' "$1" "$2" && ok || fail "$3: $1 ($2): the wrong engine"
}

cli() {
    local out
    cat >hello.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    if (argc > 2)
        execv(argv[1], argv + 1);
    printf("%s %d %s\n", argv[0], argc, getenv("VAR") ? getenv("VAR") : "-");
    return 7;
}
END
    "$CROSS" -static -O1 -o hello hello.c && "$CROSS" -O1 -o hello-dyn hello.c \
        && "$CROSS" -static -Wl,-pie,--no-dynamic-linker -O2 -fPIE -nostdlib -ffreestanding -x c -o hello-pie "$here/pie.inc" && gcc -O1 -o hello-host hello.c || { fail "hello does not compile"; return; }
    "$AOTRUN" --help >/dev/null; is "help" $? 0
    has "version" "$("$AOTRUN" --version)" '^aotrun [0-9]+\.'
    out=$("$AOTRUN" 2>&1); is "no file" "$? $(wc -l <<<"$out")" "64 1"
    out=$("$AOTRUN" --engine=fast ./hello 2>&1); is "bad engine" "$? $(wc -l <<<"$out")" "64 1"
    out=$("$AOTRUN" --frob ./hello 2>&1); is "unknown option" "$?" 64; has "unknown option" "$out" 'frob'
    out=$("$AOTRUN" ./none 2>&1); is "missing" "$? $(wc -l <<<"$out")" "127 1"
    out=$("$AOTRUN" . 2>&1); is "directory" $? 126
    out=$("$AOTRUN" ./hello.c 2>&1); is "text" $? 126; has "text" "$out" 'not an ELF file'
    out=$("$AOTRUN" ./hello-dyn 2>&1); is "dynamic" $? 126; has "dynamic" "$out" 'cannot open its interpreter'; has "dynamic: what to do" "$out" 'use -L ROOT'
    out=$("$AOTRUN" ./hello-host 2>&1); is "host program" $? 126; has "host program" "$out" 'machine 62 '
    head -c 5000 hello >short; out=$("$AOTRUN" ./short 2>&1); is "truncated program" $? 126
    out=$("$AOTRUN" ./hello); is "status" "$? $out" "7 ./hello 1 -"
    for engine in interp auto; do
        out=$("$AOTRUN" --engine=$engine ./hello-pie); is "pie ($engine)" "$? $out" "7 ./hello-pie 1 tables right"
    done
    is "argv0 and environment" "$("$AOTRUN" -0 name -E VAR=set ./hello x)" "name 2 set"
    is "unset" "$(VAR=here "$AOTRUN" -U VAR ./hello)" "./hello 1 -"
    is "own options" "$("$AOTRUN" ./hello --stats)" "./hello 2 -"
    inheritance
    images
}

inheritance() {
    rm -f stats
    VAR=v "$AOTRUN" --engine=interp --stats-file=stats ./hello "$PWD/hello" --x </dev/null >out; is "exec" "$? $(cat out)" "7 $PWD/hello 2 v"
    is "a line for each program" "$(grep -c '"engine":"interp"' stats)" 2
    is "ends" "$(grep -o '"end":"[a-z]*","status":[0-9]*' stats | tr '\n' ' ')" '"end":"exec","status":0 "end":"exit","status":7 '
    python3 -c 'import json,sys; [json.loads(x) for x in open("stats")]' && ok || fail "statistics are not JSON"
    rm -f stats
    "$AOTRUN" --stats-file=stats ./hello /bin/echo host >out; is "host exec" "$? $(cat out)" "0 host"
    has "host programs are counted" "$(cat stats)" '"host_programs":1'
    rm -f stats
    echo 'int main(void) { for (;;); }' >spin.c; "$CROSS" -static -o spin spin.c
    timeout 0.3 "$AOTRUN" --stats-file=stats ./spin; is "killed by timeout" $? 124
    has "a line for the dead" "$(cat stats)" '"end":"signal","status":15,'
    "$AOTRUN" --engine=interp --stats ./hello 2> >(exec 0<&-) >/dev/null; is "statistics into a closed pipe" $? 7
    has "text statistics" "$("$AOTRUN" --engine=interp --stats ./hello 2>&1 >/dev/null)" 'guest instructions in T0 +[1-9]'
    has "strace is inherited" "$("$AOTRUN" --strace ./hello ./hello-pie z 2>&1 >/dev/null | grep -c 'exit(7)')" '^1$'
}

images() {
    local out
    rm -rf store
    out=$("$AOTRUN" --engine=aot ./hello 2>&1); is "no image under aot" "$? $(wc -l <<<"$out")" "70 1"; has "miss names the pc" "$out" 'guest pc 0x[0-9a-f]+'
    has "explain: no image" "$("$AOTRUN" --explain="$(entry hello)" ./hello)" 'not served: no image'
    "$AOTC" build -q hello hello-pie >build.out 2>&1 || { fail "aotc build: $(head -1 build.out)"; return; }
    for p in hello hello-pie; do
        "$AOTRUN" "./$p" >"$p.out"; is "$p prints the same" "$(cat "$p.out")" "$("$AOTRUN" --engine=interp "./$p")"
        out=$("$AOTRUN" --stats=json "./$p" 2>&1); is "$p from its image" "$?" 7
        has "$p: image attached" "$out" '"images":1,"level":[234],"refused":0'
        has "$p: T0 under 1 %" "$out" '"t0_insns":[0-9]{1,3},'
    done
    has "explain: served" "$("$AOTRUN" --explain="$(entry hello)" ./hello)" 'served from the image'
    has "explain: elsewhere" "$("$AOTRUN" --explain=0x10 ./hello)" 'not executable memory'
    refusals
}

entry() { LC_ALL=C "${CROSS%gcc}readelf" -h "$1" | awk '/Entry point/ { print $4 }'; }

refusals() {
    local image out
    rm -rf store; "$AOTC" build -q hello >/dev/null 2>&1
    image=$(ls store/*.aot)
    cp "$image" good; chmod u+w good
    for how in truncate header version magic; do
        cp good bad; chmod u+w bad
        case $how in
        truncate) truncate -s -4096 bad ;;
        header) printf '\377' | dd of=bad bs=1 seek=200 conv=notrunc status=none ;;
        version) printf '\377' | dd of=bad bs=1 seek=8 conv=notrunc status=none ;;
        magic) printf 'x' | dd of=bad bs=1 seek=0 conv=notrunc status=none ;;
        esac
        rm -f "$image"; cp bad "$image"; chmod 444 "$image"
        out=$("$AOTRUN" ./hello 2>err); is "$how: the program runs" "$? $out" "7 ./hello 1 -"
        is "$how: one line" "$(wc -l <err)" 1; has "$how: refused" "$(cat err)" '^aotrun: .*hello: image refused: '
    done
    rm -f "$image"
    out=$("$AOTRUN" ./hello 2>err); is "vanished: the program runs" "$? $out" "7 ./hello 1 -"
    head -c 100 /dev/urandom >store/index.lmdb
    out=$("$AOTRUN" ./hello 2>err); is "damaged index: the program runs" "$? $out" "7 ./hello 1 -"
    rm -rf store; "$AOTC" build -q hello >/dev/null 2>&1; chmod -R a-w store
    has "read-only store" "$("$AOTRUN" --stats=json ./hello 2>&1)" '"images":1'
    chmod -R u+w store
}

only=${1:-}
for guest in ${GUESTS:-riscv64 aarch64}; do
    programs $guest "$([ $guest = riscv64 ] && echo "$CROSS" || echo $guest-linux-gnu-gcc)"
done
[ -n "$only" ] && [ "$only" != cli ] || cli
echo "$passed passed, $failed failed"
[ $failed = 0 ]
