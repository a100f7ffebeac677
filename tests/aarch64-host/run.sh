#!/bin/bash
# run.sh [N [SEED]]   the AArch64 host under qemu-aarch64 10, as a core of v8.0: N random guest sequences (default 1000; a fresh printed
# seed) by T0, from images (aotc build --host=aarch64, made on this machine) and compiled in process, against qemu-riscv64; N/5 that
# fault, likewise; busybox's sha256sum; the backend's own tests. The statistics must show who ran. Environment: O, AOTC, TESTCACHE,
# QEMU (qemu-riscv64 of tests/fetch-qemu). Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
n=${1:-1000} seed=${2:-time}
O=${O:-build} AOTC=${AOTC:-$O/aotc}
QEMU=${QEMU:-$(tests/fetch-qemu 2>/dev/null | tail -1)}
A64=$(dirname "$QEMU")/qemu-aarch64
[ -x "$QEMU" ] && [ -x "$A64" ] || { echo "no qemu 10: set QEMU"; echo "0 passed, 1 failed"; exit 1; }
B=$O/aarch64 passed=0 failed=0
fail() { failed=$((failed + 1)); echo "FAIL $*"; }
ok() { passed=$((passed + 1)); }

libs=$(tests/fetch-arm64) || { echo "0 passed, 1 failed"; exit 1; }
make --no-print-directory O="$B" HOST=aarch64 SYSROOT="$libs" "$B/aotrun" "$B/t/jit/backend_test" >"$O/aarch64.log" 2>&1 ||
    { tail -20 "$O/aarch64.log"; echo "0 passed, 1 failed"; exit 1; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/aarch64-host.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# ---- random sequences ----
# As in tests/diff: images alone must do, but for wild programs.
cat >"$dir/aot" <<END
#!/bin/bash
rm -rf "$dir/store"
"$AOTC" build -q --host=aarch64 --store "$dir/store" "\$1" >"$dir/build.log" 2>&1 || { cat "$dir/build.log" >&2; exit 99; }
[ "\$DIFF_WILD" = 1 ] && engine=auto || engine=aot
exec "$A64" -cpu cortex-a57 "$B/aotrun" --store "$dir/store" --engine=\$engine --stats-file="$dir/stats" "\$1"
END
cat >"$dir/run" <<END
#!/bin/bash
exec "$A64" -cpu cortex-a57 "$B/aotrun" --engine=\$1 --stats-file="$dir/stats" "\$2"
END
chmod +x "$dir/aot" "$dir/run"
"$O/difftool" check --seed "$seed" --n "$n" --batch 250 --dir "$dir" --keep-going "qemu=$QEMU -cpu max {}" \
    "interp=$dir/run interp {}" "aot=$dir/aot {}" "jit=$dir/run jit {}" >"$dir/log" 2>&1
st=$?
grep -v "rows executed" "$dir/log"
bad=$(sed -n 's/^[0-9]* sequences, \([0-9]*\) programs with differences$/\1/p' "$dir/log")
passed=$((passed + n))
[ $st = 0 ] || { failed=$((failed + (${bad:-0} > 0 ? bad : 1))); cat "$dir/build.log"; }

# Who ran: no image serves the interpreter, T0 stays idle under aot (but for what
# follows a change of that mode), both others run compiled code (jit after some runs in T0).
ran() {
    python3 - "$dir/stats" "$@" <<'END'
import json, sys
count = {}
for line in open(sys.argv[1]):
    s = json.loads(line)
    engine, enter, here = s["engine"], s["dispatch"], s["enter_jit"]
    t0 = s["t0_insns"] - s["rmm_insns"]         # a rounding mode that the host has not is always T0's
    count[engine] = count.get(engine, 0) + 1
    right = {"interp": enter == 0 and t0 > 0, "aot": enter > here == 0 and t0 < 100 and s["images"] == 1 and s["level"] == 1,
             "auto": enter > here and s["images"] == 1, "jit": enter == here > 0 and s["jit_failed"] == 0}[engine]
    if not right:
        sys.exit(f"the wrong engine ran: {line}")
missing = [e for e in sys.argv[2:] if e not in count]
if missing:
    sys.exit(f"no statistics of {missing}")
END
}
ran interp aot jit && ok || fail "random sequences: counters"

# Faults: what the guest's handler sees. (Misaligned atomics among them, which the host cannot do: T0 does them in steps.)
faults=$((n / 5))
"$O/difftool" check --faults --seed "$seed" --n $faults --batch 50 --dir "$dir" --keep-going \
    "qemu=$QEMU -cpu max {}" "interp=$dir/run interp {}" "aot=$dir/aot {}" "jit=$dir/run jit {}" >"$dir/log" 2>&1
st=$?
grep -v "rows executed" "$dir/log"
passed=$((passed + faults))
[ $st = 0 ] || fail "sequences that fault"

# ---- busybox ----
busybox=$(tests/fetch-busybox | tail -1)
head -c 300000 "$busybox" >"$dir/file"
want=$(cd "$dir" && sha256sum file)
rm -f "$dir/stats"
for engine in interp aot jit; do
    if [ $engine = aot ]; then
        "$dir/aot" "$busybox" true >/dev/null || fail "busybox: build"
        rm -f "$dir/stats.keep"; mv "$dir/stats" "$dir/stats.keep"; sed -i '$d' "$dir/stats.keep"; mv "$dir/stats.keep" "$dir/stats"
    fi
    got=$(cd "$dir" && "$A64" -cpu cortex-a57 "$B/aotrun" --store "$dir/store" --engine=$engine --stats-file="$dir/stats" "$busybox" sha256sum file)
    [ "$got" = "$want" ] && ok || fail "busybox sha256sum ($engine): $got, expected $want"
done
ran interp aot jit && ok || fail "busybox: counters"

# ---- the backend's own tests ----
if AOTC_TEST_COUNT=${BACKEND_COUNT:-12} CK_FORK=no "$A64" -cpu cortex-a57 "$B/t/jit/backend_test" >"$dir/backend.log" 2>&1; then
    passed=$((passed + $(sed -n 's/.*Checks: \([0-9]*\),.*/\1/p' "$dir/backend.log")))
else
    fail "backend_test"; tail -5 "$dir/backend.log"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
