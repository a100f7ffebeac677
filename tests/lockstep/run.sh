#!/bin/bash
# --check=lockstep and --perf=map. Real programs run clean and print what they must, with units counted, from images and compiled here;
# seeded errors are reported with the right region and register or address; the map of perf names a hot function.
# The check makes a process strict, so it wants strict images.
# Environment: AOTRUN, AOTC, O, GUEST (riscv64 unless set, or aarch64), CROSS, TESTCACHE (busybox).
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} GUEST=${GUEST:-riscv64}
CROSS=${CROSS:-$GUEST-linux-gnu-gcc}
# The registers that errors are seeded in: of the result in floating point, the stack pointer, a saved one.
case $GUEST in aarch64) fp=v0 sp=sp saved=x19 any=x3 ;; *) fp=f10 sp=x2 saved=x8 any=x1 ;; esac
W=$O/lockstep-tests-$GUEST
rm -rf "$W"; mkdir -p "$W"
busybox=${BUSYBOX:-$(O=$O "$here/../fetch-busybox" | tail -1)}
cd "$W" || exit 1
export AOT_STORE=$W/store XDG_CACHE_HOME=$W/cache
passed=0 failed=0

fail() { failed=$((failed + 1)); echo "FAIL $*"; }
ok() { passed=$((passed + 1)); }
is() { if [ "$2" = "$3" ]; then ok; else fail "$1: got '$2', expected '$3'"; fi; }
has() { if grep -qE -e "$3" <<<"$2"; then ok; else fail "$1: '$3' is not in '$(head -c 1500 <<<"$2")'"; fi; }
lacks() { if grep -qE -e "$3" <<<"$2"; then fail "$1: '$3' is in '$(head -c 1500 <<<"$2")'"; else ok; fi; }
# field FILE NAME: the sum over all processes
field() { grep -o "\"$2\":[0-9]*" "$1" | awk -F: '{ n += $2 } END { print n + 0 }'; }
address() { nm ./program | awk -v f="$1" '$3 == f { print "0x" $1 }' | sed 's/0x0*/0x/'; }

# same NAME PROGRAM ARGUMENT...: as the interpreter prints it, with both sources of compiled code
same() {
    local name=$1 want engine
    shift
    want=$("$AOTRUN" --engine=interp "$@" 2>&1 </dev/null)
    for engine in jit aot; do
        rm -f stats
        is "$name, $engine" "$(AOTRUN_TEST=visits=6 timeout 100 "$AOTRUN" --check=lockstep --engine=$engine --stats-file=stats "$@" 2>&1 </dev/null)" "$want"
        if [ "$(field stats lockstep_units)" -gt 50 ]; then ok; else fail "$name, $engine: $(field stats lockstep_units) units"; fi
        is "$name, $engine: not compared" "$(field stats lockstep_skipped)" 0
        [ $engine = jit ] || is "$name: from the image alone" "$(field stats jit_regions) $(field stats misses)" "0 0"
    done
}

clean_runs() {
    local k
    seq 1 400 | awk '{ print ($1 * 7919) % 1009, "line", $1 }' >text
    same "busybox sha256sum" ./busybox sha256sum text
    same "busybox sort" ./busybox sort -n text
    same "busybox awk" ./busybox awk '{ n += $1; x += $1 / 7.5 } END { print n, x, length($0) }' text
    same "busybox pipe" ./busybox sh -c 'for i in 1 2; do ./busybox cat text | ./busybox md5sum; done'
    same "program" ./program
    for k in int_crc fp_fft fp_nbody mem_strings; do
        "$CROSS" -O2 -static -w -I"$here/../../bench/kernels" -o $k "$here/../../bench/kernels/$k.c" -lm && "$AOTC" build -q --strict-flags $k || { fail "$k"; continue; }
        same $k ./$k 1
    done
    rm -f stats
    "$AOTRUN" --engine=auto --check=lockstep --stats-file=stats ./program >out 2>&1
    is "auto" "$? $(grep -c "faults 80, ticks" out)" "0 1"
    is "children inherit it" "$(grep -c '"lockstep_units":[1-9]' stats)" 4
}

# seeded ERROR ENGINE: the report
seeded() { AOTRUN_TEST=visits=6,lockstep=$1 timeout 60 "$AOTRUN" --engine=$2 --check=lockstep --stats-file=stats ./program 2>&1; echo "exit $?"; }

seeded_errors() {
    local kernel fib engine out
    kernel=$(address kernel) fib=$(address fib)
    for engine in jit aot; do
        rm -f stats
        out=$(seeded "$kernel:$fp" $engine)
        has "wrong fp register ($engine)" "$out" '^exit 71$'
        has "its region ($engine)" "$out" "^region entered at $kernel \(kernel\), $([ $engine = jit ] && echo compiled here || echo from the image)"
        has "where it left ($engine)" "$out" '^  compiled:  went on at 0x[0-9a-f]+ \(main\+0x'
        has "the register ($engine)" "$out" "^  $fp +0x[0-9a-f]+ 0x[0-9a-f]+ "
        is "only that register ($engine)" "$(grep -cE '^  ([xfv][0-9]+|[nzcv]|qc) +0x' <<<"$out")" 1
        lacks "no memory ($engine)" "$out" 'memory that differs'
        has "guest code ($engine)" "$out" "^> +${kernel#0x}:.*sp,"
        has "how to see host code ($engine)" "$out" "aotc dump .*--after=asm .*program:$kernel"
        is "end ($engine)" "$(grep -c '"end":"differ","status":71' stats)" 1
        out=$(seeded "$kernel:*$sp" $engine)
        has "wrong store ($engine)" "$out" '^exit 71$'
        has "its region ($engine)" "$out" "^region entered at $kernel \(kernel\)"
        has "memory ($engine)" "$out" '^memory that differs$'
        has "address ($engine)" "$out" '^  0x1ff[0-9a-f]+\.\.0x1ff[0-9a-f]+$'
        is "no register ($engine)" "$(grep -cE '^  ([xfv][0-9]+|[nzcv]|qc) +0x' <<<"$out")" 0
        has "recursion ($engine)" "$(seeded "$fib:$saved" $engine)" "^region entered at $fib \(fib\)"
    done
    out=$("$AOTC" dump --region --after=lift ./program:$kernel 2>&1)
    has "dump --region" "$out" "^b1: $kernel entry"
    is "nothing seeded" "$(seeded 0x10:$any jit | tail -1)" "exit 0"
}

options() {
    local out
    out=$("$AOTRUN" --check=lockstep --engine=interp ./program 2>&1); is "interp" "$? $(wc -l <<<"$out")" "64 1"
    out=$("$AOTRUN" --check=step ./program 2>&1); is "unknown check" "$? $(wc -l <<<"$out")" "64 1"
    out=$("$AOTRUN" --perf=dump ./program 2>&1); is "unknown perf" "$? $(wc -l <<<"$out")" "64 1"
}

# A map's lines are START SIZE name, no two regions overlap, and it is a private file.
map_sound() {
    is "$1: lines" "$(grep -vcE '^[0-9a-f]+ [0-9a-f]+ [^ ]+$' "$2")" 0
    is "$1: mode" "$(stat -c %a "$2")" 600
    is "$1: overlaps" "$(awk '{ print $1, $2 }' "$2" | sort | python3 -c '
import sys
r = sorted((int(a, 16), int(b, 16)) for a, b in map(str.split, sys.stdin))
print(sum(x[0] + x[1] > y[0] for x, y in zip(r, r[1:])))')" 0
}

perf_map() {
    local engine parent child
    for engine in jit aot; do
        "$AOTRUN" --perf=map --engine=$engine --stats-file=stats ./program map 100000 >out 2>&1; is "perf ($engine)" $? 0
        parent=$(head -1 out | cut -d' ' -f1) child=$(sed -n 2p out | cut -d' ' -f1)
        map_sound "map ($engine)" /tmp/perf-$parent.map
        map_sound "child's map ($engine)" /tmp/perf-$child.map
        has "names hot ($engine)" "$(cat /tmp/perf-$parent.map)" ' hot(\+0x[0-9a-f]+)?$'
        has "child names hot ($engine)" "$(cat /tmp/perf-$child.map)" ' hot(\+0x[0-9a-f]+)?$'
        has "stubs ($engine)" "$(cat /tmp/perf-$parent.map)" ' aot:stubs$'
        is "perf and lockstep ($engine)" "$("$AOTRUN" --check=lockstep --perf=map --engine=$engine ./program map 1000 2>&1 | awk '{ print $2; system("rm -f /tmp/perf-" $1 ".map") }' | uniq | wc -l)" 1
        rm -f /tmp/perf-$parent.map /tmp/perf-$child.map
    done
    perf_file
    perf_tool
}

# pid_is_mine TYPE: makes something at the path that the next program's map will have, then runs it there by exec
planted() {
    bash -c "$1"' /tmp/perf-$$.map; echo $$ >pid; exec "$0" --perf=map --engine=jit ./program map 10' "$AOTRUN" 2>&1
}

perf_file() {
    local out
    echo precious >target
    out=$(planted "ln -s $W/target"); has "a symbolic link" "$out" 'it is there, and is not ours'
    is "runs without" "$(grep -c '^[0-9]* [0-9a-f]*$' <<<"$out")" 2
    is "its target" "$(cat target)" precious; rm -f /tmp/perf-$(cat pid).map
    out=$(planted "ln $W/target"); has "a hard link" "$out" 'it is there, and is not ours'
    is "its other name" "$(cat target)" precious; rm -f /tmp/perf-$(cat pid).map
    out=$(planted "touch"); lacks "an old map gives way" "$out" 'not ours'
    has "and is new" "$(cat /tmp/perf-$(cat pid).map)" 'aot:stubs'
    for pid in $(cut -d' ' -f1 <<<"$out"); do rm -f /tmp/perf-$pid.map; done
    # exec keeps the number: the new program's map replaces the old one's
    "$AOTRUN" --perf=map --engine=jit ./busybox sh -c 'echo $$; exec ./program map 50000' >out 2>&1
    is "exec, same process" "$(sed -n 1p out)" "$(sed -n 2p out | cut -d' ' -f1)"
    has "map after exec" "$(cat /tmp/perf-$(head -1 out).map)" ' hot(\+0x[0-9a-f]+)?$'
    for pid in $(cut -d' ' -f1 out); do rm -f /tmp/perf-$pid.map; done
}

# Where perf works: a report names the function.
perf_tool() {
    local out
    perf record -q -e cpu-clock -o p.data "$AOTRUN" --perf=map --engine=aot ./program map 100000000 >out 2>/dev/null || return 0
    has "perf report" "$(perf report -i p.data --stdio 2>/dev/null)" '^ +[5-9][0-9]\.[0-9]+% .* hot'
    for pid in $(cut -d' ' -f1 out); do rm -f /tmp/perf-$pid.map; done
}

cp "$busybox" busybox
"$CROSS" -static -O2 -w -o program "$here/program.c" -lm || fail "program.c does not compile"
"$AOTC" build -q --strict-flags busybox program || fail "aotc build"
clean_runs
seeded_errors
options
perf_map
echo "$passed passed, $failed failed"
[ $failed = 0 ]
