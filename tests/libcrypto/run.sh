#!/bin/bash
# run.sh   crypto.c with Debian's libcrypto.a for arm64, static: known answers must equal those of the same program with the same
# version built for this machine, and qemu-aarch64's; once with what the library finds the processor to have, once without
# (OPENSSL_armcap=0). Environment: AOTRUN, AOTC, QEMU (qemu-aarch64), CROSS, ENGINES ("interp jit aot"; jit compiles all that is
# met twice), O. `run.sh build` only leaves the programs $O/libcrypto/native and arm64 for others to run. Ends with "N passed, N
# failed". t -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc} CROSS=${CROSS:-aarch64-linux-gnu-gcc} ENGINES=${ENGINES:-interp jit aot}
QEMU=${QEMU:-$(GUEST=aarch64 "$here/../fetch-qemu" | tail -1)}
lib=$("$here/../fetch-openssl" | tail -1)
W=$O/libcrypto
rm -rf "$W"; mkdir -p "$W"
passed=0 failed=0

bad() { failed=$((failed + 1)); echo "FAIL $*"; }
# is WHAT WANT GOT: files
is() { if cmp -s "$2" "$3"; then passed=$((passed + $(wc -l <"$2"))); else bad "$1"; diff "$2" "$3" | head -8; fi; }

build() { # COMPILER ARCH TRIPLE NAME
    "$1" -O2 -w -static -I"$lib/$2/usr/include" -I"$lib/$2/usr/include/$3" -o "$W/$4" "$here/crypto.c" \
        "$lib/$2/usr/lib/$3/libcrypto.a" 2>"$W/$4.build" || { bad "$4: $(grep -v warning "$W/$4.build" | head -1)"; return 1; }
}
build gcc amd64 x86_64-linux-gnu native && build "$CROSS" arm64 aarch64-linux-gnu arm64 || { echo "0 passed, 1 failed"; exit 1; }
[ "${1:-}" != build ] || exit 0

"$W/native" >"$W/want" || bad "native: exit $?"
timeout 100 "$QEMU" "$W/arm64" >"$W/qemu"; is qemu "$W/want" "$W/qemu"
"$QEMU" "$W/arm64" caps >"$W/caps"
for engine in $ENGINES; do
    opt=(--engine=$engine --stats-file="$W/stats")
    if [ $engine = aot ]; then
        "$AOTC" build -q --store "$W/store" "$W/arm64" >"$W/build" 2>&1 || { bad "aotc build: $(head -1 "$W/build")"; continue; }
        opt+=(--store="$W/store")
    fi
    for cap in "" 0; do
        rm -f "$W/stats"
        AOTRUN_TEST=visits=2 timeout 300 env ${cap:+OPENSSL_armcap=$cap} "$AOTRUN" "${opt[@]}" "$W/arm64" >"$W/$engine" ||
            bad "$engine: exit $?"
        is "$engine, OPENSSL_armcap='$cap'" "$W/want" "$W/$engine"
        python3 - "$W/stats" $engine <<'END' && passed=$((passed + 1)) || bad "$engine: the wrong engine"
import json, sys
s = json.loads(open(sys.argv[1]).readline())
compiled, here = s["dispatch"], s["enter_jit"]
right = {"interp": compiled == 0, "jit": compiled == here > 0 and s["jit_failed"] == 0,
         "aot": compiled > here == 0 and s["images"] == 1 and s["t0_insns"] < 1000}[sys.argv[2]]
sys.exit(0 if right else str(s))
END
    done
    "$AOTRUN" "${opt[@]}" "$W/arm64" caps >"$W/got"; is "$engine: capabilities as under qemu" "$W/caps" "$W/got"
    OPENSSL_armcap=0 "$AOTRUN" "${opt[@]}" "$W/arm64" caps | grep -qx 0 && passed=$((passed + 1)) || bad "$engine: OPENSSL_armcap=0"
done
grep -qx 0xfd "$W/caps" && passed=$((passed + 1)) || bad "AES, PMULL, SHA-1, SHA-256, SHA-512 are not all used: $(cat "$W/caps")"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
