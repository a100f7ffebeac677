#!/bin/bash
# fault.sh [N [SEED]]   N random sequences that fault (default 1500; a fresh printed seed) through aotrun's engines, against
# qemu-user 10 of GUEST (riscv64 unless set): what the guest's signal handler sees of siginfo and ucontext, and the state at the end.
# ENGINES: which ("interp aot jit" unless set).
# Then asserts that the engines did run: compiled code must have met most of the faults. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
n=${1:-1500} seed=${2:-time} O=${O:-build} guest=${GUEST:-riscv64}
ENGINES=${ENGINES:-interp aot jit}
export AOTC=${AOTC:-$O/aotc} AOTRUN=${AOTRUN:-$O/aotrun}
QEMU=${QEMU:-$(tests/fetch-qemu 2>/dev/null | tail -1)}
QEMU=${QEMU%-*}-$guest
[ -x "$QEMU" ] || { echo "no qemu-$guest 10: set QEMU"; echo "0 passed, 1 failed"; exit 1; }
cpu=max                 # aarch64: Linux's frame has the low parts of SVE's registers twice, and qemu takes the other ones than Linux
[ "$guest" = aarch64 ] && cpu=max,sve=off,sme=off
dir=$(mktemp -d "${TMPDIR:-/tmp}/fault.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# One run by an engine; its statistics are kept.
cat >"$dir/run" <<'END'
#!/bin/bash
dir=$(dirname "$0") store=()
if [ "$1" = aot ]; then
    levels=(native v2 v3); grep -qw avx2 /proc/cpuinfo || levels=(native v2 v2)
    rm -rf "$dir/store"
    "$AOTC" build --strict-flags --host=${levels[DIFF_BATCH % 3]} --store "$dir/store" "$2" >"$dir/build.log" 2>&1 || { cat "$dir/build.log" >&2; exit 99; }
    store=(--store "$dir/store")
fi
[ "$1" = jit ] && export AOTRUN_TEST=visits=$((1 + DIFF_BATCH % 2))      # everything is compiled, or what runs in the second round
"$AOTRUN" --strict-flags --engine="$1" "${store[@]}" --stats-file="$dir/stats" "$2"
st=$?
cat "$dir/stats" >>"$dir/stats.$1"; rm -f "$dir/stats"
exit $st
END
chmod +x "$dir/run"
keep=--keep-going; [ -n "${STOP_EARLY:-}" ] && keep=--brief
passed=0 failed=0

# compare SEQUENCES OPTION REFERENCE ENGINE...: what difftool says, and the sum.
compare() {
    local n=$1 option=$2 st bad
    shift 2
    "$O/difftool" check --guest "$guest" --faults $option --seed "$seed" --n "$n" --batch "${BATCH:-250}" --dir "$dir" $keep "$@" | tee "$dir/log"
    st=${PIPESTATUS[0]}
    bad=$(sed -n 's/^[0-9]* sequences, \([0-9]*\) programs with differences$/\1/p' "$dir/log")
    bad=$((st == 0 ? 0 : ${bad:-0} > 0 ? bad : 1))
    seed=$(sed -n 's/^seed \([0-9]*\),.*/\1/p' "$dir/log")
    passed=$((passed + n * ($# - 1) - bad)) failed=$((failed + bad))
}

engines=() compiled=()
for e in $ENGINES; do
    engines+=("$e=$dir/run $e {}")
    [ "$e" = interp ] || compiled+=("$e=$dir/run $e {}")
done
compare "$n" "" "qemu=$QEMU -cpu $cpu {}" "${engines[@]}"
faulted=$(sed -n 's/^\([0-9]*\) of [0-9]* sequences faulted$/\1/p' "$dir/log")
[ -n "${STOP_EARLY:-}" ] || [ "${faulted:-0}" -ge $((n * 10 / 13)) ] || { echo "too few sequences faulted"; failed=$((failed + 1)); }
# Programs that may be loaded anywhere: qemu-user puts them elsewhere, so that the interpreter is what the others are compared with.
[ ${#compiled[@]} = 0 ] || { [ -n "${STOP_EARLY:-}" ] && [ $failed != 0 ]; } || compare $((n / 4)) --pic "interp=$dir/run interp {}" "${compiled[@]}"
[ -n "${STOP_EARLY:-}" ] || for e in $ENGINES; do
    python3 - "$e" "$n" "$dir/stats.$e" <<'END' || failed=$((failed + 1))
import json, sys
engine, n, rows = sys.argv[1], int(sys.argv[2]), [json.loads(x) for x in open(sys.argv[3])]
total = lambda k: sum(r[k] for r in rows)
print(f"{engine}: {total('signals')} signals, {total('code_faults')} memory faults in compiled code, "
      f"{total('dispatch')} entries into compiled code, {total('t0_insns')} instructions in T0")
ok = total("signals") > n and (engine == "interp") == (total("dispatch") == 0) and (engine == "interp" or total("code_faults") > n)
if not ok:
    print(f"{engine}: not the engine that was asked for")
sys.exit(not ok)
END
done
echo "$passed passed, $failed failed"
exit $((failed != 0))
