#!/bin/bash
# run.sh [N [SEED]]   N random sequences (default 5000; a fresh printed seed) through T0 in process, aotrun --engine=interp, images, and
# the compiler in the process (everything at its first visit), against qemu-user 10 of GUEST (riscv64 unless set). Ends with "N passed, N failed".
# With NO_AOT=1, T0 and qemu alone. --strict-flags: sequences end and call anywhere, and every flag is compared; with LAX=1 no function
# passes flags to another, as compilers do it, and translated code need not keep them there.
set -uo pipefail
cd "$(dirname "$0")/../.."
n=${1:-5000} seed=${2:-time} O=${O:-build} guest=${GUEST:-riscv64}
AOTC=${AOTC:-$O/aotc} AOTRUN=${AOTRUN:-$O/aotrun}
QEMU=${QEMU:-$(tests/fetch-qemu 2>/dev/null | tail -1)}; QEMU=${QEMU%-*}-$guest
[ -x "$QEMU" ] || { echo "no qemu-$guest 10: set QEMU"; echo "0 passed, 1 failed"; exit 1; }
strict=--strict-flags lax=
[ -n "${LAX:-}" ] && strict= lax=--lax
dir=$(mktemp -d "${TMPDIR:-/tmp}/diff.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# Images alone must do, but for wild programs, which return to places that no translator can know.
cat >"$dir/aot" <<END
#!/bin/bash
levels=(native v2 v3); grep -qw avx2 /proc/cpuinfo || levels=(native v2 v2)
rm -rf "$dir/store" && "$AOTC" build $strict --host=\${levels[DIFF_BATCH % 3]} --store "$dir/store" "\$1" >"$dir/build.log" 2>&1 || { cat "$dir/build.log" >&2; exit 99; }
[ "\$DIFF_WILD" = 1 ] && engine=auto || engine=aot
exec "$AOTRUN" $strict --store "$dir/store" --engine=\$engine "\$1"
END
chmod +x "$dir/aot"
engines=("interp=$AOTRUN --engine=interp {}" "aot=$dir/aot {}" "jit=env AOTRUN_TEST=visits=1 $AOTRUN $strict --engine=jit {}")
[ -n "${NO_AOT:-}" ] && engines=()
[ "$guest" = aarch64 ] && per=1000 || per=20
min=$((n / per < 500 ? n / per : 500))      # every row at least so often; 500 in a full run
keep=--keep-going; [ -n "${STOP_EARLY:-}" ] && keep=--brief       # for tests/mutants: that there is a difference is enough
"$O/difftool" check --guest "$guest" $lax --seed "$seed" --n "$n" --batch "${BATCH:-500}" --rows-min "$min" --rows-out "$dir/rows" --dir "$dir" $keep \
    "qemu=$QEMU -cpu max {}" "${engines[@]}" | tee "$dir/log"
st=${PIPESTATUS[0]}
if [ -f "$dir/rows" ]; then
    echo "least executed rows:"
    grep -v excluded "$dir/rows" | sort -k3n | head -3
    # for tests/isa/report: the counts of the longest run
    old=$(awk 'NR == 1 { print $2 }' "$O/rows/$guest" 2>/dev/null)
    if [ "$n" -ge "${old:-0}" ]; then
        mkdir -p "$O/rows" && { echo "sequences $n"; cat "$dir/rows"; } >"$O/rows/$guest"
    fi
fi
bad=$(sed -n 's/^[0-9]* sequences, \([0-9]*\) programs with differences$/\1/p' "$dir/log")
[ "$st" = 0 ] && echo "$n passed, 0 failed" || echo "$n passed, $((${bad:-0} > 0 ? bad : 1)) failed"
exit "$st"
