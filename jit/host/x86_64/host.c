/* The x86-64 host as jit/ sees it. */
#include "jit/host/host.h"

#include "jit/host/x86_64/dump.h"
#include "passes/lift/guest.h"

#include <string.h>

void x86_pins_func(struct ir_func *f)
{
    uint8_t *reg = NEWN(&f->cc->arena, uint8_t, f->nslot + 1);
    uint64_t *set = NEWN(&f->cc->arena, uint64_t, f->nslot / 64 + 1);

    x86_pins(f->slot, f->nslot, reg, set);
    f->pinned = set;
}

static bool wants(const struct cc_options *o, const char *stage)
{
    return o->dump && o->dump_after && (!strcmp(o->dump_after, stage) || !strcmp(o->dump_after, "all"));
}

void x86_compile(struct cc *cc, struct ir_func *f, const struct unit *u, const struct cc_options *o, struct code *out)
{
    struct x86 *x = NEW(&cc->arena, struct x86);

    x->cc = cc;
    x->f = f;
    x->u = u;
    x->features = o->features;
    x->out = out;
    x->pin = NEWN(&cc->arena, uint8_t, f->nslot + 1);
    x86_pins(f->slot, f->nslot, x->pin, NULL);
    x86_select(x);
    if (wants(o, "select"))
        x86_dump_insns(o->dump, x);
    regalloc(&x->m);
    if (wants(o, "regalloc"))
        x86_dump_insns(o->dump, x);
    x->marks = wants(o, "asm");
    x86_emit(x);
    if (x->marks)
        x86_dump_code(o->dump, x);
}

size_t host_abi_bytes(uint8_t *out, size_t n, const struct guest_slot *slot, uint32_t nslot)
{
    uint8_t reg[256];

    if (nslot > sizeof reg || n < nslot)
        return 0;
    x86_pins(slot, nslot, reg, NULL);
    memcpy(out, reg, nslot);
    return nslot;
}

static void jump_dispatch(struct xbuf *b)
{
    x_rm(b, XOP(0, 0, 0xff), 4, 4, x_mem(R15, (int32_t)offsetof(struct vcpu, stub[STUB_DISPATCH]) - VCPU_BIAS));
}

uint32_t host_miss_entry(uint8_t out[16])
{
    uint8_t buf[64];
    struct xbuf b = { .p = buf, .cap = sizeof buf };

    jump_dispatch(&b);
    memcpy(out, buf, b.n);
    return b.n;
}

uint32_t host_miss_stub(uint8_t out[32], uint64_t pc, bool pic, uint32_t *pc_field)
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
