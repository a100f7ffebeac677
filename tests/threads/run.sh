#!/bin/bash
# tests/threads/run.sh [PROGRAM...]: programs with threads, compiled for GUEST (riscv64, aarch64), print and return what the same program
# compiled for this machine does under the kernel itself; and --stats-file says that the named engine ran them, how many threads there were, and
# that nothing could not be compiled. A hang is a failure.
# Environment: GUEST, AOTRUN, AOTC, O, ENGINES ("jit" unless set; interp, jit, aot, auto: with images, and code compiled beside them), SIZE (1
# unless set: how much the programs do), DYNAMIC=1: dynamic programs with -L /usr/$GUEST-linux-gnu; LIMIT: seconds for each run;
# OPTS: more options for aotrun.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun} AOTC=${AOTC:-$O/aotc}
GUEST=${GUEST:-riscv64} ENGINES=${ENGINES:-jit} SIZE=${SIZE:-1}
W=$O/threads-$GUEST${DYNAMIC:+-dynamic}
mkdir -p "$W/native"
chmod 755 "$W"
export AOT_STORE=$W/store
link=-static opts=(${OPTS:-})
[ -n "${DYNAMIC:-}" ] && link= opts+=(-L "/usr/$GUEST-linux-gnu")
passed=0 failed=0
fail() { failed=$((failed + 1)); echo "FAIL $1"; }

run() { # OUT COMMAND...: output and exit status
    local out=$1
    shift
    (cd "$W" && ulimit -c 0 && exec timeout -s KILL "${LIMIT:-120}" "$@" "$SIZE" </dev/null 2>&1) >"$out"
    echo "exit $?" >>"$out"
}

compile() { # NAME: for the guest and for this machine, unless that has been done
    local f="-pthread -O1 -w"
    [ "$W/$1" -nt "$here/$1.c" ] && [ "$W/$1" -nt "$here/t.h" ] ||
        "$GUEST-linux-gnu-gcc" $link $f -o "$W/$1" "$here/$1.c" || return 1
    [ "$W/native/$1" -nt "$here/$1.c" ] && [ "$W/native/$1" -nt "$here/t.h" ] || gcc $f -o "$W/native/$1" "$here/$1.c"
}

images() { # NAME
    "$AOTC" build -q "$W/$1" || return 1
    [ -z "${DYNAMIC:-}" ] || for f in "/usr/$GUEST-linux-gnu/lib"/{ld-linux-*.so.1,libc.so.6,libm.so.6,libresolv.so.2}; do
        "$AOTC" build -q "$f" || return 1
    done
}

# counts NAME ENGINE: the first process's line and those of its children, where they are known
counts() {
    python3 - "$W/stats" "$1" "$2" <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
name, engine = sys.argv[2:]
total = lambda field: sum(line[field] for line in lines)
least = {"count": 48, "many": 203, "spawn": 4, "churn": 6, "sync": 206, "cancel": 51, "robust": 10, "end": 6, "forkheap": 5, "hot": 8, "modify": 7,
         "overflow": 4, "limits": 4, "dl": 5, "chaos": 40, "nest": 5}[name]
stops = {"count": 40, "many": 200, "spawn": 20, "robust": 15, "modify": 50, "forkheap": 30, "end": 10}.get(name, 0)
wrong = []
if total("threads") < least:
    wrong.append(f"threads {total('threads')} < {least}")
if total("stops") < stops:
    wrong.append(f"stops {total('stops')} < {stops}")
if total("jit_failed"):
    wrong.append(f"jit_failed {total('jit_failed')}")
right = {"interp": not total("dispatch") and total("t0_insns"), "jit": total("enter_jit"), "aot": total("images") and not total("enter_jit"),
         "auto": total("images") and total("dispatch")}[engine]
if not right:
    wrong.append(f"engine {engine}: images {total('images')}, dispatch {total('dispatch')}, enter_jit {total('enter_jit')}")
print(*wrong, sep=", ")
END
}

check() {
    local name=$1 e wrong
    compile "$name" || { fail "$name: does not compile"; return; }
    run "$W/$name.want" "$W/native/$name"
    case " $ENGINES " in *" aot "*|*" auto "*)
        images "$name" 2>"$W/build.log" || { fail "$name: aotc build: $(head -1 "$W/build.log")"; return; } ;;
    esac
    for e in $ENGINES; do
        [ "$name-$e" = modify-aot ] && continue     # its code is in no file
        rm -f "$W/stats"
        : >"$W/stats"
        chmod 666 "$W/stats"
        run "$W/$name.$e" "$AOTRUN" "${opts[@]}" --engine="$e" --stats-file="$W/stats" "./$name"
        if ! diff "$W/$name.want" "$W/$name.$e" >"$W/$name.diff"; then
            fail "$name ($GUEST, $e)"
            head -12 "$W/$name.diff"
        elif wrong=$(counts "$name" "$e" 2>&1) && [ -z "$wrong" ]; then
            passed=$((passed + 1))
        else
            fail "$name ($GUEST, $e): $wrong"
        fi
    done
}

[ $# = 0 ] && set -- $(cd "$here" && ls ./*.c | sed 's|./||; s|[.]c$||')
for name; do
    [ "$name" = dl ] && [ -z "${DYNAMIC:-}" ] || check "$name"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
