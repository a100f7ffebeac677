/* The x86-64 host as jit/ sees it. */
#include "jit/host/host.h"

#include "jit/host/dump.h"
#include "jit/host/x86_64/x86.h"
#include "passes/lift/guest.h"

#include <string.h>

static void compile(struct cc *cc, struct ir_func *f, const struct unit *u, const struct cc_options *o, struct code *out)
{
    struct x86 *x = NEW(&cc->arena, struct x86);

    x->features = o->features;
    x->out = out;
    sel_init(&x->s, &x86_sel, &host_x86_64, cc, f, u);
    sel_run(&x->s);
    if (dump_wants(o, "select"))
        dump_insns(o->dump, &x->s);
    regalloc(&x->m);
    if (dump_wants(o, "regalloc"))
        dump_insns(o->dump, &x->s);
    x->marks = dump_wants(o, "asm");
    x86_emit(x);
    if (x->marks)
        dump_code(o->dump, &x->s, x->b.p, x->b.n);
}

static void jump_dispatch(struct xbuf *b)
{
    x_rm(b, XOP(0, 0, 0xff), 4, 4, x_mem(R15, (int32_t)offsetof(struct vcpu, stub[STUB_DISPATCH]) - VCPU_BIAS));
}

static uint32_t miss_entry(uint8_t out[16])
{
    uint8_t buf[64];
    struct xbuf b = { .p = buf, .cap = sizeof buf };

    jump_dispatch(&b);
    memcpy(out, buf, b.n);
    return b.n;
}

static uint32_t miss_stub(uint8_t out[32], uint64_t pc, bool pic, uint32_t *pc_field)
{
    uint8_t buf[96];
    struct xbuf b = { .p = buf, .cap = sizeof buf };

    *pc_field = UINT32_MAX;
    if (pic)
        *pc_field = x_rm(&b, XOP(0, 0, 0x8d), 8, RAX, (struct xmem){ XRIP, XNONE, 0, 0 });
    else
        x_mov_ri(&b, RAX, pc);
    jump_dispatch(&b);
    memcpy(out, buf, b.n);
    return b.n;
}

static uint32_t jump(uint8_t out[8])
{
    out[0] = 0xe9;
    return 1;
}

/* A signed 32-bit displacement from the field's end, or an immediate. */
static bool fill_field(uint8_t *field, unsigned kind, int32_t v)
{
    (void)kind;
    memcpy(field, &v, sizeof v);
    return true;
}

static const uint8_t pin[] = { RBP, RDI, RSI, R8, R9, R10, RBX, R11, R14, R13, R12 };
static const uint8_t vpin[] = { XMM0, XMM0 + 1, XMM0 + 2, XMM0 + 3, XMM0 + 4, XMM0 + 5, XMM0 + 6, XMM0 + 7, XMM0 + 8, XMM0 + 9, XMM0 + 10, XMM0 + 11 };

const struct host host_x86_64 = {
    .name = "x86-64",
    .pin = pin,
    .vpin = vpin,
    .npin = ARRAY_LEN(pin),
    .nvpin = ARRAY_LEN(vpin),
    .fill = 0xcc,
    .compile = compile,
    .miss_entry = miss_entry,
    .miss_stub = miss_stub,
    .jump = jump,
    .fill_field = fill_field,
    .thunks = x86_thunks,
};
