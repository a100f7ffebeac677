/* deadflags - condition flags that nobody reads are not kept.
 * In: puts and gets of SLOT_COND slots, some puts an instruction that sets flags. Out: puts whose value nobody reads are gone, and a
 * `kill` stands behind the last read of the others, so that neither snapshots nor exits carry them on. What a signal handler sees of a flag
 * that the interrupted code does not read again is therefore not exact; ir_func.strict keeps all of it.
 * Reads are: gets and exits. Returns read none: no calling convention passes flags, and a module that does is compiled strictly. A call
 * reads what its return site does: compilers keep flags across a call of a function of which they know that it does not touch them. An
 * indirect jump leaves the function, as a call does, or goes where the function can be entered: it reads what some
 * entry reads. An exit to a pc whose code is here, too, reads what that code does. Cost: a few visits per record. */
#include "passes/ir/slot.h"
#include "passes/opt/opt_int.h"

#include <stdlib.h>

enum { MAXCOND = 8 };           /* flags a guest has at most */

/* A guest pc that blocks start at: what is live there; code: some of them are more than an exit to that pc. */
struct place { uint64_t pc; uint8_t in; bool code; };

struct dead {
    struct ir_func *f;
    uint32_t slot[MAXCOND]; uint32_t n;
    uint8_t all, entries;       /* all flags; those live at some entry of the region */
    uint8_t *use, *def, *in;    /* by block: read before written; written; live on entry */
    struct place *place; uint32_t nplace;       /* sorted */
};

static int by_pc(const void *a, const void *b)
{
    uint64_t p = ((const struct place *)a)->pc, q = ((const struct place *)b)->pc;

    return (p > q) - (p < q);
}

static struct place *place_of(const struct dead *d, uint64_t pc)
{
    struct place key = { .pc = pc };

    return bsearch(&key, d->place, d->nplace, sizeof key, by_pc);
}

static bool exit_to(const struct ir_insn *in, uint64_t pc)
{
    return (in->op == IR_jump || (in->op == IR_trap && in->a == TRAP_LEAVE)) && ir_insn_pc(in) == pc;
}

static void find_places(struct dead *d, struct arena *a)
{
    const struct ir_func *f = d->f;
    uint32_t n = 0;

    d->place = NEWN(a, struct place, f->nrpo + 1);
    for (uint32_t i = 0; i < f->nrpo; i++)
        d->place[i].pc = f->block[f->rpo[i]].pc;
    qsort(d->place, f->nrpo, sizeof *d->place, by_pc);
    for (uint32_t i = 0; i < f->nrpo; i++)
        if (n == 0 || d->place[n - 1].pc != d->place[i].pc)
            d->place[n++] = d->place[i];
    d->nplace = n;
    for (uint32_t i = 0; i < f->nrpo; i++) {
        const struct ir_block *k = &f->block[f->rpo[i]];

        place_of(d, k->pc)->code |= k->ninsn > 1 || !exit_to(&f->insn[k->insn[0]], k->pc);
    }
}

/* The bit of a slot, 0 for others. */
static uint8_t bit(const struct dead *d, uint32_t slot)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (d->slot[i] == slot)
            return (uint8_t)(1u << i);
    return 0;
}

/* Nothing that another function's code reads, where the region ends at the call. */
static uint8_t call_reads(const struct dead *d, uint32_t ret)
{
    const struct place *p = ret < d->f->nretpc ? place_of(d, d->f->retpc[ret]) : NULL;

    return p && p->code ? p->in : d->f->cut ? d->all : 0;
}

static uint8_t reads(const struct dead *d, const struct ir_insn *in)
{
    const struct place *p;

    if (in->op == IR_call || in->op == IR_icall)
        return call_reads(d, in->op == IR_call ? in->a : in->b);

    if (in->op == IR_get)
        return bit(d, in->a);
    if (in->op == IR_ijump)
        return d->entries;
    if (exit_to(in, ir_insn_pc(in)) && (p = place_of(d, ir_insn_pc(in))) && p->code)
        return p->in;
    return (opt_flags(in) & F_EXIT) && in->op != IR_ret ? d->all : 0;
}

static uint8_t writes(const struct dead *d, const struct ir_insn *in)
{
    return in->op == IR_put ? bit(d, in->a) : 0;
}

static void scan(struct dead *d, ir_blk b)
{
    const struct ir_block *k = &d->f->block[b];

    for (uint32_t i = k->ninsn; i-- > 0;) {
        const struct ir_insn *in = &d->f->insn[k->insn[i]];
        uint8_t w = writes(d, in), r = reads(d, in);

        d->def[b] |= w;
        d->use[b] = (uint8_t)((d->use[b] & ~w) | r);
    }
}

static uint8_t live_out(const struct dead *d, ir_blk b)
{
    uint8_t v = 0;

    for (uint32_t i = 0, n = ir_nsucc(d->f, b); i < n; i++)
        v |= d->in[ir_succ(d->f, b, i)];
    return v;
}

/* Once more what is live on entry to b; true: more than before. */
static bool update(struct dead *d, ir_blk b)
{
    const struct ir_block *k = &d->f->block[b];
    uint8_t end = k->ninsn ? reads(d, &d->f->insn[k->insn[k->ninsn - 1]]) : 0;
    uint8_t v = (uint8_t)(d->use[b] | ((live_out(d, b) | end) & ~d->def[b]));
    bool more = v != d->in[b];

    d->in[b] = v;
    place_of(d, k->pc)->in |= v;
    d->entries |= (k->flags & BLK_ENTRY) ? v : 0;
    return more;
}

static void flow(struct dead *d)
{
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = d->f->nrpo; i-- > 0;)
            again |= update(d, d->f->rpo[i]);
    }
}

static void kills(struct opt_edit *e, const struct dead *d, uint8_t which)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (which >> i & 1)
            opt_edit_append(e, ir_new(d->f, IR_kill, T_VOID, 0, d->slot[i], 0, 0));
}

/* after[i]: live behind record i. */
static void rewrite(struct dead *d, ir_blk b, struct opt_edit *e, uint8_t *after)
{
    struct ir_func *f = d->f;
    struct ir_block *k = &f->block[b];
    uint8_t live = live_out(d, b), came = 0;
    uint32_t i;

    for (i = k->ninsn; i-- > 0;) {
        const struct ir_insn *in = &f->insn[k->insn[i]];

        after[i] = live;
        live = (uint8_t)((live & ~writes(d, in)) | reads(d, in));
    }
    for (i = 0; i < k->npred; i++)
        came |= live_out(d, k->pred[i]);
    for (i = 0; i < k->ninsn && f->insn[k->insn[i]].op == IR_phi; i++)
        opt_edit_append(e, k->insn[i]);
    kills(e, d, came & (uint8_t)~live);
    for (; i < k->ninsn; i++) {
        const struct ir_insn *in = &f->insn[k->insn[i]];
        uint8_t w = writes(d, in), end = (opt_flags(in) & F_END) ? 0 : (uint8_t)(live & ~after[i] & ~w);

        if (!w || (w & after[i]))
            opt_edit_append(e, k->insn[i]);
        kills(e, d, end);
        live = after[i];
    }
    opt_edit_end(e, b);
}

void pass_deadflags(struct cc *cc, struct ir_func *f)
{
    struct dead d = { .f = f };
    struct opt_edit e = { .f = f };
    uint32_t most = 0;

    if (f->strict)
        return;
    for (uint32_t s = 0; s < f->nslot && d.n < MAXCOND; s++)
        if (f->slot[s].flags & SLOT_COND)
            d.slot[d.n++] = s;
    if (!d.n)
        return;
    d.all = (uint8_t)((1u << d.n) - 1);
    d.use = NEWN(&cc->arena, uint8_t, f->nblock);
    d.def = NEWN(&cc->arena, uint8_t, f->nblock);
    d.in = NEWN(&cc->arena, uint8_t, f->nblock);
    find_places(&d, &cc->arena);
    for (uint32_t i = 0; i < f->nrpo; i++) {
        scan(&d, f->rpo[i]);
        most = f->block[f->rpo[i]].ninsn > most ? f->block[f->rpo[i]].ninsn : most;
    }
    flow(&d);
    uint8_t *after = NEWN(&cc->arena, uint8_t, most + 1);
    for (uint32_t i = 0; i < f->nrpo; i++)
        rewrite(&d, f->rpo[i], &e, after);
}
