/* Reference evaluator for the tests of passes: runs a function on slots and a small memory, and notes what the
 * outside could see: each point that may fault or poll with the exact guest state there, and the state at the exit. Test code,
 * header only. */
#ifndef AOTC_PASSES_OPT_REFEVAL_H
#define AOTC_PASSES_OPT_REFEVAL_H

#include "passes/ir/ir.h"
#include "passes/ir/slot.h"

#include <string.h>

enum { REF_SLOTS = 16, REF_MEM = 4096, REF_EVENTS = 600, REF_POLLS = 24, REF_STEPS = 20000 };

/* Values of slots; high: the upper halves of v128 ones. */
struct ref_home { uint64_t slot[REF_SLOTS], high[REF_SLOTS]; };

/* One point at which the guest's state can be asked for. */
struct ref_event { uint64_t pc, addr, state; unsigned op; };

struct ref {
    uint64_t slot[REF_SLOTS];
    uint64_t high[REF_SLOTS];   /* upper halves of v128 slots */
    uint8_t mem[REF_MEM];
    struct ir_fpenv fp;
    uint64_t stores;            /* hash over the sequence of stores */
    struct ref_event ev[REF_EVENTS];
    unsigned nev, polls;
    uint64_t pinned;            /* slots whose homes turn stale once the entry's gets are done */
    bool inside;                /* that has happened */
    unsigned exit_op;           /* the exit's op; 0: stopped at a poll, or out of events */
    uint64_t exit_val, exit_pc, exit_ret;
    const char *error;          /* the function did something that it may not do */
};

static inline uint64_t ref_mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static inline uint64_t ref_load(const struct ref *s, uint64_t addr, unsigned n)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < n; i++)
        v |= (uint64_t)s->mem[(addr + i) % REF_MEM] << (8 * i);
    return v;
}

static inline void ref_store(struct ref *s, uint64_t addr, unsigned n, uint64_t v)
{
    for (unsigned i = 0; i < n; i++)
        s->mem[(addr + i) % REF_MEM] = (uint8_t)(v >> (8 * i));
    s->stores = ref_mix(ref_mix(s->stores, addr * 16 + n), n < 8 ? v & ((UINT64_C(1) << 8 * n) - 1) : v);
}

/* Values are vectors of two words; scalars have the first alone. */
static inline union ir_val ref_val(const struct ir_func *f, const union ir_val *val, ir_ref r)
{
    uint64_t k;

    if (f->insn[r].op != IR_const && f->insn[r].op != IR_gpc)
        return val[r];
    k = ir_const_val(f, r);
    return (union ir_val){ .w = { k, f->insn[r].type == T_V128 ? k : 0 } };
}

/* The exact guest state at the latest `at`, as the runtime would rebuild it: homes, then the snapshot's values. */
static inline uint64_t ref_state(const struct ir_func *f, const struct ref *s, const union ir_val *val, const struct ir_insn *at,
                                 const struct ref_home *at_slot)
{
    uint64_t slot[REF_SLOTS], high[REF_SLOTS], h = ref_mix(s->fp.flags, s->stores);

    memcpy(slot, at->a ? s->slot : at_slot->slot, sizeof slot);
    memcpy(high, at->a ? s->high : at_slot->high, sizeof high);
    if (at->a)
        for (uint32_t i = 0; i < f->snap[at->a - 1].n; i++) {
            const struct ir_snapent *e = &f->snap[at->a - 1].ent[i];
            union ir_val v = ref_val(f, val, e->val);

            slot[e->slot] = v.w[0];
            high[e->slot] = v.w[1];
        }
    for (uint32_t i = 0; i < f->nslot; i++)
        if (!(f->slot[i].flags & SLOT_HOME))
            h = ref_mix(f->slot[i].type == T_V128 ? ref_mix(h, high[i]) : h, slot[i]);
    return h;
}

static inline union ir_val ref_pure(struct ir_func *f, struct ref *s, const union ir_val *val, const struct ir_insn *in)
{
    struct ir_insn copy = *in;
    uint32_t *o[3];
    union ir_val arg[3] = { { .u64 = 0 }, { .u64 = 0 }, { .u64 = 0 } }, v;
    unsigned n = ir_operands(&copy, o), w = ir_type_bits(in->type);

    for (unsigned i = 0; i < n; i++)
        arg[i] = ref_val(f, val, *o[i]);
    if (in->op == IR_vshuf)
        memcpy(&arg[2], f->pattern[in->c], 16);
    v = ir_eval(in->op, in->type, f->insn[in->a].type, in->flags, arg, &s->fp);
    if ((ir_opinfo[in->op].flags & F_FPOP) && in->op <= IR_fma && in->type == T_F64 && !(in->flags & FP_PROP)
        && (v.u64 << 1) > UINT64_C(0xffe0000000000000))
        v.u64 = UINT64_C(0xfff8000000000123);   /* which NaN is unspecified: one that nobody expects */
    if (w < 64)
        v.u64 &= (UINT64_C(1) << w) - 1;
    if (w < 128)
        v.w[1] = in->type == T_V64 ? UINT64_C(0xbad0bad1bad2bad3) : 0;          /* undefined */
    return v;
}

/* Evaluates block b's body, coming from `from`; returns the next block, IR_NONE at an exit or when the run is over. */
static inline ir_blk ref_block(struct ir_func *f, struct ref *s, union ir_val *val, ir_blk b, ir_blk from)
{
    const struct ir_block *k = &f->block[b];
    union ir_val tmp[64] = { { .u64 = 0 } };
    struct ref_home at_slot = { { 0 }, { 0 } };
    const struct ir_insn *at = NULL;
    uint32_t edge = 0, nphi = 0;

    while (from && edge < k->npred && k->pred[edge] != from)
        edge++;
    for (; nphi < k->ninsn && nphi < 64 && f->insn[k->insn[nphi]].op == IR_phi; nphi++)
        tmp[nphi] = ref_val(f, val, f->phiarg[f->insn[k->insn[nphi]].a + edge]);
    for (uint32_t i = 0; i < nphi; i++)
        val[k->insn[i]] = tmp[i];
    for (uint32_t i = nphi; i < k->ninsn; i++) {
        ir_ref r = k->insn[i];
        const struct ir_insn *in = &f->insn[r];
        unsigned fl = ir_opinfo[in->op].flags, bytes = ir_type_bits(in->type) / 8;
        uint64_t a = ref_val(f, val, in->a < f->ninsn ? in->a : 0).u64;

        if (!s->inside && in->op != IR_get) {
            s->inside = true;
            for (uint32_t q = 0; q < f->nslot; q++)
                s->slot[q] ^= s->pinned >> q & 1 ? UINT64_C(0xdeadbeef) : 0;
        }

        if ((fl & F_MAYFAULT) || in->op == IR_poll) {
            if (!at) {
                s->error = "a faulting op without `at`";
                return IR_NONE;
            }
            if (s->nev == REF_EVENTS || (in->op == IR_poll && s->polls++ == REF_POLLS))
                return IR_NONE;
            s->ev[s->nev++] = (struct ref_event){ ir_insn_pc(at), in->op == IR_poll ? 0 : a + (uint64_t)(int32_t)in->c,
                                                  ref_state(f, s, val, at, &at_slot), in->op };
        }
        if (fl & (F_PURE | F_FPOP)) {
            val[r] = ref_pure(f, s, val, in);
            continue;
        }
        switch (in->op) {
        case IR_at:
            at = in;
            memcpy(at_slot.slot, s->slot, sizeof at_slot.slot);
            memcpy(at_slot.high, s->high, sizeof at_slot.high);
            break;
        case IR_get:
            val[r] = (union ir_val){ .w = { s->slot[in->a], f->slot[in->a].type == T_V128 ? s->high[in->a] : 0 } };
            break;
        case IR_put:
            s->slot[in->a] = ref_val(f, val, in->b).w[0];
            s->high[in->a] = ref_val(f, val, in->b).w[1];
            break;
        case IR_load:   val[r] = (union ir_val){ .w = { ref_load(s, a + (uint64_t)(int32_t)in->c, bytes) } }; break;
        case IR_store:  ref_store(s, a + (uint64_t)(int32_t)in->c, bytes, ref_val(f, val, in->b).u64); break;
        case IR_rmw_add:
            val[r] = (union ir_val){ .w = { ref_load(s, a, bytes) } };
            ref_store(s, a, bytes, val[r].u64 + ref_val(f, val, in->b).u64);
            break;
        case IR_fence: case IR_poll: break;
        case IR_fpget:  val[r] = (union ir_val){ .w = { s->fp.flags } }; break;
        case IR_fpset:  s->fp.flags = a & 31; break;
        case IR_br:     return in->a;
        case IR_brif:   return a ? in->b : in->c;
        case IR_switch: return a < f->sw[in->b].n ? f->sw[in->b].target[a] : f->sw[in->b].deflt;
        default:
            if (!(fl & F_EXIT)) {
                s->error = ir_opinfo[in->op].name;
                return IR_NONE;
            }
            s->exit_op = in->op;
            s->exit_val = ir_opinfo[in->op].sig[1] == 'v' ? a : in->op == IR_trap ? in->a : 0;
            s->exit_pc = ir_opinfo[in->op].sig[2] == 'p' ? ir_insn_pc(in) : 0;
            s->exit_ret = in->op == IR_call ? f->retpc[in->a] : in->op == IR_icall ? f->retpc[in->b] : 0;
            return IR_NONE;
        }
    }
    s->error = "a block without terminator";
    return IR_NONE;
}

/* Runs f from the entry block that stands for guest pc `pc`, or the first entry when there is none, with the state in *s. */
static inline void ref_run(struct ir_func *f, struct ref *s, uint64_t pc)
{
    union ir_val *val = NEWN(&f->cc->arena, union ir_val, f->ninsn);
    ir_blk b = IR_NONE, from = IR_NONE;

    for (ir_blk i = 1; i < f->nblock && !b; i++)
        if ((f->block[i].flags & BLK_ENTRY) && f->block[i].pc == pc && f->block[i].ninsn)
            b = i;
    for (ir_blk i = 1; i < f->nblock && !b; i++)
        b = f->block[i].flags & BLK_ENTRY ? i : IR_NONE;
    for (unsigned n = 0; b && n < REF_STEPS; n++) {
        ir_blk next = ref_block(f, s, val, b, from);

        from = b;
        b = next;
    }
}

/* Compares a run with the run it must mean the same as: NULL, or what differs. `got` may lack plain loads that `want` has. */
static inline const char *ref_differs(const struct ref *want, const struct ref *got, uint32_t nslot)
{
    unsigned w = 0;

    if (got->error)
        return got->error;
    for (unsigned g = 0; g < got->nev; g++, w++) {
        const struct ref_event *e = &got->ev[g];

        while (w < want->nev && want->ev[w].op == IR_load &&
               (want->ev[w].pc != e->pc || want->ev[w].addr != e->addr || want->ev[w].op != e->op || want->ev[w].state != e->state))
            w++;
        if (w == want->nev)
            return want->nev == REF_EVENTS ? NULL : "an access that was not there";
        if (want->ev[w].op != e->op || want->ev[w].pc != e->pc || want->ev[w].addr != e->addr)
            return "another access";
        if (want->ev[w].state != e->state)
            return "another state at an access";
    }
    if (want->nev == REF_EVENTS || got->nev == REF_EVENTS || !want->exit_op)
        return NULL;
    if (want->exit_op != got->exit_op || want->exit_val != got->exit_val || want->exit_pc != got->exit_pc ||
        want->exit_ret != got->exit_ret)
        return "another exit";
    if (want->stores != got->stores || memcmp(want->mem, got->mem, REF_MEM) != 0)
        return "other memory";
    if (want->fp.flags != got->fp.flags)
        return "other sticky flags";
    if (memcmp(want->high, got->high, nslot * sizeof *want->high) != 0)
        return "another upper half at the exit";
    return memcmp(want->slot, got->slot, nslot * sizeof *want->slot) ? "another slot at the exit" : NULL;
}

#endif
