#!/bin/bash
# What a guest was told is written is written: aotrun is killed at random moments, and a full file system, a full device and a broken one
# reach the guest as errno. Environment: GUEST, O, AOTRUN, ROUNDS (kills with each engine; 25), ENGINES.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
GUEST=${GUEST:-riscv64}
AOTRUN=${AOTRUN:-$O/aotrun}
ROUNDS=${ROUNDS:-25}
W=$O/durable-$GUEST
passed=0 failed=0
mkdir -p "$W/full"
"$GUEST-linux-gnu-gcc" -static -O1 -w -o "$W/writer" "$here/writer.c" && gcc -static -O1 -w -o "$W/writer.native" "$here/writer.c" &&
    gcc -O1 -w -o "$W/killer" "$here/killer.c" || { echo "0 passed, 1 failed"; exit 1; }

verdict() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi; }

for engine in ${ENGINES:-interp jit}; do
    timeout $((ROUNDS * 2 + 20)) "$W/killer" "$ROUNDS" "$W/data" "$AOTRUN" --engine=$engine "$W/writer" "$W/data"
    verdict $? "records lost ($engine)"
done

# same WHAT FILE: the guest's output equals the native program's.
same() {
    "$W/writer.native" "$W/data" "$2" >"$W/want" 2>&1
    for engine in ${ENGINES:-interp jit}; do
        "$AOTRUN" --engine=$engine "$W/writer" "$W/data" "$2" >"$W/got" 2>&1
        diff "$W/want" "$W/got"; verdict $? "$1 ($engine)"
    done
}
same "/dev/full" /dev/full
(ulimit -f 128; trap '' XFSZ; same "a limit of file sizes" "$W/limited"; echo "$passed $failed" >"$W/counts")
read -r passed failed <"$W/counts"
if mount -t tmpfs -o size=256k none "$W/full" 2>/dev/null; then
    same "a full file system" "$W/full/f"
    grep -q '^write: ENOSPC' "$W/want"; verdict $? "the file system was not full"
    umount "$W/full"
fi
rm -f "$W/data" "$W/limited"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
