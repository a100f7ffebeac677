/* Reads snapshot side tables (jit/snap.h): the guest state where generated code was interrupted. Runs in signal handlers. */
#include "jit/host/mir.h"
#include "jit/host/thunk.h"
#include "jit/snap.h"
#include "passes/ir/eval.h"

#include <string.h>

/* A value as a slot takes it: scalars in the first half. */
struct snapval { uint64_t w[2]; };
struct faultstate { const struct vcpu *v; const void *uc; uint64_t base; struct snapval stack[SNAP_DEPTH]; unsigned n; };

static void apply_op(struct snap_in *s, struct faultstate *fs)
{
    uint64_t op = snap_uleb(s), a[3] = { 0, 0, 0 };
    unsigned t = snap_u8(s), at = snap_u8(s), n = snap_u8(s);

    if (n > fs->n || !snap_op_ok(op, t, at, n)) {
        s->bad = true;
        return;
    }
    fs->n -= n;
    for (unsigned i = 0; i < n; i++)
        a[i] = fs->stack[fs->n + i].w[0];
    for (unsigned i = 0; i < n && ir_type_bits(at) < 64; i++)      /* registers hold anything above a narrow value */
        a[i] &= (UINT64_C(1) << ir_type_bits(at)) - 1;
    fs->stack[fs->n++] = (struct snapval){ { ir_eval_scalar((enum ir_op)op, t, at, 0, a[0], a[1], a[2], NULL), 0 } };
}

static struct snapval reg_value(const void *uc, unsigned r)
{
    return (struct snapval){ { host_ctx_reg(uc, r), host_ctx_reg_high(uc, r) } };
}

static void set_slot(struct vcpu *v, const struct guest_slot *s, struct snapval x)
{
    memcpy(v->guest + s->off, &x, s->type == T_V128 ? 16 : 8);
}

/* Nodes up to SNAPK_END; with out == NULL they are only skipped. */
static void read_nodes(struct snap_in *s, struct faultstate *fs, struct snapval *out, uint8_t *have)
{
    for (;;) {
        unsigned k = snap_u8(s);
        struct snapval v = { { 0, 0 } };

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
            v = reg_value(fs->uc, snap_u8(s));
        else if (k == SNAPK_MEM) {
            uint64_t off = snap_uleb(s);

            if (!snap_mem_ok(off))
                s->bad = true;
            else
                memcpy(&v, (const uint8_t *)fs->v + off, snap_mem_ok(off + 8) ? 16 : 8);
        } else
            v.w[0] = v.w[1] = snap_uleb(s) + (k == SNAPK_GPC ? fs->base : 0);
        if (k > SNAPK_GPC || fs->n >= SNAP_DEPTH) {
            s->bad = true;
            return;
        }
        fs->stack[fs->n++] = v;
    }
}

bool vcpu_fault_state(struct vcpu *v, struct host_thunks *th, const uint8_t *snap, uint32_t nsnap, uint32_t off, uint64_t guest_base,
                      void *uc)
{
    struct snap_in s = { snap, snap + nsnap, false };
    struct snapval val[SNAP_SLOTS];
    uint64_t at = 0, pc = 0;
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
            if (have[i])
                set_slot(v, &th->g->slot[i], val[i]);
            else if (th->pin[i] != NOREG)
                set_slot(v, &th->g->slot[i], reg_value(uc, th->pin[i]));
        }
        v->pc = pc + guest_base;
        v->exit = VX_FAULT;
        host_ctx_leave(uc, v, th->fault);
        return true;
    }
    return false;
}

void vcpu_entry_state(struct vcpu *v, struct host_thunks *th, uint64_t pc, enum vexit why, void *uc)
{
    for (uint32_t i = 0; i < th->g->nslot; i++) {
        if (th->pin[i] != NOREG)
            set_slot(v, &th->g->slot[i], reg_value(uc, th->pin[i]));
    }
    v->pc = pc;
    v->exit = why;
    host_ctx_leave(uc, v, th->fault);
}
