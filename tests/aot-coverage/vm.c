/* Three interpreters of one byte code: computed goto over addresses, over offsets from a label, and over a table of functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PUSH, ADD, SUB, MUL, MOD, DUP, SWAP, DROP, JNZ, LOAD, STORE, LESS, PRINT, HALT, COUNT };

#define BODY(NEXT)                                                                                                                 \
    PUSH:                                                                                                                          \
    *sp++ = *pc++;                                                                                                                 \
    NEXT;                                                                                                                          \
    ADD:                                                                                                                           \
    sp--;                                                                                                                          \
    sp[-1] += *sp;                                                                                                                 \
    NEXT;                                                                                                                          \
    SUB:                                                                                                                           \
    sp--;                                                                                                                          \
    sp[-1] -= *sp;                                                                                                                 \
    NEXT;                                                                                                                          \
    MUL:                                                                                                                           \
    sp--;                                                                                                                          \
    sp[-1] = (int)((unsigned)sp[-1] * (unsigned)*sp);                                                                              \
    NEXT;                                                                                                                          \
    MOD:                                                                                                                           \
    sp--;                                                                                                                          \
    sp[-1] %= *sp;                                                                                                                 \
    NEXT;                                                                                                                          \
    DUP:                                                                                                                           \
    *sp = sp[-1];                                                                                                                  \
    sp++;                                                                                                                          \
    NEXT;                                                                                                                          \
    SWAP : {                                                                                                                       \
        int t = sp[-1];                                                                                                            \
        sp[-1] = sp[-2];                                                                                                           \
        sp[-2] = t;                                                                                                                \
    }                                                                                                                              \
    NEXT;                                                                                                                          \
    DROP:                                                                                                                          \
    sp--;                                                                                                                          \
    NEXT;                                                                                                                          \
    JNZ : {                                                                                                                        \
        int d = *pc++;                                                                                                             \
        if (*--sp)                                                                                                                 \
            pc = code + d;                                                                                                         \
    }                                                                                                                              \
    NEXT;                                                                                                                          \
    LOAD:                                                                                                                          \
    *sp++ = var[*pc++];                                                                                                            \
    NEXT;                                                                                                                          \
    STORE:                                                                                                                         \
    var[*pc++] = *--sp;                                                                                                            \
    NEXT;                                                                                                                          \
    LESS:                                                                                                                          \
    sp--;                                                                                                                          \
    sp[-1] = sp[-1] < *sp;                                                                                                         \
    NEXT;                                                                                                                          \
    PRINT:                                                                                                                         \
    printf("%d ", *--sp);                                                                                                          \
    NEXT;                                                                                                                          \
    HALT:                                                                                                                          \
    return sp[-1];

static int by_address(const int *code)
{
    static const void *const op[COUNT] = {&&PUSH, &&ADD, &&SUB,  &&MUL,   &&MOD,  &&DUP,   &&SWAP,
                                          &&DROP, &&JNZ, &&LOAD, &&STORE, &&LESS, &&PRINT, &&HALT};
    int stack[64], *sp = stack, var[8] = {0};
    const int *pc = code;
    goto *op[*pc++];
    BODY(goto * op[*pc++])
}

static int by_offset(const int *code)
{
#define O(x) (int)((const char *)&&x - (const char *)&&PUSH)
    static const int op[COUNT] = {O(PUSH), O(ADD), O(SUB),  O(MUL),   O(MOD),  O(DUP),   O(SWAP),
                                  O(DROP), O(JNZ), O(LOAD), O(STORE), O(LESS), O(PRINT), O(HALT)};
    int stack[64], *sp = stack, var[8] = {0};
    const int *pc = code;
#define GO goto *(const void *)((const char *)&&PUSH + op[*pc++])
    GO;
    BODY(GO)
}

struct state {
    const int *code, *pc;
    int stack[64], *sp, var[8];
    int done;
};
#define F(name, body)                                                                                                              \
    static void f_##name(struct state *s) { body; }
F(PUSH, *s->sp++ = *s->pc++)
F(ADD, s->sp--; s->sp[-1] += *s->sp)
F(SUB, s->sp--; s->sp[-1] -= *s->sp)
F(MUL, s->sp--; s->sp[-1] = (int)((unsigned)s->sp[-1] * (unsigned)*s->sp))
F(MOD, s->sp--; s->sp[-1] %= *s->sp)
F(DUP, *s->sp = s->sp[-1]; s->sp++)
F(SWAP, int t = s->sp[-1]; s->sp[-1] = s->sp[-2]; s->sp[-2] = t)
F(DROP, s->sp--)
F(JNZ, int d = *s->pc++; if (*--s->sp) s->pc = s->code + d)
F(LOAD, *s->sp++ = s->var[*s->pc++])
F(STORE, s->var[*s->pc++] = *--s->sp)
F(LESS, s->sp--; s->sp[-1] = s->sp[-1] < *s->sp)
F(PRINT, printf("%d ", *--s->sp))
F(HALT, s->done = 1)
static void (*const table[COUNT])(struct state *) = {f_PUSH, f_ADD, f_SUB,  f_MUL,   f_MOD,  f_DUP,   f_SWAP,
                                                     f_DROP, f_JNZ, f_LOAD, f_STORE, f_LESS, f_PRINT, f_HALT};

static int by_function(const int *code)
{
    struct state s = {.code = code, .pc = code};
    s.sp = s.stack;
    while (!s.done)
        table[*s.pc++](&s);
    return s.sp[-1];
}

/* Each runs a program that another one chose: the calls are indirect too. */
static int (*const engine[])(const int *) = {by_address, by_offset, by_function};

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 3000;
    /* s = 1; for (i = n; i; i--) s = (s * 31 + i) % 65521; print s, 3 - 8 < 0 */
    int code[] = {PUSH,  1,   STORE, 0, PUSH, n,   STORE, 1,    LOAD, 0,    PUSH,  31,   MUL,  LOAD, 1,    ADD, PUSH,
                  65521, MOD, STORE, 0, LOAD, 1,   PUSH,  1,    SUB,  DUP,  STORE, 1,    JNZ,  8,    LOAD, 0,   PRINT,
                  PUSH,  8,   PUSH,  3, SWAP, SUB, DUP,   PUSH, 0,    LESS, PRINT, DROP, LOAD, 0,    HALT};
    int r = 0;
    for (int i = 0; i < 9; i++)
        r ^= engine[(unsigned)(i * 5 + argc) % 3](code) + i;
    printf("%d\n", r);
    return 0;
}
