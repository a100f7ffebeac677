#!/bin/bash
# run.sh [SUITE]   the user-mode programs of riscv-tests, which is no part of this tree.
# SUITE, or $RISCV_TESTS, is a checked-out copy. Every program of $GROUPS_RUN is built against env/ beside this file and runs under
# qemu (when there is one), --engine=interp and --engine=aot; one that does not exit with 0 has failed. fence_i and rvc write to
# their text: they are linked writable, no image can serve them, --engine=auto stands for aot there. Environment: AOTRUN, AOTC,
# CROSS, QEMU, O, ENGINES, GROUPS_RUN. Prints `N passed, N failed`, one pass a program and engine.
set -u
here=$(cd "$(dirname "$0")" && pwd)
suite=${1:-${RISCV_TESTS:-}}
[ -d "$suite/isa/rv64ui" ] || { sed -n 2,6p "$0"; exit 2; }
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun}
AOTC=${AOTC:-$O/aotc}
ENGINES=${ENGINES:-qemu interp aot}
GROUPS_RUN=${GROUPS_RUN:-rv64ui rv64um rv64ua rv64uf rv64ud rv64uc rv64uzba rv64uzbb rv64uzbc rv64uzbs}
CROSS=${CROSS:-riscv64-linux-gnu-gcc}
QEMU=${QEMU:-$("$here/../fetch-qemu" 2>/dev/null | tail -1)}
W=$O/riscv-tests
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0

result() {  # NAME ENGINE STATUS
    if [ "$3" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $1 ($2): status $3"; fi
}

march() {
    case $1 in
        rv64uz*) echo "rv64g_${1#rv64u}" ;;
        *) echo rv64g ;;
    esac
}

programs=()
for group in $GROUPS_RUN; do
    for src in "$suite/isa/$group"/*.S; do
        name=$group-$(basename "$src" .S) writable=
        case $name in rv64ui-fence_i | rv64uc-rvc) writable=-Wl,-N ;; esac
        if "$CROSS" -march="$(march "$group")" -mabi=lp64d -static -nostdlib -nostartfiles -mcmodel=medany -fno-pic \
            -Wl,--no-relax,--build-id=none $writable -I"$here/env" -I"$suite/isa/macros/scalar" \
            -o "$W/$name" "$src" 2>"$W/$name.log"; then
            programs+=("$name")
        else
            result "$name" build "$(head -1 "$W/$name.log")"
        fi
    done
done
readonly_text=$(printf "$W/%s\n" "${programs[@]}" | grep -ve fence_i -e rvc)
case " $ENGINES " in *" aot "*) "$AOTC" build -q --store "$W/store" $readonly_text || result "aotc build" aot $? ;; esac

for name in "${programs[@]}"; do
    for engine in $ENGINES; do
        case $engine-$name in aot-rv64ui-fence_i | aot-rv64uc-rvc) engine=auto ;; esac
        case $engine in
            qemu) [ -x "$QEMU" ] || continue; set -- "$QEMU" -cpu max ;;
            aot) set -- "$AOTRUN" --engine=aot --store="$W/store" ;;
            *) set -- "$AOTRUN" --engine="$engine" ;;
        esac
        (ulimit -c 0; timeout 60 "$@" "$W/$name") >"$W/$name.$engine" 2>&1
        result "$name" "$engine" $?
    done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
