# An image as a file: packed for shipping, unpacked to run; both forms describe themselves, and unpacking gives the same bytes back.
set -e
riscv64-linux-gnu-gcc -O2 -static -o $TMP/hello hello.c
$AOTC build -q --no-store --host=v2 -o $TMP/hello.img $TMP/hello
$AOTC pack $TMP/hello.img $TMP/hello.aotz
$AOTC unpack $TMP/hello.aotz $TMP/again.img
cmp $TMP/hello.img $TMP/again.img && echo same bytes
$AOTC info --verify $TMP/hello.aotz | grep -E '^(kind|host|packed|verified) '
