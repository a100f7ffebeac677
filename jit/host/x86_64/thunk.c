/* Entry and exit stubs of generated code. */
#include "jit/host/thunk.h"

#include "jit/helpers.h"
#include "jit/host/x86_64/x86.h"

#define FIELD(f) x_mem(R15, (int32_t)offsetof(struct vcpu, f) - VCPU_BIAS)

static void move_pins(struct xbuf *b, const struct host_thunks *th, bool load)
{
    for (uint32_t s = 0; s < th->g->nslot; s++) {
        unsigned r = th->pin[s];
        struct xmem m = x_mem(R15, (int32_t)th->g->slot[s].off - VCPU_BIAS);

        if (r == NOREG)
            continue;
        if (r >= XMM0 && th->g->slot[s].type == T_V128)
            x_rm(b, XOP(0, 1, load ? 0x10 : 0x11), 4, r, m);
        else if (r >= XMM0)
            x_rm(b, load ? XOP(0xf3, 1, 0x7e) : XOP(0x66, 1, 0xd6), 4, r, m);
        else
            x_rm(b, XOP(0, 0, load ? 0x8b : 0x89), 8, r, m);
    }
}

static const uint8_t saved[] = { RBX, RBP, R12, R13, R14, R15 };

static void push_pop(struct xbuf *b, unsigned r, bool push)
{
    if (r >= 8)
        x_byte(b, 0x41);
    x_byte(b, (push ? 0x50u : 0x58u) | (r & 7));
}

/* uint32_t enter(vcpu in rdi, code in rsi) */
static void make_enter(struct xbuf *b, const struct host_thunks *th)
{
    for (unsigned i = 0; i < sizeof saved; i++)
        push_pop(b, saved[i], true);
    x_alu_ri(b, ALU_SUB, 8, RSP, 8);            /* helpers find the stack aligned at c_sp */
    x_rm(b, XOP(0, 0, 0x8d), 8, R15, x_mem(RDI, VCPU_BIAS));
    x_rm(b, XOP(0, 0, 0x89), 8, RSP, FIELD(c_sp));
    x_rm(b, XOP(0, 1, 0xae), 4, 3, FIELD(host_fpcr));           /* stmxcsr */
    x_rm(b, XOP(0, 1, 0xae), 4, 2, FIELD(guest_fpcr));          /* ldmxcsr */
    x_mov_rr(b, 8, RAX, RSI);
    move_pins(b, th, true);
    x_rm(b, XOP(0, 0, 0x8b), 8, RSP, FIELD(hint_sp));
    x_rr(b, XOP(0, 0, 0xff), 4, 4, RAX);
}

/* Behind each exit stub: back to enter()'s caller. */
static void make_leave(struct xbuf *b)
{
    x_rm(b, XOP(0, 0, 0x89), 8, RSP, FIELD(hint_sp));
    x_rm(b, XOP(0, 0, 0x8b), 8, RSP, FIELD(c_sp));
    x_rm(b, XOP(0, 1, 0xae), 4, 3, FIELD(guest_fpcr));
    x_rm(b, XOP(0, 1, 0xae), 4, 2, FIELD(host_fpcr));
    x_rm(b, XOP(0, 0, 0x8b), 4, RAX, FIELD(exit));
    x_alu_ri(b, ALU_ADD, 8, RSP, 8);
    for (unsigned i = sizeof saved; i-- > 0;)
        push_pop(b, saved[i], false);
    x_byte(b, 0xc3);
}

/* rax = guest pc; rcx and rdx are free at exits. Goes on where the jump cache says, unless the vcpu is asked to leave. A hint that was
 * popped off the bottom of the stack is back before anything is pushed. */
static void make_probe(struct xbuf *b, bool ret)
{
    uint32_t out[3], n = 0;

    if (ret) {
        x_alu_mi(b, ALU_CMP, 8, FIELD(hint_armed), 0);
        out[n++] = x_jcc(b, CC_NE);
    }
    x_mov_rr(b, 4, RDX, RAX);
    x_rr(b, XOP(0, 0, 0xc1), 4, 4, RDX);                        /* shl edx, 3 */
    x_imm(b, 3, 1);
    x_mov_rr(b, 4, RCX, RAX);
    x_rr(b, XOP(0, 0, 0xc1), 4, 5, RCX);                        /* shr ecx, 6 */
    x_imm(b, 6, 1);
    x_rr(b, XOP(0, 0, 0x33), 4, RCX, RDX);
    x_rm(b, XOP(0, 0, 0x23), 4, RCX, FIELD(jc_mask));
    x_rm(b, XOP(0, 0, 0x8b), 8, RDX, FIELD(jc));
    x_rm(b, XOP(0, 0, 0x3b), 8, RAX, (struct xmem){ RDX, RCX, 0, 0 });
    out[n++] = x_jcc(b, CC_NE);
    x_alu_mi(b, ALU_CMP, 4, FIELD(request), 0);
    out[n++] = x_jcc(b, CC_NE);
    if (ret) {
        x_rm(b, XOP(0, 0, 0x3b), 8, RSP, FIELD(hint_top));
        uint32_t inside = x_jcc(b, CC_BE);
        x_rm(b, XOP(0, 0, 0x8b), 8, RSP, FIELD(hint_top));
        x_patch32(b, inside, (int32_t)(b->n - inside - 4));
    }
    x_rm(b, XOP(0, 0, 0xff), 4, 4, (struct xmem){ RDX, RCX, 0, offsetof(struct jc_entry, code) });
    while (n--)
        x_patch32(b, out[n], (int32_t)(b->n - out[n] - 4));
}

static void make_stubs(struct xbuf *b, struct host_thunks *th)
{
    uint32_t common;

    while (b->n % 16)
        x_byte(b, 0xcc);
    common = b->n;
    move_pins(b, th, false);
    th->fault = th->code + b->n;
    make_leave(b);
    for (unsigned s = 0; s < STUB_COUNT; s++) {
        while (b->n % 16)
            x_byte(b, 0xcc);
        th->stub[s] = th->code + b->n;
        if (s == STUB_DISPATCH || s == STUB_RETMISS)
            make_probe(b, s == STUB_RETMISS);
        if (s == STUB_DISPATCH)
            th->miss = th->code + b->n;
        x_rm(b, XOP(0, 0, 0x89), 8, RAX, FIELD(pc));
        x_rm(b, XOP(0, 0, 0xc7), 4, 0, FIELD(exit));
        x_imm(b, thunk_exit(s), 4);
        uint32_t at = x_jmp(b);
        x_patch32(b, at, (int32_t)common - (int32_t)(at + 4));
    }
}

/* Called on the C stack, 16-byte aligned before the call: the op whose description lies behind the first operand in vcpu->varg. */
static void make_slow(struct xbuf *b, struct host_thunks *th)
{
    static const uint8_t clobbered[] = { RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11 };

    while (b->n % 16)
        x_byte(b, 0xcc);
    th->slow = th->code + b->n;
    for (unsigned i = 0; i < sizeof clobbered; i++)
        push_pop(b, clobbered[i], true);
    x_alu_ri(b, ALU_SUB, 8, RSP, 16 * 16);
    for (unsigned i = 0; i < 16; i++)
        x_rm(b, XOP(0, 1, 0x29), 4, XMM0 + i, x_mem(RSP, (int32_t)(16 * i)));
    x_rm(b, XOP(0, 0, 0x8d), 8, RDI, FIELD(varg));
    x_rm(b, XOP(0, 0, 0x8b), 8, RCX, x_mem(RDI, 16));
    x_rm(b, XOP(0, 0, 0xff), 4, 2, FIELD(helper[HELPER_evalv]));
    for (unsigned i = 0; i < 16; i++)
        x_rm(b, XOP(0, 1, 0x28), 4, XMM0 + i, x_mem(RSP, (int32_t)(16 * i)));
    x_alu_ri(b, ALU_ADD, 8, RSP, 16 * 16);
    for (unsigned i = sizeof clobbered; i-- > 0;)
        push_pop(b, clobbered[i], false);
    x_byte(b, 0xc3);
}

uint32_t x86_thunks(struct host_thunks *th, uint8_t *out, uint32_t n)
{
    struct xbuf b = { .p = out, .cap = n };

    make_enter(&b, th);
    make_stubs(&b, th);
    make_slow(&b, th);
    return b.n;
}
