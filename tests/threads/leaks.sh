#!/bin/bash
# tests/threads/leaks.sh: many.c makes 200 * SIZE threads and then as many forks under load with signals; after a tenth of each and at their end
# aotrun's process is looked at from outside: resident memory, data, mappings, descriptors and host threads are the same at both times. Prints
# what a thread and a fork cost, natively, by aotrun, and by qemu-user where there is one ($QEMU-$GUEST, or TESTCACHE's).
# Environment: GUESTS, ENGINES ("jit" unless set), SIZE (5: 1000 of each; 50 is the full form), AOTRUN, O, QEMU.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} SIZE=${SIZE:-5} ENGINES=${ENGINES:-jit}
QEMU=${QEMU:-${TESTCACHE:-/work/cache}-qemu/usr/bin/qemu}
W=$O/threads-leaks
rm -rf "$W"; mkdir -p "$W"
cd "$W" || exit 1
passed=0 failed=0
fail() { failed=$((failed + 1)); echo "FAIL $1"; }

# sample PID: kB resident, kB of data, mappings, descriptors, host threads
sample() {
    local rss data
    rss=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status")
    data=$(sed -n 's/^VmData:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status")
    echo "$rss $data $(wc -l <"/proc/$1/maps") $(ls "/proc/$1/fd" | wc -l) $(ls "/proc/$1/task" | wc -l)"
}

same() { # WHAT FIELD BEFORE AFTER TOLERANCE
    if [ $(($4 - $3)) -le "$5" ]; then passed=$((passed + 1)); else fail "$1: $2 grew from $3 to $4"; fi
}

# watch NAME COMMAND...: samples at the four pauses
watch() {
    local name=$1 line first=() after i
    shift
    rm -f in out
    mkfifo in out
    timeout -s KILL 900 "$@" many $SIZE pause <in >out 2>"$name.times" &
    exec 7>in 8<out
    for i in 1 2 3 4; do
        read -r -t 600 line <&8 || { fail "$name: ends early or hangs"; break; }
        [[ $line == at* ]] || { fail "$name: says '$line'"; break; }
        sleep 0.1                       # the last thread's end
        after=($(sample "$(pgrep -P $!)"))
        if [ $((i % 2)) = 1 ]; then
            first=("${after[@]}")
        else
            local what="$name, $([ $i = 2 ] && echo threads || echo forks)"
            # Two threads that map and unmap are always somewhere else; the C library keeps 40 MB of stacks, each of two mappings.
            same "$what" "resident kB" "${first[0]}" "${after[0]}" 6000
            same "$what" "kB of data" "${first[1]}" "${after[1]}" 44000
            same "$what" mappings "${first[2]}" "${after[2]}" 90
            same "$what" descriptors "${first[3]}" "${after[3]}" 0
            same "$what" "host threads" "${first[4]}" "${after[4]}" 0
        fi
        echo >&7
    done
    [ "$(cat <&8)" = ok ] && passed=$((passed + 1)) || fail "$name: no ok"
    exec 7>&- 8<&-
    wait $!
    echo "$name: $(paste -sd' ' "$name.times")"
}

gcc -pthread -O1 -w -o many "$here/many.c" || exit 1
: >native.times
./many $SIZE pause < <(printf '\n\n\n\n') 2>native.times >native.out
tail -1 native.out | grep -qx ok || fail "native"
echo "native: $(paste -sd' ' native.times)"
for guest in ${GUESTS:-riscv64 aarch64}; do
    $guest-linux-gnu-gcc -static -pthread -O1 -w -o many "$here/many.c" || { fail "$guest: does not compile"; continue; }
    for e in $ENGINES; do
        watch "$guest-$e" "$AOTRUN" --engine=$e
    done
    if [ "$SIZE" -gt 5 ] && [ -x "$QEMU-$guest" ]; then
        timeout 400 "$QEMU-$guest" ./many 5 pause < <(printf '\n\n\n\n') 2>qemu.times >/dev/null || echo "qemu-$guest fails"
        echo "qemu-$guest: $(paste -sd' ' qemu.times)"
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
