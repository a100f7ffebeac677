/* The meaning of FPOP rows on vectors: lane by lane what the scalar rows mean; and products of bfloat16. */
#include "passes/ir/eval_int.h"
#include "passes/ir/eval_vec.h"
#include "passes/ir/softfp.h"

static u64 get(const union vec *x, unsigned w, unsigned i)
{
    return w == 16 ? x->u16[i & 7] : w == 32 ? x->u32[i & 3] : x->u64[i & 1];
}

static void put(union vec *x, unsigned w, unsigned i, u64 e)
{
    if (w == 16)
        x->u16[i & 7] = (u16)e;
    else if (w == 32)
        x->u32[i & 3] = (u32)e;
    else
        x->u64[i & 1] = e;
}

/* An integer type as wide as float type t. */
static enum ir_type int_of(enum ir_type t)
{
    return t == T_F16 ? T_I16 : t == T_F32 ? T_I32 : T_I64;
}

/* Between formats of different width; lane: that of the result. */
static void convert(enum ir_op op, unsigned flags, struct vop *v, enum ir_type lane, struct ir_fpenv *fp)
{
    enum ir_type to = op == IR_fcvtbf ? T_I16 : lane, from = op == IR_vfcvtl ? lane - 1 : op == IR_vfcvtn ? lane + 1 : T_F32;
    unsigned w = ir_type_bits(to), aw = ir_type_bits(from), n = 64 / (w < aw ? w : aw);
    enum ir_op scalar = op == IR_fcvtbf || (op == IR_vfcvtl && (flags & FP_SILENT)) ? op : IR_fcvt;

    if (from < T_F16 || from > T_F64)
        return;
    for (unsigned i = 0; i < n; i++)
        put(&v->r, w, i, ir_eval_fp(scalar, to, from, flags, get(&v->a, aw, i), 0, 0, fp));
}

/* The mask of a compare's lane. */
static u64 compare(enum ir_op op, enum ir_type lane, unsigned flags, u64 a, u64 b, struct ir_fpenv *fp)
{
    enum ir_op scalar = op == IR_vfeq ? IR_feq : op == IR_vflt ? IR_flt : IR_fle;

    return ir_eval_fp(scalar, T_I1, lane, flags, a, b, 0, fp) ? ~UINT64_C(0) : 0;
}

void ir_eval_vecfp(enum ir_op op, unsigned flags, struct vop *v, struct ir_fpenv *fp)
{
    enum ir_type lane = ir_fp_lane(flags & FP_LANE_MASK), to = lane, from = lane;
    unsigned w;

    if (!(flags & FP_LANE_MASK) || !(ir_opinfo[op].flags & F_FPOP))
        return;
    if (op == IR_vfcvtl || op == IR_vfcvtn || op == IR_fcvtbf) {
        convert(op, flags, v, lane, fp);
        return;
    }
    if (op == IR_f2si || op == IR_f2ui || op == IR_f2sx || op == IR_f2ux)
        to = int_of(lane);
    else if (op == IR_si2f || op == IR_ui2f || op == IR_sx2f || op == IR_ux2f)
        from = int_of(lane);
    w = ir_type_bits(lane);
    for (unsigned i = 0; i < (v->t == T_V64 ? 64 : 128) / w; i++) {
        bool fixed = op == IR_frintn || (op >= IR_f2sx && op <= IR_ux2f);
        u64 a = get(&v->a, w, i), b = fixed ? v->b.u64[0] : get(&v->b, w, i);

        put(&v->r, w, i, op == IR_vfeq || op == IR_vflt || op == IR_vfle
                             ? compare(op, lane, flags, a, b, fp) : ir_eval_fp(op, to, from, flags, a, b, get(&v->c, w, i), fp));
    }
}

u32 ir_bfdot(u32 sum, u32 a, u32 b)
{
    u32 p = sf_bf_mul((u16)a, (u16)b), q = sf_bf_mul((u16)(a >> 16), (u16)(b >> 16));

    return sf_bf_add(sum, sf_bf_add(p, q));
}
