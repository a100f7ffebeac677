# Shared by the parts of tests/degrade. A run is judged by status, output, lines of ours on standard error, and which engine ran.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
O=$(mkdir -p "${O:-$root/build}" && cd "${O:-$root/build}" && pwd)
AOTC=${AOTC:-$O/aotc} AOTRUN=${AOTRUN:-$O/aotrun}
CROSS=${CROSS:-riscv64-linux-gnu-}
tmp=$(mktemp -d "$O/degrade.XXXXXX") && trap 'cd /; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
cd "$tmp"
unset AOT_STORE AOT_STORE_QUOTA AOTRUN_TEST
export XDG_CACHE_HOME=$tmp/no XDG_STATE_HOME=$tmp/state HOME=$tmp
pass=0 fail=0
declare -A S

ok() { pass=$((pass + 1)); }
bad() { fail=$((fail + 1)); echo "FAIL: $*"; }
die() { echo "FAIL: $*"; echo "$pass passed, $((fail + 1)) failed"; exit 1; }
sums() { echo "$pass passed, $fail failed"; [ $fail = 0 ]; }

# Counters of all processes, summed, into S; S[procs]: how many there were.
counters() {
    local k v
    S=([procs]=0)
    while IFS=: read -r k v; do
        S[$k]=$((${S[$k]:-0} + v))
        [ "$k" != pid ] || S[procs]=$((S[procs] + 1))
    done < <(grep '^{' "$1" | grep -oE '"[a-z_0-9]+":[0-9]+' | tr -d '"')
}

# holds CONDITION: counter OP (number or counter), OP one of = > < >=
holds() {
    local re='^([a-z_0-9]+)(>=|=|>|<)([a-z_0-9]+)$' l r op
    [[ $1 =~ $re ]] || die "bad condition '$1'"
    l=${S[${BASH_REMATCH[1]}]:-none} op=${BASH_REMATCH[2]} r=${BASH_REMATCH[3]}
    [[ $r =~ ^[0-9]+$ ]] || r=${S[$r]:-none}
    [ "$l" != none ] && [ "$r" != none ] || return 1
    case $op in
    =) [ "$l" = "$r" ] ;; '>') [ "$l" -gt "$r" ] ;; '<') [ "$l" -lt "$r" ] ;; '>=') [ "$l" -ge "$r" ] ;;
    esac
}

IMAGE='images=1 refused=0 dispatch>0 enter_jit=0 t0_insns=0 misses=0'         # all of it from the image
JIT='images=0 enter_jit>0 jit_regions>0 t0_insns>0'                           # no image: compiled here
T0='images=0 dispatch=0 jit_regions=0 t0_insns>0'                             # interpreted alone
WANT=want STATUS=7 OWN='^a word$'
# judge LABEL LINES PATTERN CONDITIONS STATUS: of a run that left out and err
judge() {
    local label=$1 lines=$2 pattern=$3 c rc=$5
    grep -vE "^\{|$OWN" err >ours
    counters err
    [ "$rc" = "$STATUS" ] || { bad "$label: status $rc, expected $STATUS: $(head -2 ours)"; return; }
    cmp -s "$WANT" out || { bad "$label: wrong output: $(diff "$WANT" out | head -3) $(head -2 ours)"; return; }
    case $lines in
    0-1) lines=$(($(wc -l <ours) > 0)) ;;
    esac
    [ "$(wc -l <ours)" = "$lines" ] || { bad "$label: $(wc -l <ours) lines, expected $lines: $(head -3 ours)"; return; }
    if [ "$lines" != 0 ] && ! grep -qE -- "$pattern" ours; then bad "$label: no '$pattern' in: $(cat ours)"; return; fi
    for c in $4; do
        holds "$c" || { bad "$label: not $c: $(grep '^{' err | tail -1 | cut -d, -f7-)"; return; }
    done
    ok
}

# runs LABEL LINES PATTERN CONDITIONS [AOTRUN-OPTION... [-- PROGRAM ARGUMENT...]]; PRE: words before aotrun. What is run twice is
# compiled, unless AOTRUN_TEST says another number of visits: these programs are short.
PRE=()
runs() {
    local label=$1 lines=$2 pattern=$3 cond=$4 opt=() rc hooks=${AOTRUN_TEST:-}
    [[ $hooks == *visits=* ]] || hooks=visits=2${hooks:+,$hooks}
    shift 4
    while [ $# != 0 ] && [ "$1" != -- ]; do opt+=("$1"); shift; done
    [ $# = 0 ] && set -- ./p word || shift
    AOTRUN_TEST=$hooks "${PRE[@]}" timeout 60 "$AOTRUN" --stats=json "${opt[@]}" "$@" >out 2>err </dev/null
    rc=$?
    judge "$label" "$lines" "$pattern" "$cond" $rc
}

cross() { "${CROSS}gcc" -O1 -w -static "$@" || die "cross compiler"; }
build() { "$AOTC" build -q "$@" >build.out 2>&1 || die "aotc build $*: $(head -1 build.out)"; }
