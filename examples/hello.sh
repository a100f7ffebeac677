# The whole way: a C program for riscv64, translated, published in a store of its own, run from its image.
# --engine=aot proves that the image serves all of it: a miss would end the run with status 70.
set -e
riscv64-linux-gnu-gcc -O2 -static -o $TMP/hello hello.c
$AOTC build -q $TMP/hello
$AOTC store ls --json | grep -c '"guest": "riscv64"'
$AOTRUN --engine=aot $TMP/hello world || echo "exit status $?"
$AOTRUN --engine=interp $TMP/hello || echo "exit status $?"
