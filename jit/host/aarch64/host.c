/* The AArch64 host as jit/ sees it. */
#include "jit/host/aarch64/a64.h"
#include "jit/host/dump.h"

#include <string.h>

static void compile(struct cc *cc, struct ir_func *f, const struct unit *u, const struct cc_options *o, struct code *out)
{
    struct a64 *x = NEW(&cc->arena, struct a64);

    x->out = out;
    sel_init(&x->s, &a64_sel, &host_aarch64, cc, f, u);
    sel_run(&x->s);
    if (dump_wants(o, "select"))
        dump_insns(o->dump, &x->s);
    regalloc(&x->m);
    if (dump_wants(o, "regalloc"))
        dump_insns(o->dump, &x->s);
    x->marks = dump_wants(o, "asm");
    a64_emit(x);
    if (x->marks)
        dump_code(o->dump, &x->s, x->b.p, x->b.n);
}

static void jump_dispatch(struct abuf *b)
{
    a64_put(b, a64_ldst(3, LS_LOAD, RSCRATCH, RVCPU, offsetof(struct vcpu, stub[STUB_DISPATCH])));
    a64_put(b, a64_br(BR_JUMP, RSCRATCH));
}

static uint32_t miss_entry(uint8_t out[16])
{
    struct abuf b = { .p = out, .cap = 16 };

    jump_dispatch(&b);
    return b.n;
}

static uint32_t miss_stub(uint8_t out[32], uint64_t pc, bool pic, uint32_t *pc_field)
{
    struct abuf b = { .p = out, .cap = 32 };

    *pc_field = UINT32_MAX;
    if (pic) {
        *pc_field = 0;
        a64_pair(&b, RSCRATCH, 0);
        a64_put(&b, a64_adr(RSCRATCH2, -4));    /* the field's fourth byte */
        a64_put(&b, a64_addsub_ext(1, false, false, RTARGET, RSCRATCH2, RSCRATCH, EX_SXTW, 0));
    } else {
        a64_mov_imm(&b, RTARGET, pc);
    }
    jump_dispatch(&b);
    return b.n;
}

/* All of a B is its field. */
static uint32_t jump(uint8_t out[8])
{
    (void)out;
    return 0;
}

/* Branches have 26 bits of words; all others are a movz, movk pair. */
static bool fill_field(uint8_t *field, unsigned kind, int32_t v)
{
    uint32_t w;

    if (kind != REL_ENTRY && kind != REL_CALL) {
        a64_fill_pair(field, (uint32_t)v);
        return true;
    }
    w = a64_b(kind == REL_CALL, (int64_t)v + 4);
    if (w)
        memcpy(field, &w, sizeof w);
    return w != 0;
}

/* The hottest in registers that helpers keep. */
static const uint8_t pin[] = { 19, 20, 21, 22, 23, 24, 25, 26, 29, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

const struct host host_aarch64 = {
    .name = "aarch64",
    .pin = pin,
    .npin = ARRAY_LEN(pin),
    .fill = 0,                  /* UDF */
    .compile = compile,
    .miss_entry = miss_entry,
    .miss_stub = miss_stub,
    .jump = jump,
    .fill_field = fill_field,
    .thunks = a64_thunks,
};
