#!/bin/bash
# Paths under aotrun -L ROOT. The kernel says what is right: calls.c runs natively with ROOT as its root (unshare and chroot; skipped where that
# is not allowed, then calls.want stands for it), and for both guests under -L. What it means that ROOT lies over the host is
# stated below.
# Environment: AOTRUN, O, GUESTS.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun}
GUESTS=${GUESTS:-"aarch64 riscv64"}
W=$(mktemp -d "$O/paths.XXXXXX")
case $W in /tmp/* | /var/tmp/*) rm -rf "$W"; W=$(mktemp -d "$HOME/paths.XXXXXX");; esac       # those are always the host's
trap 'rm -rf "$W"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }

# script NAME FIRST-LINE: an executable file of ROOT's /d.
script() { printf '%s\n' "$2" >"$R/d/$1"; chmod 755 "$R/d/$1"; }

# A root with links of every kind; the program is its /bin/calls.
make_root() {
    R=$1
    mkdir -p "$R"/{bin,proc,d/deep}
    cp "$2" "$R/bin/calls"
    (cd "$R" && echo file >d/f && echo deep >d/deep/g && ln -s /d dl && ln -s /d/f d/abs && ln -s ../../../../d/f d/up && ln -s loop d/loop &&
     ln -s /made d/dangling && ln -s /nowhere d/dangling2 && ln -s /d/f d/deep/abs && ln -s / d/deep/top && ln -s /bin/calls d/prog &&
     cp bin/calls d/prog2 && ln -s "$(printf '/%.0s' {1..200})d/f" d/long && chmod 644 d/f)
    script s1 '#!/bin/calls'
    for i in 2 3 4 5 6; do script s$i "#!/d/s$((i - 1))"; done
    script spaces '#!  /d/prog   one argument with spaces  '
    script badinterp '#!/none/interp'
    script text 'no program'
    : >"$R/d/empty"; chmod 755 "$R/d/empty"
    cp "$R/d/s1" "$R/d/noexec"; chmod 644 "$R/d/noexec"
}

# The kernel's answer.
gcc -static -O1 -w -o "$W/native" "$here/calls.c" || bad "calls.c does not compile"
make_root "$W/N" "$W/native"
if unshare -m --propagation private true 2>/dev/null; then
    timeout 30 unshare -m sh -c 'mount --rbind /proc "$0/proc" && exec env -i K=V /usr/sbin/chroot "$0" /bin/calls' "$W/N" >"$W/native.out" 2>&1 </dev/null
    if diff "$here/calls.want" "$W/native.out" >"$W/diff"; then ok; else bad "native run under chroot differs from calls.want"; head -20 "$W/diff"; fi
else
    echo "SKIP: chroot: not allowed here; calls.want stands for the kernel"
fi

# want NAME LINE COMMAND...: the command prints this line.
want() {
    local name=$1 line=$2 got
    shift 2
    got=$(env -i K=V timeout 20 "$@" 2>&1 </dev/null)
    if [ "$got" = "$line" ]; then ok; else bad "$name"; printf '  want %s\n  got  %s\n' "$line" "$got"; fi
}

# ROOT over the host: which file runs, and by which name it knows itself.
over() {
    local run=("$AOTRUN" --engine=interp -L "$W/$1.R") r=$W/$1.R h=$W/$1.H pid i
    mkdir -p "$h" "$r$h"
    cp "$W/$1" "$h/guest"; cp "$W/native" "$h/host"; cp "$W/native" "$r/d/foreign"
    cp "$W/native" "$h/both"; cp "$W/$1" "$r$h/both"
    printf '#!/bin/calls\n' >"$h/script"; chmod 755 "$h/script"
    local self="cmdline [a] [b] comm"
    want "$1: host path of a file in ROOT" "child: [$r/bin/calls] [b] cmdline [$r/bin/calls] [b] comm calls exe /bin/calls execfn /bin/calls env V" "${run[@]}" "$r/bin/calls" b
    want "$1: guest path" "child: [a] [b] $self calls exe /bin/calls execfn /bin/calls env V" "${run[@]}" -0 a /bin/calls b
    want "$1: a link in ROOT" "child: [a] [b] $self prog exe /bin/calls execfn /d/prog env V" "${run[@]}" -0 a /d/prog b
    want "$1: outside ROOT" "child: [a] [b] $self guest exe $h/guest execfn $h/guest env V" "${run[@]}" -0 a "$h/guest" b
    want "$1: a foreign file on the host, ours in ROOT" "child: [a] [b] $self both exe $h/both execfn $h/both env V" "${run[@]}" -0 a "$h/both" b
    want "$1: exec, from the host" "child: [$h/guest] [b] cmdline [$h/guest] [b] comm guest exe $h/guest execfn $h/guest env V" "${run[@]}" /bin/calls -x "$h/guest" b
    want "$1: exec, ROOT first" "child: [$h/both] [b] cmdline [$h/both] [b] comm both exe $h/both execfn $h/both env V" "${run[@]}" /bin/calls -x "$h/both" b
    want "$1: exec, by the host's name" "child: [$r/d/prog] [b] cmdline [$r/d/prog] [b] comm prog exe /bin/calls execfn $r/d/prog env V" "${run[@]}" /bin/calls -x "$r/d/prog" b
    want "$1: exec, host script, guest interpreter" "child: [/bin/calls] [$h/script] [b] cmdline [/bin/calls] [$h/script] [b] comm script exe /bin/calls execfn $h/script env V" \
        "${run[@]}" /bin/calls -x "$h/script" b
    want "$1: exec, three deep" "child: [/d/prog2] [b] cmdline [/d/prog2] [b] comm prog2 exe /d/prog2 execfn /d/prog2 env V" "${run[@]}" /bin/calls -x /d/prog -x /bin/calls -x /d/prog2 b
    want "$1: exec, host program" "child: [$h/host] [b] cmdline [$h/host] [b] comm host exe $h/host execfn $h/host env V" "${run[@]}" /bin/calls -x "$h/host" b
    want "$1: exec, foreign program in ROOT" "exec /d/foreign: ENOEXEC" "${run[@]}" /bin/calls -x /d/foreign b
    want "$1: no such root" "aotrun: -L $W/none: No such file or directory" "$AOTRUN" -L "$W/none" /bin/calls
    want "$1: no such program" "aotrun: /none: No such file or directory" "${run[@]}" /none
    want "$1: -L / is no root" "child: [$h/guest] [b] cmdline [$h/guest] [b] comm guest exe $h/guest execfn $h/guest env V" "$AOTRUN" --engine=interp -L / "$h/guest" b
    # What other processes see of this one.
    rm -f "$W/here"
    "${run[@]}" -0 zero /bin/calls -s >"$W/here" & pid=$!
    for i in {1..300}; do [ -s "$W/here" ] && break; sleep 0.05; done
    [ "$(cat /proc/$pid/comm)" = calls ] && ok || bad "$1: comm seen from outside: $(cat /proc/$pid/comm)"
    i=$(tr '\0' ' ' </proc/$pid/cmdline)
    [ "$i" = "zero -s " ] && ok || bad "$1: cmdline seen from outside: $i"
    kill $pid; wait $pid 2>/dev/null
}

for guest in $GUESTS; do
    $guest-linux-gnu-gcc -static -O1 -w -o "$W/$guest" "$here/calls.c" || { bad "$guest: calls.c does not compile"; continue; }
    make_root "$W/$guest.R" "$W/$guest"
    env -i K=V timeout 60 "$AOTRUN" --engine=interp -L "$W/$guest.R" /bin/calls >"$W/$guest.out" 2>&1 </dev/null
    if diff "$here/calls.want" "$W/$guest.out" >"$W/diff"; then ok; else bad "$guest: calls"; head -${LINES_SHOWN:-20} "$W/diff"; fi
    over $guest
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]
