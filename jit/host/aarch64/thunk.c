/* Entry and exit stubs of generated code. */
#include "jit/host/thunk.h"

#include "jit/host/aarch64/a64.h"

#define FIELD(f) ((int64_t)offsetof(struct vcpu, f))
enum { FRAME = 96, RMODE = 3 << 22, STICKY = 31 };     /* FPCR, FPSR: jit/fpenv.h's word */

static void field(struct abuf *b, unsigned size, unsigned op, unsigned rt, int64_t off)
{
    a64_mem(b, size, op, rt, RVCPU, off, RSCRATCH2);
}

static void move_pins(struct abuf *b, const struct host_thunks *th, unsigned op)
{
    for (uint32_t s = 0; s < th->g->nslot; s++)
        if (th->pin[s] != NOREG)
            field(b, 3, op, th->pin[s], th->g->slot[s].off);
}

/* The live control word goes to *save, that of *load becomes live. */
static void swap_fpenv(struct abuf *b, int64_t save, int64_t load)
{
    a64_put(b, a64_mrs(SYS_FPCR, 2));
    a64_put(b, a64_mrs(SYS_FPSR, 3));
    a64_put(b, a64_logic_imm(1, LOG_AND, 2, 2, RMODE));
    a64_put(b, a64_logic_imm(1, LOG_AND, 3, 3, STICKY));
    a64_put(b, a64_logic(1, LOG_ORR, false, 2, 2, 3, SH_LSL, 0));
    field(b, 2, LS_STORE, 2, save);
    field(b, 2, LS_LOAD, 2, load);
    a64_put(b, a64_logic_imm(1, LOG_AND, 3, 2, RMODE));
    a64_put(b, a64_msr(SYS_FPCR, 3));
    a64_put(b, a64_logic_imm(1, LOG_AND, 3, 2, STICKY));
    a64_put(b, a64_msr(SYS_FPSR, 3));
}

/* x19..x28 in five pairs. */
static void save_pairs(struct abuf *b, bool load)
{
    for (unsigned i = 0; i < 5; i++)
        a64_put(b, a64_ldstp(load, LS_OFFSET, 19 + 2 * i, 20 + 2 * i, RSP, 16 + 16 * (int)i));
}

/* uint32_t enter(vcpu in x0, code in x1) */
static void make_enter(struct abuf *b, const struct host_thunks *th)
{
    a64_put(b, a64_ldstp(false, LS_PRE, 29, RLINK, RSP, -FRAME));
    save_pairs(b, false);
    a64_mov(b, RVCPU, 0);
    a64_mov(b, RSCRATCH, 1);
    swap_fpenv(b, FIELD(host_fpcr), FIELD(guest_fpcr));
    move_pins(b, th, LS_LOAD);
    field(b, 3, LS_LOAD, RHINT, FIELD(hint_sp));
    a64_put(b, a64_br(BR_JUMP, RSCRATCH));
}

/* Behind each exit stub: back to enter()'s caller. */
static void make_leave(struct abuf *b)
{
    field(b, 3, LS_STORE, RHINT, FIELD(hint_sp));
    swap_fpenv(b, FIELD(guest_fpcr), FIELD(host_fpcr));
    field(b, 2, LS_LOAD, 0, FIELD(exit));
    save_pairs(b, true);
    a64_put(b, a64_ldstp(true, LS_POST, 29, RLINK, RSP, FRAME));
    a64_put(b, a64_br(BR_RET, RLINK));
}

static void put_all(struct abuf *b, const uint32_t *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        a64_put(b, w[i]);
}

/* x0 = guest pc; x1, x2, x16, x17 are free at exits. Goes on where the jump cache says, unless the vcpu is asked to leave. A hint that
 * was popped off the bottom of the stack is back before anything is pushed. */
static void make_probe(struct abuf *b, bool ret)
{
    uint32_t out[3], n = 0;

    if (ret) {
        field(b, 3, LS_LOAD, 1, FIELD(hint_armed));
        out[n++] = b->n;
        a64_put(b, 0);
    }
    a64_put(b, a64_bitfield(1, BF_U, 1, RTARGET, 61, 60));      /* lsl x1, x0, 3 */
    a64_put(b, a64_logic(1, LOG_EOR, false, 1, 1, RTARGET, SH_LSR, 6));
    field(b, 3, LS_LOAD, 2, FIELD(jc_mask));
    a64_put(b, a64_logic(1, LOG_AND, false, 1, 1, 2, SH_LSL, 0));
    field(b, 3, LS_LOAD, 2, FIELD(jc));
    const uint32_t compare[] = { a64_addsub(1, false, false, 2, 2, 1, SH_LSL, 0), a64_ldst(3, LS_LOAD, RSCRATCH, 2, 0),
                                 a64_logic(1, LOG_EOR, false, 1, RSCRATCH, RTARGET, SH_LSL, 0) };
    put_all(b, compare, ARRAY_LEN(compare));
    out[n++] = b->n;
    a64_put(b, 0);
    field(b, 2, LS_LOAD, 1, FIELD(request));
    out[n++] = b->n;
    a64_put(b, 0);
    a64_put(b, a64_ldst(3, LS_LOAD, RSCRATCH, 2, offsetof(struct jc_entry, code)));
    if (ret) {
        field(b, 3, LS_LOAD, 1, FIELD(hint_top));
        a64_put(b, a64_addsub(1, true, true, RZR, RHINT, 1, SH_LSL, 0));
        a64_put(b, a64_csel(1, CS_SEL, RHINT, 1, RHINT, CC_HI));
    }
    a64_put(b, a64_br(BR_JUMP, RSCRATCH));
    while (n--)
        a64_set(b, out[n], a64_cbz(1, true, 1, (int64_t)b->n - out[n]));
}

uint32_t a64_thunks(struct host_thunks *th, uint8_t *out, uint32_t n)
{
    struct abuf b = { .p = out, .cap = n };
    uint32_t common;

    make_enter(&b, th);
    common = b.n;
    move_pins(&b, th, LS_STORE);
    th->fault = th->code + b.n;
    make_leave(&b);
    for (unsigned s = 0; s < STUB_COUNT; s++) {
        th->stub[s] = th->code + b.n;
        if (s == STUB_DISPATCH || s == STUB_RETMISS)
            make_probe(&b, s == STUB_RETMISS);
        if (s == STUB_DISPATCH)
            th->miss = th->code + b.n;
        field(&b, 3, LS_STORE, RTARGET, FIELD(pc));
        a64_mov_imm(&b, RSCRATCH, thunk_exit(s));
        field(&b, 2, LS_STORE, RSCRATCH, FIELD(exit));
        a64_put(&b, a64_b(false, (int64_t)common - b.n));
    }
    return b.n;
}
