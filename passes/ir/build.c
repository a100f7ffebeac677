/* The builder: records, blocks, interned constants, sharing of equal pure ops inside a block. Folding is in fold.c. */
#include "passes/ir/ir.h"
#include "passes/ir/slot.h"

#include <string.h>

const struct ir_opinfo ir_opinfo[IR_NOPS] = {
    [IR_nop] = { "nop", "n---", 0 },
#define PURE(name, sig, flags, value) [IR_##name] = { #name, sig, (flags) | F_PURE },
#define FPOP(name, sig, flags)        [IR_##name] = { #name, sig, (flags) | F_FPOP | F_FPENV },
#define VOP(name, sig, flags)         [IR_##name] = { #name, sig, (flags) | F_PURE | F_VEC },
#define EFFECT(name, sig, flags)      [IR_##name] = { #name, sig, flags },
#define CTRL(name, sig, flags)        [IR_##name] = { #name, sig, flags },
#include "passes/ir/ops.def"
};

static const struct { char name[6]; uint16_t bits; } typeinfo[T_COUNT] = {
    [T_VOID] = { "void", 0 },  [T_I1] = { "i1", 1 },      [T_I8] = { "i8", 8 },     [T_I16] = { "i16", 16 },
    [T_I32] = { "i32", 32 },
    [T_I64] = { "i64", 64 },   [T_I128] = { "i128", 128 }, [T_F16] = { "f16", 16 }, [T_F32] = { "f32", 32 },
    [T_F64] = { "f64", 64 },
    [T_V64] = { "v64", 64 },   [T_V128] = { "v128", 128 }, [T_V256] = { "v256", 256 },
};

unsigned ir_type_bits(enum ir_type t)
{
    return (unsigned)t < T_COUNT ? typeinfo[t].bits : 0;
}

const char *ir_type_name(enum ir_type t)
{
    return (unsigned)t < T_COUNT ? typeinfo[t].name : "?";
}

enum { LOCAL_SETS = 128, HASH_FIRST = 64 };

struct ir_func *ir_func_new(struct cc *cc, const char *name, const struct guest_slot *slot, uint32_t nslot)
{
    struct ir_func *f = NEW(&cc->arena, struct ir_func);

    f->cc = cc;
    strncpy(f->name, name, sizeof f->name - 1);
    f->slot = slot;
    f->nslot = nslot;
    f->insn = arena_grow(&cc->arena, NULL, &f->capinsn, 64, sizeof *f->insn);
    f->block = arena_grow(&cc->arena, NULL, &f->capblock, 8, sizeof *f->block);
    f->ninsn = f->nblock = 1;
    f->hashcap = HASH_FIRST;
    f->hash = NEWN(&cc->arena, uint32_t, HASH_FIRST);
    f->local = NEWN(&cc->arena, uint64_t, LOCAL_SETS * 2);
    f->localgen = 1;
    return f;
}

/* ---- records and blocks ---- */

ir_ref ir_new(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned flags, uint32_t a, uint32_t b, uint32_t c)
{
    ir_ref r = f->ninsn;

    if (r == f->capinsn)
        f->insn = arena_grow(&f->cc->arena, f->insn, &f->capinsn, r + 1, sizeof *f->insn);
    f->insn[r] = (struct ir_insn){ .op = op, .type = t, .flags = flags, .a = a, .b = b, .c = c };
    f->ninsn++;
    return r;
}

static void block_append(struct ir_func *f, ir_blk b, ir_ref r)
{
    struct ir_block *k = &f->block[b];

    if (k->ninsn == k->capinsn)
        k->insn = arena_grow(&f->cc->arena, k->insn, &k->capinsn, k->ninsn + 1, sizeof *k->insn);
    k->insn[k->ninsn++] = r;
}

ir_ref ir_emit(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned flags, uint32_t a, uint32_t b, uint32_t c)
{
    ir_ref r = ir_new(f, op, t, flags, a, b, c);

    if (op == IR_fpset || op == IR_helper)
        f->fpbar = r;
    block_append(f, f->cur, r);
    return r;
}

ir_blk ir_block_new(struct ir_func *f, uint64_t pc, uint32_t flags)
{
    ir_blk b = f->nblock;

    f->block = arena_grow(&f->cc->arena, f->block, &f->capblock, b + 1, sizeof *f->block);
    f->block[b] = (struct ir_block){ .pc = pc, .flags = flags };
    f->nblock++;
    return b;
}

void ir_block_at(struct ir_func *f, ir_blk b)
{
    f->cur = b;
    f->localgen++;
}

void ir_block_insert(struct ir_func *f, ir_blk b, uint32_t at, ir_ref r)
{
    struct ir_block *k = &f->block[b];

    block_append(f, b, r);
    memmove(k->insn + at + 1, k->insn + at, (k->ninsn - 1 - at) * sizeof *k->insn);
    k->insn[at] = r;
}

ir_ref ir_phi_new(struct ir_func *f, enum ir_type t, uint32_t nargs)
{
    uint32_t first = f->nphiarg;

    f->phiarg = arena_grow(&f->cc->arena, f->phiarg, &f->capphiarg, first + nargs, sizeof *f->phiarg);
    memset(f->phiarg + first, 0, nargs * sizeof *f->phiarg);
    f->nphiarg += nargs;
    return ir_new(f, IR_phi, t, 0, first, nargs, 0);
}

uint32_t ir_snap_new(struct ir_func *f, uint64_t pc, const struct ir_snapent *e, uint32_t n)
{
    uint32_t s = f->nsnap;
    struct ir_snapent *ent = n ? NEWN(&f->cc->arena, struct ir_snapent, n) : NULL;

    if (n)
        memcpy(ent, e, n * sizeof *e);
    f->snap = arena_grow(&f->cc->arena, f->snap, &f->capsnap, s + 1, sizeof *f->snap);
    f->snap[s] = (struct ir_snap){ .pc = pc, .ent = ent, .n = n };
    f->nsnap++;
    return s;
}

/* ---- interning ---- */

static uint32_t hash_insn(const struct ir_insn *in)
{
    uint64_t lo, hi;

    memcpy(&lo, in, 8);
    memcpy(&hi, (const char *)in + 8, 8);
    lo = (lo ^ hi * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(lo >> 32) ^ (uint32_t)(lo >> 20);
}

static bool same_insn(const struct ir_insn *x, const struct ir_insn *y)
{
    return memcmp(x, y, sizeof *x) == 0;
}

static void hash_double(struct ir_func *f)
{
    uint32_t *old = f->hash, n = f->hashcap, cap = n * 2;

    f->hash = NEWN(&f->cc->arena, uint32_t, cap);
    f->hashcap = cap;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t h;

        if (!old[i])
            continue;
        for (h = hash_insn(&f->insn[old[i]]); f->hash[h & (cap - 1)]; h++)
            ;
        f->hash[h & (cap - 1)] = old[i];
    }
}

/* The one record equal to *in, which is independent of any block. */
static ir_ref intern(struct ir_func *f, const struct ir_insn *in)
{
    uint32_t h;
    ir_ref r;

    if (f->nhash * 2 >= f->hashcap)
        hash_double(f);
    for (h = hash_insn(in); (r = f->hash[h & (f->hashcap - 1)]); h++)
        if (same_insn(&f->insn[r], in))
            return r;
    r = ir_new(f, in->op, in->type, in->flags, in->a, in->b, in->c);
    f->hash[h & (f->hashcap - 1)] = r;
    f->nhash++;
    return r;
}

ir_ref ir_const(struct ir_func *f, enum ir_type t, uint64_t v)
{
    unsigned w = ir_type_bits(t);

    if (w < 64)
        v &= (UINT64_C(1) << w) - 1;
    return intern(f, &(struct ir_insn){ .op = IR_const, .type = t, .b = (uint32_t)v, .c = (uint32_t)(v >> 32) });
}

/* Half a GiB around the region: images lie up to another half below their module, and a module's text may take the rest of the 2 GiB
 * that a 32-bit displacement spans. */
bool ir_gpc_near(const struct ir_func *f, uint64_t pc)
{
    uint64_t d = pc - (f->nblock > 1 ? f->block[1].pc : pc);

    return !f->pic || d + (UINT64_C(1) << 29) < UINT64_C(1) << 30;
}

ir_ref ir_gpc(struct ir_func *f, uint64_t pc)
{
    if (!f->pic)
        return ir_const(f, T_I64, pc);
    return intern(f, &(struct ir_insn){ .op = IR_gpc, .type = T_I64, .b = (uint32_t)pc, .c = (uint32_t)(pc >> 32) });
}

/* Appends a pure record unless the current block already has its value. Two ways a set, the newer first: a miss costs a duplicate
 * that GVN removes, so the table need not be exact. */
static ir_ref share(struct ir_func *f, const struct ir_insn *in)
{
    uint64_t *way = f->local + (size_t)(hash_insn(in) & (LOCAL_SETS - 1)) * 2;
    ir_ref r, oldest = ir_opinfo[in->op].flags & F_FPOP ? f->fpbar : 0;

    for (unsigned i = 0; i < 2; i++) {
        r = (ir_ref)way[i];
        if (way[i] >> 32 == f->localgen && r > oldest && same_insn(&f->insn[r], in))
            return r;
    }
    r = ir_emit(f, in->op, in->type, in->flags, in->a, in->b, in->c);
    way[1] = way[0];
    way[0] = (uint64_t)f->localgen << 32 | r;
    return r;
}

static ir_ref build(struct ir_func *f, struct ir_insn in)
{
    ir_ref r = ir_simplify(f, &in);

    return r ? r : share(f, &in);
}

/* ---- values ---- */

ir_ref ir_op1(struct ir_func *f, enum ir_op op, enum ir_type t, ir_ref a)
{
    return build(f, (struct ir_insn){ .op = op, .type = t, .a = a });
}

ir_ref ir_op2(struct ir_func *f, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b)
{
    return build(f, (struct ir_insn){ .op = op, .type = t, .a = a, .b = b });
}

ir_ref ir_op3(struct ir_func *f, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b, ir_ref c)
{
    return build(f, (struct ir_insn){ .op = op, .type = t, .a = a, .b = b, .c = c });
}

ir_ref ir_fp(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned fpflags, ir_ref a, ir_ref b, ir_ref c)
{
    return build(f, (struct ir_insn){ .op = op, .type = t, .flags = fpflags, .a = a, .b = b, .c = c });
}

ir_ref ir_vec(struct ir_func *f, enum ir_op op, unsigned flags, ir_ref a, ir_ref b, ir_ref c)
{
    return build(f, (struct ir_insn){ .op = op, .type = T_V128, .flags = flags, .a = a, .b = b, .c = c });
}

ir_ref ir_vconv(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned flags, ir_ref a)
{
    return build(f, (struct ir_insn){ .op = op, .type = t, .flags = flags, .a = a });
}

uint32_t ir_pattern(struct ir_func *f, const uint8_t pattern[16])
{
    uint32_t i = 0;

    while (i < f->npattern && memcmp(f->pattern[i], pattern, 16) != 0)
        i++;
    if (i == f->npattern) {
        f->pattern = arena_grow(&f->cc->arena, f->pattern, &f->cappattern, i + 1, sizeof *f->pattern);
        memcpy(f->pattern[i], pattern, 16);
        f->npattern++;
    }
    return i;
}

ir_ref ir_vshuf(struct ir_func *f, ir_ref a, ir_ref b, const uint8_t pattern[16])
{
    return ir_vec(f, IR_vshuf, 0, a, b, ir_pattern(f, pattern));
}

/* ---- effects ---- */

ir_ref ir_get(struct ir_func *f, uint32_t slot)
{
    return ir_emit(f, IR_get, f->slot[slot].type, 0, slot, 0, 0);
}

void ir_put(struct ir_func *f, uint32_t slot, ir_ref v)
{
    ir_emit(f, IR_put, f->insn[v].type, 0, slot, v, 0);
}

ir_ref ir_load(struct ir_func *f, enum ir_type t, ir_ref base, int32_t disp, unsigned mo)
{
    return ir_emit(f, IR_load, t, mo, base, 0, (uint32_t)disp);
}

void ir_store(struct ir_func *f, enum ir_type t, ir_ref base, int32_t disp, ir_ref v, unsigned mo)
{
    ir_emit(f, IR_store, t, mo, base, v, (uint32_t)disp);
}

ir_ref ir_helper(struct ir_func *f, unsigned helper, enum ir_type t, ir_ref a, ir_ref b, ir_ref c)
{
    return ir_emit(f, IR_helper, t, helper, a, b, c);
}

void ir_at(struct ir_func *f, uint64_t pc)
{
    ir_emit(f, IR_at, T_VOID, 0, 0, (uint32_t)pc, (uint32_t)(pc >> 32));
}

/* ---- terminators ---- */

void ir_br(struct ir_func *f, ir_blk to)
{
    ir_emit(f, IR_br, T_VOID, 0, to, 0, 0);
}

void ir_brif(struct ir_func *f, ir_ref cond, ir_blk yes, ir_blk no)
{
    if (yes == no)
        ir_br(f, yes);
    else if (ir_is_const(f, cond))
        ir_br(f, ir_const_val(f, cond) ? yes : no);
    else if (f->insn[cond].op == IR_xor && ir_is_const(f, f->insn[cond].b))
        ir_emit(f, IR_brif, T_VOID, 0, f->insn[cond].a, no, yes);   /* an i1 xor with a constant is a not */
    else
        ir_emit(f, IR_brif, T_VOID, 0, cond, yes, no);
}

void ir_switch(struct ir_func *f, ir_ref v, const ir_blk *target, uint32_t n, ir_blk deflt)
{
    ir_blk *t = n ? NEWN(&f->cc->arena, ir_blk, n) : NULL;

    if (n)
        memcpy(t, target, n * sizeof *t);
    f->sw = arena_grow(&f->cc->arena, f->sw, &f->capsw, f->nsw + 1, sizeof *f->sw);
    f->sw[f->nsw] = (struct ir_switch){ .target = t, .n = n, .deflt = deflt };
    ir_emit(f, IR_switch, T_VOID, 0, v, f->nsw++, 0);
}

static uint32_t add_retpc(struct ir_func *f, uint64_t pc)
{
    f->retpc = arena_grow(&f->cc->arena, f->retpc, &f->capretpc, f->nretpc + 1, sizeof *f->retpc);
    f->retpc[f->nretpc] = pc;
    return f->nretpc++;
}

static void emit_pc(struct ir_func *f, enum ir_op op, uint32_t a, uint64_t pc)
{
    ir_emit(f, op, T_VOID, 0, a, (uint32_t)pc, (uint32_t)(pc >> 32));
}

void ir_jump(struct ir_func *f, uint64_t pc)
{
    emit_pc(f, IR_jump, 0, pc);
}

void ir_call(struct ir_func *f, uint64_t pc, uint64_t retpc)
{
    emit_pc(f, IR_call, add_retpc(f, retpc), pc);
}

void ir_ijump(struct ir_func *f, ir_ref v)
{
    ir_emit(f, IR_ijump, T_VOID, 0, v, 0, 0);
}

void ir_icall(struct ir_func *f, ir_ref v, uint64_t retpc)
{
    ir_emit(f, IR_icall, T_VOID, 0, v, add_retpc(f, retpc), 0);
}

void ir_ret(struct ir_func *f, ir_ref v)
{
    ir_emit(f, IR_ret, T_VOID, 0, v, 0, 0);
}

void ir_syscall(struct ir_func *f, uint64_t nextpc)
{
    emit_pc(f, IR_syscall, 0, nextpc);
}

void ir_trap(struct ir_func *f, enum ir_trap kind, uint64_t pc)
{
    emit_pc(f, IR_trap, kind, pc);
}
