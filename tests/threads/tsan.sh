#!/bin/bash
# tests/threads/tsan.sh [PROGRAM...]: the thread programs under an aotrun built with ThreadSanitizer: they print what they must, and the sanitizer
# reports nothing. By T0, by code compiled in the process, by images; static programs of both guests, and dynamic ones.
# Environment: O, AOTC (a release build of the same sources: its images must be accepted), GUESTS, MODES ("static dynamic"), SIZE,
# ENGINES; AOTRUN: already built so.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
export AOTC=${AOTC:-$O/aotc}
T=$O/tsan
mkdir -p "$T"
cd "$here/../.." || exit 1
make -s O="$T" VARIANT=tsan "$T/aotrun" >"$T/build.log" 2>&1 || { tail "$T/build.log"; echo "FAIL build"; echo "0 passed, 1 failed"; exit 1; }
export AOTRUN=$T/aotrun
rm -f "$T"/report.*
export TSAN_OPTIONS="log_path=$T/report exitcode=0 suppressions=$here/../tsan.supp"
passed=0 failed=0

for guest in ${GUESTS:-riscv64 aarch64}; do
    for mode in ${MODES:-static dynamic}; do
        [ $mode = dynamic ] && engines=${ENGINES:-jit auto} || engines=${ENGINES:-interp jit auto}
        O=$T GUEST=$guest DYNAMIC=${mode#static} ENGINES=$engines LIMIT=300 OPTS="-E OTHER_TASKS=1" tests/threads/run.sh "$@" >"$T/run.log" 2>&1
        grep -v ' passed, ' "$T/run.log"
        read -r p _ f _ < <(grep ' passed, ' "$T/run.log")
        passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
    done
done

# One failure for each place that was reported.
while read -r n what; do
    echo "FAIL $n times: $what"
    failed=$((failed + 1))
done < <(cat "$T"/report.* 2>/dev/null | grep '^SUMMARY' | sort | uniq -c)
[ "$(cat "$T"/report.* 2>/dev/null | grep -c '^SUMMARY')" = 0 ] && passed=$((passed + 1))
echo "$passed passed, $failed failed"
[ $failed = 0 ]
