/* Exclusives, ordered loads and stores, compare and swap, atomic memory operations (DDI 0487: B2.9, C3.2.6 to C3.2.13).
 *
 * Exclusives: a load remembers address and data (slots exaddr, exval0, exval1); the store compares the address, then stores with
 * a compare-and-swap against the remembered data. That lets an A-B-A change pass, which user code cannot rely on failing: qemu-user
 * does the same. A store of another size than the load's is matched by its own part of the data.
 * Alignment: ARMv8.2 without FEAT_LSE2, which this guest is, wants natural alignment of all of them; Linux sends SIGBUS.
 * Order: read-modify-write operations are sequentially consistent on every host. Load-acquire is an acquire load, store-release a
 * sequentially consistent store: so a later load-acquire cannot pass it (B2.3.11), and the loads stay cheap. */
#include "passes/lift/aarch64/mem.h"
#include "passes/lift/share.h"

/* The address in Rn, which is a multiple of size. */
static ir_ref aligned_base(struct lift *l, const struct ginsn *in, unsigned size)
{
    ir_ref a;

    ir_at(l->f, in->pc);
    a = ga64_get_sp(l, T_I64, in->rs1);
    lift_aligned(l, in, a, size);
    return a;
}

unsigned ga64_lift_ldst_order(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned log2 = row->arg & GA64_MEM_LOG2;
    enum ir_type t = ga64_mem_int(log2);
    ir_ref a = aligned_base(l, in, 1u << log2);

    if (row->arg & M_ST)
        ir_store(l->f, t, a, 0, ga64_get(l, t, in->rd), MO_SEQ);
    else
        ga64_set(l, in->rd, ir_load(l->f, t, a, 0, MO_ACQ));
    return 0;
}

static ir_ref wide(struct lift *l, ir_ref v)
{
    return l->f->insn[v].type == T_I64 ? v : ir_op1(l->f, IR_zext, T_I64, v);
}

static ir_ref narrow(struct lift *l, enum ir_type t, ir_ref v)
{
    return t == T_I64 ? v : ir_op1(l->f, IR_trunc, t, v);
}

static ir_ref shifted(struct lift *l, enum ir_op op, ir_ref v)
{
    return ir_op2(l->f, op, T_I64, v, ga64_k(l, T_I64, 32));
}

/* Two 32-bit registers as one doubleword, the first in the low half; two doublewords as a v128. */
static ir_ref pair32(struct lift *l, unsigned lo, unsigned hi)
{
    ir_ref h = shifted(l, IR_shl, ga64_get(l, T_I64, hi));

    return ir_op2(l->f, IR_or, T_I64, wide(l, ga64_get(l, T_I32, lo)), h);
}

static ir_ref pair128(struct lift *l, ir_ref lo, ir_ref hi)
{
    ir_ref v = ir_vec(l->f, IR_vins, VL(VL_64, 0), ga64_k(l, T_V128, 0), lo, 0);

    return ir_vec(l->f, IR_vins, VL(VL_64, 1), v, hi, 0);
}

static ir_ref half128(struct lift *l, unsigned i, ir_ref v)
{
    return ir_vconv(l->f, IR_vextr, T_I64, VL(VL_64, i), v);
}

/* Where a store-exclusive stands: the block that may store, then the one that could not. */
struct exclusive { ir_ref addr; ir_blk lost, done; };

/* Opens the block in which exaddr is the address. val: the data to compare with. */
static struct exclusive excl_begin(struct lift *l, const struct ginsn *in)
{
    struct exclusive e;
    ir_blk try = ir_block_new(l->f, in->pc, 0);

    e.lost = ir_block_new(l->f, in->pc, BLK_COLD);
    e.done = ir_block_new(l->f, in->pc + 4, 0);
    ir_at(l->f, in->pc);
    e.addr = ga64_get_sp(l, T_I64, in->rs1);
    ir_brif(l->f, ir_op2(l->f, IR_eq, T_I1, ir_get(l->f, GA64_S_exaddr), e.addr), try, e.lost);
    ir_block_at(l->f, try);
    ir_at(l->f, in->pc);
    return e;
}

/* same (i1): the store took place. Then the other way, on which only the address is checked. */
static void excl_end(struct lift *l, const struct ginsn *in, const struct exclusive *e, ir_ref same, unsigned size)
{
    ir_ref failed = ir_op2(l->f, IR_xor, T_I1, same, ga64_k(l, T_I1, 1));

    ir_put(l->f, GA64_S_exaddr, ga64_k(l, T_I64, ~UINT64_C(0)));
    ga64_set(l, in->rs2, ir_op1(l->f, IR_zext, T_I64, failed));
    ir_br(l->f, e->done);

    ir_block_at(l->f, e->lost);
    ir_at(l->f, in->pc);
    lift_aligned(l, in, ga64_get_sp(l, T_I64, in->rs1), size);
    ir_put(l->f, GA64_S_exaddr, ga64_k(l, T_I64, ~UINT64_C(0)));
    ga64_set(l, in->rs2, ga64_k(l, T_I64, 1));
    ir_br(l->f, e->done);

    ir_block_at(l->f, e->done);
}

unsigned ga64_lift_ldst_excl(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned log2 = row->arg & GA64_MEM_LOG2;
    enum ir_type t = ga64_mem_int(log2);
    struct exclusive e;
    ir_ref a, v;

    if (row->arg & M_ST) {
        e = excl_begin(l, in);
        v = narrow(l, t, ir_get(l->f, GA64_S_exval0));
        a = ir_emit(l->f, IR_cas, t, 0, e.addr, v, ga64_get(l, t, in->rd));
        excl_end(l, in, &e, ir_op2(l->f, IR_eq, T_I1, a, v), 1u << log2);
        return 0;
    }
    a = aligned_base(l, in, 1u << log2);
    v = wide(l, ir_load(l->f, t, a, 0, row->arg & M_ACQ ? MO_ACQ : MO_PLAIN));
    ir_put(l->f, GA64_S_exaddr, a);
    ir_put(l->f, GA64_S_exval0, v);
    ga64_set(l, in->rd, v);
    return 0;
}

/* A pair of words is one doubleword. Of doublewords, each is read by itself: that they belong together is what a store-exclusive
 * that succeeds shows (B2.2.1). */
static void load_exclusive_pair(struct lift *l, const struct ginsn *in, unsigned arg)
{
    bool dword = (arg & GA64_MEM_LOG2) == 3;
    unsigned mo = arg & M_ACQ ? MO_ACQ : MO_PLAIN;
    ir_ref a = aligned_base(l, in, dword ? 16 : 8), v0 = ir_load(l->f, T_I64, a, 0, mo), v1;

    ir_put(l->f, GA64_S_exaddr, a);
    if (dword) {
        v1 = ir_load(l->f, T_I64, a, 8, mo);
        ir_put(l->f, GA64_S_exval1, v1);
        ga64_set(l, in->rd, v0);
    } else {
        v1 = shifted(l, IR_shr, v0);
        ga64_set(l, in->rd, narrow(l, T_I32, v0));
    }
    ir_put(l->f, GA64_S_exval0, v0);
    ga64_set(l, in->rs3, v1);
}

unsigned ga64_lift_ldst_exclp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    struct exclusive e;
    ir_ref want, val, old, diff;

    if (!(row->arg & M_ST)) {
        load_exclusive_pair(l, in, row->arg);
        return 0;
    }
    e = excl_begin(l, in);
    want = ir_get(l->f, GA64_S_exval0);
    if ((row->arg & GA64_MEM_LOG2) == 2) {
        old = ir_emit(l->f, IR_cas, T_I64, 0, e.addr, want, pair32(l, in->rd, in->rs3));
        excl_end(l, in, &e, ir_op2(l->f, IR_eq, T_I1, old, want), 8);
        return 0;
    }
    want = pair128(l, want, ir_get(l->f, GA64_S_exval1));
    val = pair128(l, ga64_get(l, T_I64, in->rd), ga64_get(l, T_I64, in->rs3));
    old = ir_emit(l->f, IR_cas, T_V128, 0, e.addr, want, val);
    diff = ir_vconv(l->f, IR_vnz, T_I1, 0, ir_vec(l->f, IR_vxor, 0, old, want, 0));
    excl_end(l, in, &e, ir_op2(l->f, IR_xor, T_I1, diff, ga64_k(l, T_I1, 1)), 16);
    return 0;
}

unsigned ga64_lift_cas(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned log2 = row->arg & GA64_MEM_LOG2;
    enum ir_type t = ga64_mem_int(log2);
    ir_ref a = aligned_base(l, in, 1u << log2);

    ga64_set(l, in->rs2, ir_emit(l->f, IR_cas, t, 0, a, ga64_get(l, t, in->rs2), ga64_get(l, t, in->rd)));
    return 0;
}

unsigned ga64_lift_casp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned s = in->rs2, t = in->rd;
    bool dword = (row->arg & GA64_MEM_LOG2) == 3;
    ir_ref a = aligned_base(l, in, dword ? 16 : 8), want, val, old;

    if (!dword) {
        old = ir_emit(l->f, IR_cas, T_I64, 0, a, pair32(l, s, s + 1), pair32(l, t, t + 1));
        ga64_set(l, s, narrow(l, T_I32, old));
        ga64_set(l, s + 1, shifted(l, IR_shr, old));
        return 0;
    }
    want = pair128(l, ga64_get(l, T_I64, s), ga64_get(l, T_I64, s + 1));
    val = pair128(l, ga64_get(l, T_I64, t), ga64_get(l, T_I64, t + 1));
    old = ir_emit(l->f, IR_cas, T_V128, 0, a, want, val);
    ga64_set(l, s, half128(l, 0, old));
    ga64_set(l, s + 1, half128(l, 1, old));
    return 0;
}

static enum ir_op atomic_op(enum ga64_op op)
{
    switch (op) {
    case GA64_OP_ldadd:  return IR_rmw_add;
    case GA64_OP_ldclr:  return IR_rmw_and;
    case GA64_OP_ldeor:  return IR_rmw_xor;
    case GA64_OP_ldset:  return IR_rmw_or;
    case GA64_OP_ldsmax: return IR_rmw_smax;
    case GA64_OP_ldsmin: return IR_rmw_smin;
    case GA64_OP_ldumax: return IR_rmw_umax;
    case GA64_OP_ldumin: return IR_rmw_umin;
    default:             return IR_rmw_swap;
    }
}

unsigned ga64_lift_atomic(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned log2 = row->arg & GA64_MEM_LOG2;
    enum ga64_op op = (enum ga64_op)(row->arg >> 20);
    enum ir_type t = ga64_mem_int(log2);
    ir_ref a = aligned_base(l, in, 1u << log2), v = ga64_get(l, t, in->rs2);

    if (op == GA64_OP_ldclr)
        v = ir_op2(l->f, IR_xor, t, v, ga64_k(l, t, ~UINT64_C(0)));
    ga64_set(l, in->rd, ir_emit(l->f, atomic_op(op), t, 0, a, v, 0));
    return 0;
}
