/* Entry and exit stubs of generated code, hint stacks, faults in generated code. */
#include "jit/enter.h"

#include "jit/fpenv.h"
#include "jit/helpers.h"
#include "jit/host/x86_64/x86.h"
#include "jit/snap.h"
#include "passes/ir/eval.h"
#include "passes/lift/guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

struct host_thunks {
    const struct guest *g;
    uint8_t *code;
    uint32_t (*enter)(struct vcpu *v, const void *code);
    void *stub[STUB_COUNT];
    void *fault;                /* leaves with vcpu->exit as it is; homes are current */
    uint8_t pin[256];
};

enum { THUNK_SIZE = 4096, STACK_GUARD = 4096, HINT_SLACK = 256 };

#define FIELD(f) x_mem(R15, (int32_t)offsetof(struct vcpu, f) - VCPU_BIAS)

static void move_pins(struct xbuf *b, const struct host_thunks *th, bool load)
{
    for (uint32_t s = 0; s < th->g->nslot; s++) {
        unsigned r = th->pin[s];
        struct xmem m = x_mem(R15, (int32_t)th->g->slot[s].off - VCPU_BIAS);

        if (r == NOREG)
            continue;
        if (r >= XMM0)
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

static enum vexit exit_of(unsigned stub)
{
    switch (stub) {
    case STUB_DISPATCH: return VX_JUMP;
    case STUB_SYSCALL: return VX_SYSCALL;
    case STUB_POLL: return VX_POLL;
    case STUB_RETMISS: return VX_RETMISS;
    default: return VX_ILLEGAL + (stub - STUB_TRAP);
    }
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
        x_rm(b, XOP(0, 0, 0x89), 8, RAX, FIELD(pc));
        x_rm(b, XOP(0, 0, 0xc7), 4, 0, FIELD(exit));
        x_imm(b, exit_of(s), 4);
        uint32_t at = x_jmp(b);
        x_patch32(b, at, (int32_t)common - (int32_t)(at + 4));
    }
}

enum status host_thunks_new(const struct guest *g, struct host_thunks **out, struct diag *d)
{
    struct host_thunks *th = calloc(1, sizeof *th);
    uint8_t *buf = calloc(1, THUNK_SIZE);
    struct xbuf b = { .p = buf, .cap = THUNK_SIZE };

    if (!th || !buf || g->nslot > sizeof th->pin) {
        free(th);
        free(buf);
        return fail(d, ST_NOMEM, 0, "no memory for entry stubs");
    }
    th->g = g;
    x86_pins(g->slot, g->nslot, th->pin, NULL);
    th->code = mmap(NULL, THUNK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (th->code == MAP_FAILED) {
        free(th);
        free(buf);
        return fail(d, ST_NOMEM, 0, "mapping entry stubs: %s", strerror(errno));
    }
    make_enter(&b, th);
    make_stubs(&b, th);
    memcpy(th->code, buf, b.n);
    free(buf);
    if (mprotect(th->code, THUNK_SIZE, PROT_READ | PROT_EXEC) != 0) {
        munmap(th->code, THUNK_SIZE);
        free(th);
        return fail(d, ST_IO, 0, "making entry stubs executable: %s", strerror(errno));
    }
    th->enter = (uint32_t (*)(struct vcpu *, const void *))(uintptr_t)th->code;
    *out = th;
    return ST_OK;
}

/* The hint stack: [guard page][entries ... sentinel][slack]. The sentinel sits at the bottom and is never popped for good: its stub
 * leaves, and the next enter starts from it again. */
enum status vcpu_init_host(struct vcpu *v, struct host_thunks *th, struct diag *d)
{
    uint8_t *p = mmap(NULL, STACK_GUARD + HINT_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED || mprotect(p, STACK_GUARD, PROT_NONE) != 0)
        return fail(d, ST_NOMEM, 0, "mapping a hint stack: %s", strerror(errno));
    v->hint_base = p + STACK_GUARD;
    v->hint_top = p + STACK_GUARD + HINT_STACK_SIZE - HINT_SLACK;
    for (unsigned s = 0; s < STUB_COUNT; s++)
        v->stub[s] = th->stub[s];
    for (unsigned i = 0; i < HELPER_COUNT && i < ARRAY_LEN(v->helper); i++)
        v->helper[i] = jit_helper_table[i];
    vcpu_drop_hints(v);
    if (!v->guest_fpcr)
        v->guest_fpcr = fpcr_make(FP_RM_NE, 0);
    return ST_OK;
}

void vcpu_fini_host(struct vcpu *v)
{
    if (v->hint_base)
        munmap((uint8_t *)v->hint_base - STACK_GUARD, STACK_GUARD + HINT_STACK_SIZE);
    v->hint_base = v->hint_top = v->hint_sp = NULL;
}

void vcpu_drop_hints(struct vcpu *v)
{
    void **top = v->hint_top;

    /* Several sentinels: a return site that does not match may pop twice before it leaves. */
    for (unsigned i = 0; i < 4; i++)
        top[i] = v->stub[STUB_RETMISS];
    v->hint_sp = top;
}

enum vexit host_enter(struct vcpu *v, struct host_thunks *th, const void *code)
{
    enum vexit e;

    if ((uint8_t *)v->hint_sp > (uint8_t *)v->hint_top)        /* the sentinel was popped */
        vcpu_drop_hints(v);
    e = th->enter(v, code);
    if (e == VX_RETMISS)
        v->n_retmiss++;
    return e;
}

bool vcpu_hint_overflow(struct vcpu *v, uint64_t addr, void *ucp)
{
    ucontext_t *uc = ucp;
    uint64_t base = (uint64_t)(uintptr_t)v->hint_base, top = (uint64_t)(uintptr_t)v->hint_top;
    uint64_t sp = (uint64_t)uc->uc_mcontext.gregs[REG_RSP], keep = HINT_STACK_SIZE / 2;

    if (!base || addr < base - STACK_GUARD || addr >= base || sp < base - 64 || sp > top)
        return false;
    if (sp < base)
        sp = base;
    memmove((void *)(uintptr_t)(top - keep), (void *)(uintptr_t)sp, keep);
    uc->uc_mcontext.gregs[REG_RSP] = (greg_t)(top - keep);
    return true;
}

/* ---- faults ---- */

static uint64_t host_reg(const ucontext_t *uc, unsigned r)
{
    static const uint8_t greg[16] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                      REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };
    uint64_t v = 0;

    if (r < 16)
        return (uint64_t)uc->uc_mcontext.gregs[greg[r]];
    if (r >= XMM0 && r < XMM0 + 16 && uc->uc_mcontext.fpregs)
        memcpy(&v, &uc->uc_mcontext.fpregs->_xmm[r - XMM0], 8);
    return v;
}

struct faultstate { const struct vcpu *v; const ucontext_t *uc; uint64_t base; uint64_t stack[SNAP_DEPTH]; unsigned n; };

static void apply_op(struct snap_in *s, struct faultstate *fs)
{
    uint64_t op = snap_uleb(s), a[3] = { 0, 0, 0 };
    unsigned t = snap_u8(s), at = snap_u8(s), n = snap_u8(s);

    if (n > fs->n || !snap_op_ok(op, t, at, n)) {
        s->bad = true;
        return;
    }
    fs->n -= n;
    memcpy(a, fs->stack + fs->n, n * sizeof *a);
    for (unsigned i = 0; i < n && ir_type_bits(at) < 64; i++)      /* registers hold anything above a narrow value */
        a[i] &= (UINT64_C(1) << ir_type_bits(at)) - 1;
    fs->stack[fs->n++] = ir_eval_scalar((enum ir_op)op, t, at, 0, a[0], a[1], a[2], NULL);
}

/* Nodes up to SNAPK_END; with out == NULL they are only skipped. */
static void read_nodes(struct snap_in *s, struct faultstate *fs, uint64_t *out, uint8_t *have)
{
    for (;;) {
        unsigned k = snap_u8(s);
        uint64_t v = 0;

        if (s->bad || k == SNAPK_END)
            return;
        if (k == SNAPK_SLOT) {
            uint64_t slot = snap_uleb(s);

            if (fs->n != 1 || slot >= SNAP_SLOTS) {
                s->bad = true;
                return;
            }
            fs->n = 0;
            out[slot] = fs->stack[0];
            have[slot] = 1;
            continue;
        }
        if (k == SNAPK_OP) {
            apply_op(s, fs);
            continue;
        }
        if (k == SNAPK_REG)
            v = host_reg(fs->uc, snap_u8(s));
        else if (k == SNAPK_MEM) {
            uint64_t off = snap_uleb(s);

            if (!snap_mem_ok(off))
                s->bad = true;
            else
                memcpy(&v, (const uint8_t *)fs->v + off, 8);
        } else
            v = snap_uleb(s) + (k == SNAPK_GPC ? fs->base : 0);
        if (k > SNAPK_GPC || fs->n >= SNAP_DEPTH) {
            s->bad = true;
            return;
        }
        fs->stack[fs->n++] = v;
    }
}

bool vcpu_fault_state(struct vcpu *v, struct host_thunks *th, const uint8_t *snap, uint32_t nsnap, uint32_t off, uint64_t guest_base,
                      void *ucp)
{
    ucontext_t *uc = ucp;
    struct snap_in s = { snap, snap + nsnap, false };
    uint64_t val[SNAP_SLOTS], at = 0, pc = 0;
    uint8_t have[SNAP_SLOTS];

    while (s.p < s.end && !s.bad) {
        struct faultstate fs = { .v = v, .uc = uc, .base = guest_base };

        at += (uint64_t)snap_unzig(snap_uleb(&s));
        uint64_t len = snap_uleb(&s);
        pc += (uint64_t)snap_unzig(snap_uleb(&s));
        memset(have, 0, sizeof have);
        read_nodes(&s, &fs, val, have);
        if (s.bad || off < at || off >= at + len)
            continue;
        for (uint32_t i = 0; i < th->g->nslot; i++) {
            uint64_t x = have[i] ? val[i] : th->pin[i] != NOREG ? host_reg(uc, th->pin[i]) : 0;

            if (have[i] || th->pin[i] != NOREG)
                memcpy(v->guest + th->g->slot[i].off, &x, 8);
        }
        v->pc = pc + guest_base;
        v->exit = VX_FAULT;
        uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)th->fault;
        uc->uc_mcontext.gregs[REG_R15] = (greg_t)(uintptr_t)v + VCPU_BIAS;
        return true;
    }
    return false;
}

void vcpu_set_fp(struct vcpu *v, unsigned rm, unsigned fpf) { v->guest_fpcr = fpcr_make(rm, fpf); }

unsigned vcpu_fp_flags(const struct vcpu *v) { return fpcr_flags(v->guest_fpcr); }

void vcpu_set_fp_flags(struct vcpu *v, unsigned fpf) { v->guest_fpcr = fpcr_set_flags(v->guest_fpcr, fpf); }
