#!/bin/bash
# What --strace shows of structures. Environment: O, AOTRUN.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../../build}; O=$(mkdir -p "$O" && cd "$O" && pwd)
AOTRUN=${AOTRUN:-$O/aotrun}
W=$O/strace
passed=0 failed=0
mkdir -p "$W"
for guest in riscv64 aarch64; do
    "$guest-linux-gnu-gcc" -static -O1 -w -o "$W/calls" "$here/calls.c" || { failed=$((failed + 1)); continue; }
    "$AOTRUN" --engine=interp --strace "$W/calls" 2>&1 | sed 's/^[0-9]* //; s/{0x[0-9a-f]*, \([0-9]*\)}/{ADDRESS, \1}/g' >"$W/got"
    while read -r want; do
        if grep -qxF "$want" "$W/got"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAIL $guest: no line: $want"
        fi
    done <<'LINES'
connect(3, {sa_family=AF_INET, 127.0.0.1:80}, 16) = 0
getpeername(3, {sa_family=AF_INET, 127.0.0.1:80}, [16]) = 0
sendmsg(4, {msg_name={sa_family=AF_UNIX, "/tmp/none/none"}, msg_iov=[{ADDRESS, 2}, {ADDRESS, 1}], msg_controllen=0, msg_flags=0}, MSG_DONTWAIT) = -1 ENOENT (No such file or directory)
writev(99, [{ADDRESS, 2}, {ADDRESS, 1}], 2) = -1 EBADF (Bad file descriptor)
bind(3, {sa_family=AF_INET6, [::1]:53}, 28) = -1 EAFNOSUPPORT (Address family not supported by protocol)
clone3({flags=CLONE_PIDFD|CLONE_CLEAR_SIGHAND, exit_signal=SIGCHLD, stack=0x1000, stack_size=0, tls=0}, 88) = -1 EINVAL (Invalid argument)
mq_open("x/y", O_RDWR|O_CREAT, 0600, {0, 3, 32, 0}) = -1 EACCES (Permission denied)
LINES
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
