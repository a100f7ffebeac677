#!/bin/bash
# Condition flags at calls and returns. Programs in assembly that pass flags, that do not, and one that maps code at run time which reads the
# flags its functions leave: right under every engine, strict exactly where they must be. Then which of two images is taken, and options.
# Environment: AOTRUN, AOTC, O, CROSS.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} CROSS=${CROSS:-aarch64-linux-gnu-}
W=$O/strict-tests
rm -rf "$W"; mkdir -p "$W"; cd "$W" || exit 1
export AOT_STORE=$W/store XDG_CACHE_HOME=$W/cache
passed=0 failed=0

fail() { failed=$((failed + 1)); echo "FAIL $*"; }
ok() { passed=$((passed + 1)); }
is() { if [ "$2" = "$3" ]; then ok; else fail "$1: got '$2', expected '$3'"; fi; }
has() { if grep -qE -e "$3" <<<"$2"; then ok; else fail "$1: '$3' is not in '$(head -c 500 <<<"$2")'"; fi; }
# runs NAME WANT STATS ARGUMENT...: prints WANT, and of its statistics the named fields are as given ("strict=1 images=0", or "jit_regions>0")
runs() {
    local name=$1 want=$2 stats=$3
    shift 3
    rm -f stats
    is "$name" "$("$AOTRUN" --stats-file=stats "$@" 2>err)" "$want"
    python3 - "$stats" <<'END' && ok || fail "$name: statistics"
import json, sys
s = json.loads(open("stats").readlines()[-1])
wrong = [c for c in sys.argv[1].split() if not eval(c.replace("=", "=="), {}, s)]
if wrong:
    sys.exit(f"{wrong}: {s}")
END
}

# What qemu-aarch64 10 prints.
flags=cdae179c12d95b4d clean=2e997dccfbbafd08 across=ea98d7f68e32a18d late=46959ebaf0d6cafd mapped=1910587782a1b134
aot="images=1 enter_jit=0 dispatch>0 t0_insns=0" jit="images=0 enter_jit>0 t0_insns<40000"

engines() {
    local out
    runs "flags, interp" $flags "dispatch=0" --engine=interp ./flags
    runs "flags, jit" $flags "strict=1 $jit" --engine=jit ./flags
    # An image that is strict asks nobody else to be.
    runs "flags, aot" $flags "strict=0 $aot" --engine=aot ./flags
    runs "flags, auto" $flags "strict=0 $aot" --engine=auto ./flags
    "$AOTC" build -q --exclude=carry --store part flags || fail "part of flags"
    AOTRUN_TEST=visits=2 runs "flags, part of the image" $flags "strict=0 images=1 enter_jit>0 jit_regions>0" --store=part --engine=auto ./flags
    runs "clean, jit" $clean "strict=0 $jit" --engine=jit ./clean
    runs "clean, aot" $clean "strict=0 $aot refused=0" --engine=aot ./clean
    runs "across, interp" $across "dispatch=0" --engine=interp ./across
    runs "across, jit" $across "strict=0 $jit" --engine=jit ./across
    runs "across, aot" $across "strict=0 $aot refused=0" --engine=aot ./across
    runs "across, lockstep" $across "strict=1 $jit lockstep_units>0 lockstep_skipped=0" --check=lockstep --engine=jit ./across
    runs "clean, jit, asked for" $clean "strict=1 $jit" --strict-flags --engine=jit ./clean
    runs "clean, lockstep" $clean "strict=1 $jit lockstep_units>0 lockstep_skipped=0" --check=lockstep --engine=jit ./clean
    out=$(AOTRUN_TEST=visits=2,lockstep=$step:v5 "$AOTRUN" --engine=jit --check=lockstep ./clean 2>&1); is "wrong vector" $? 71
    has "its upper half" "$out" '^  v5 +0x01(0){30} 0x0{32} 0x0{32}$'
    out=$(AOTRUN_TEST=visits=2,lockstep=$step:c "$AOTRUN" --engine=jit --check=lockstep ./clean 2>&1); is "wrong flag" $? 71
    has "its register" "$out" '^  c +0x0{15}[01] 0x0{15}[01] '
    runs "flags, lockstep" $flags "strict=1 lockstep_units>0 lockstep_skipped=0" --check=lockstep --engine=aot ./flags
}

# Code that was lax goes when strict code comes.
mapping() {
    runs "late, interp" $mapped "dispatch=0" --engine=interp ./late ./mapped
    runs "late, jit" $mapped "strict=1 flushes>0 $jit" --engine=jit ./late ./mapped
    runs "late, auto" $mapped "strict=1 images=1 invalidated>0 enter_jit>0 t0_insns<40000" --engine=auto ./late ./mapped
    runs "late, alone" $late "strict=0 $aot" --engine=auto ./late
    runs "late, asked for" $mapped "strict=1 images=0 refused=1 invalidated=0 flushes=0" --strict-flags --engine=auto ./late ./mapped
}

yes_no() { "$AOTC" info "$1" | awk '/^(strict|passes)_flags/ { print $2 }' | paste -sd' '; }

images() {
    local out
    "$AOTC" build -q --no-store -o flags.lax flags && "$AOTC" build -q --no-store --strict-flags -o flags.strict flags || fail "build"
    "$AOTC" build -q --no-store -o clean.lax clean && "$AOTC" build -q --no-store --strict-flags -o clean.strict clean || fail "build"
    is "flags' image" "$(yes_no flags.lax)" "yes yes"
    is "clean's image" "$(yes_no clean.lax)" "no no"
    is "clean's strict image" "$(yes_no clean.strict)" "yes no"
    is "guest files" "$("$AOTC" info flags | grep -c '^passes_flags *yes') $("$AOTC" info clean | grep -c '^passes_flags *no')" "1 1"
    cmp -s flags.lax flags.strict && ok || fail "what must be strict has one image"
    has "build says so" "$("$AOTC" build flags)" 'strict: it passes condition flags'
    out=$("$AOTRUN" --strict-flags ./clean 2>&1); has "a lax image is refused" "$out" 'image refused: .*does not keep condition flags'
    has "and the program runs" "$out" "^$clean$"
    has "explain" "$("$AOTRUN" --strict-flags --explain="$entry" ./clean 2>&1)" 'no image of .* that keeps condition flags .*\(1 refused\)'
    "$AOTC" build -q --strict-flags clean || fail "build"
    is "both in one store" "$("$AOTC" store ls | grep -c ' clean ')" 2
    has "lax is better" "$("$AOTRUN" --explain="$entry" ./clean)" 'served from the image at'
    has "strict where asked for" "$("$AOTRUN" --strict-flags --explain="$entry" ./clean)" 'served from the image \(strict\)'
    runs "strict image" $clean "strict=1 $aot" --strict-flags --engine=aot ./clean
    "$AOTC" build -q clean; is "each replaces its own" "$("$AOTC" store ls | grep -c ' clean ')" 2
}

dumps() {
    local lax strict
    lax=$("$AOTC" dump --after=deadflags ./late:carry) strict=$("$AOTC" dump --strict-flags --after=deadflags ./late:carry)
    is "dump, lax" "$(grep -cE 'put (n|z|c|v)\b' <<<"$lax")" 0
    is "dump, strict" "$(grep -cE 'put (n|z|c|v)\b' <<<"$strict")" 4
}

for p in flags clean late across; do
    "${CROSS}gcc" -nostdlib -static -I"$here" -o $p "$here/$p.S" || fail "$p does not assemble"
done
"${CROSS}gcc" -c -o mapped.o "$here/mapped.S" && "${CROSS}objcopy" -O binary -j .text mapped.o mapped || fail "mapped does not assemble"
step=0x$("${CROSS}nm" clean | awk '$3 == "step" { print $1 }')
entry=$(LC_ALL=C "${CROSS}readelf" -h clean | awk '/Entry point/ { print $4 }')
"$AOTC" build -q flags clean late across || fail "aotc build"
engines
mapping
images
dumps
echo "$passed passed, $failed failed"
[ $failed = 0 ]
