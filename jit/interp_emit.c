/* T0's records: places for values, one or a few records an op, terminators with the moves of their edges. Which values share a
 * place or vanish into another op was decided by interp_flat.c. */
#include "jit/interp_flat.h"
#include "jit/interp_vec.h"

#include <string.h>

enum { LOC_ZERO = offsetof(struct vcpu, vspill) + (VCPU_VSPILLS * 64) - 16 };    /* always 16 bytes of 0, see t0_run */

void t0_check_type(struct flat *x, enum ir_type t)
{
    if (t == T_I128 || t > T_V128)
        cc_bail(x->cc, ST_UNSUPPORTED, 0, "T0 has no values of type %s", ir_type_name(t));
}

/* ---- records ---- */

static struct t0_rec *emit(struct flat *x, enum t0_opc op)
{
    struct t0_rec *r;

    x->rec = arena_grow(&x->cc->arena, x->rec, &x->cap, x->n + 1, sizeof *x->rec);
    r = &x->rec[x->n++];
    memset(r, 0, sizeof *r);
    r->h = op;
    return r;
}

static void emit_move(struct flat *x, enum t0_opc op, int32_t d, int32_t a)
{
    struct t0_rec *r;

    if ((op == T0_mov || op == T0_vmov) && d == a)
        return;
    r = emit(x, op);
    r->d = (uint16_t)d;
    r->a = (uint16_t)a;
}

static void emit_const(struct flat *x, enum ir_type t, int32_t d, uint64_t v)
{
    struct t0_rec *r = emit(x, is_wide(t) ? T0_vldc : T0_ldc);

    r->d = (uint16_t)d;
    r->imm = v;
}

static void fix_add(struct flat *x, uint32_t rec, unsigned field, ir_blk target)
{
    x->fix = arena_grow(&x->cc->arena, x->fix, &x->capfix, x->nfix + 1, sizeof *x->fix);
    x->fix[x->nfix++] = (struct fixup){ rec, (uint8_t)field, target };
}

void t0_emit_jump(struct flat *x, ir_blk to)
{
    fix_add(x, x->n, FIX_DISP, to);
    emit(x, T0_jmp);
}

/* vcpu->pc must be exact before the record to come. */
static void ensure_pc(struct flat *x)
{
    if (x->pc_set == x->pc)
        return;
    emit(x, T0_setpc)->imm = x->pc;
    x->pc_set = x->pc;
}

/* ---- locations ---- */

static int32_t frame_loc(unsigned i)
{
    return (int32_t)(offsetof(struct vcpu, spill) + i * 8);
}

int32_t t0_loc_new(struct flat *x, enum ir_type t)
{
    bool wide = is_wide(t);

    if (x->nfree[wide])
        return x->freeloc[wide][--x->nfree[wide]];
    if (wide && x->nperm % 2)
        t0_loc_free(x, frame_loc(x->nperm++), T_I64);
    if (x->nperm + wide >= T0_FRAME - 2)    /* the last two are LOC_ZERO */
        cc_bail(x->cc, ST_LIMIT, 0, "more than %u values live at once", (unsigned)T0_FRAME - 2);
    x->nperm += 1 + wide;
    return frame_loc(x->nperm - 1 - wide);
}

void t0_loc_free(struct flat *x, int32_t loc, enum ir_type t)
{
    x->freeloc[is_wide(t)][x->nfree[is_wide(t)]++] = (uint16_t)loc;
}

/* A temporary for the record to come. */
static uint16_t tmp_new(struct flat *x, enum ir_type t)
{
    int32_t loc = t0_loc_new(x, t);

    x->tmp[x->ntmp++] = (uint16_t)(loc | is_wide(t));
    return (uint16_t)loc;
}

/* Where operand r is read from; constants are materialised into a temporary that tmp_release() gives back. */
static uint16_t loc_of(struct flat *x, ir_ref r)
{
    struct val *v = &x->val[x->val[r].root];

    if (is_imm(x, r)) {
        uint64_t c = imm_of(x, r);
        uint16_t t;

        if (c == 0)
            return LOC_ZERO;
        t = tmp_new(x, insn_of(x, r)->type);
        emit_const(x, insn_of(x, r)->type, t, c);
        return t;
    }
    if (v->loc == NOWHERE)
        cc_bail(x->cc, ST_BUG, 0, "T0: %%%u is used before its definition", r);
    return (uint16_t)v->loc;
}

static enum t0_opc clean_opc(enum ir_type t)
{
    switch (ir_type_bits(t)) {
    case 1: return T0_low1;
    case 8: return T0_zext8;
    case 16: return T0_zext16;
    case 32: return T0_zext32;
    case 128: return T0_vmov;
    default: return T0_mov;
    }
}

/* The same, with the bits above r's type zero. */
static uint16_t loc_clean(struct flat *x, ir_ref r)
{
    uint16_t a = loc_of(x, r), t;

    if (is_imm(x, r) || is_clean(x, r) || ir_type_bits(insn_of(x, r)->type) == 64)
        return a;
    t = tmp_new(x, insn_of(x, r)->type);
    emit_move(x, clean_opc(insn_of(x, r)->type), t, a);
    return t;
}

static void tmp_release(struct flat *x)
{
    while (x->ntmp) {
        uint16_t t = x->tmp[--x->ntmp];

        t0_loc_free(x, t & ~1, t & 1 ? T_V128 : T_I64);
    }
}

/* Gives back temporaries whose last use is at pos: the operands of `in`. */
static void release_dead(struct flat *x, struct ir_insn in, int32_t pos)
{
    uint32_t *o[3];
    unsigned n = ir_operands(&in, o);

    for (unsigned i = 0; i < n; i++) {
        struct val *v = &x->val[x->val[*o[i]].root];

        if (v->temp && v->last <= pos) {
            v->temp = false;
            t0_loc_free(x, v->loc, v->rtype);
        }
    }
}

/* Where r's result goes: its home when a put was sunk into it, else a temporary. */
static uint16_t loc_dest(struct flat *x, ir_ref r)
{
    struct val *v = &x->val[r];

    if (v->loc == NOWHERE) {
        v->loc = t0_loc_new(x, v->rtype);
        v->temp = !v->cross;
    }
    return (uint16_t)v->loc;
}

/* ---- emission of ops ---- */

/* Ops that mean the same at 64 bits on zero-extended narrow operands. */
static bool any_width(unsigned op)
{
    switch (op) {
    case IR_and: case IR_or: case IR_xor: case IR_select:
    case IR_ult: case IR_ule: case IR_eq: case IR_ne: case IR_umin: case IR_umax:
        return true;
    default:
        return false;
    }
}

static const uint16_t pure_opc[IR_NOPS] = {
#define PURE(name, sig, fl, value) [IR_##name] = T0_##name##_32,
#include "passes/ir/ops.def"
};
enum { FORM_32 = 0, FORM_32I = 1, FORM_32S = 2, FORM_32SI = 3, FORM_64 = 4, FORM_64I = 5 };

/* Up to three operands without garbage above them, one result. */
static void emit_call3(struct flat *x, ir_ref r, enum t0_opc opc, uint64_t imm, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    uint16_t a = in.a ? loc_clean(x, in.a) : LOC_ZERO, b = in.b ? loc_clean(x, in.b) : LOC_ZERO;
    uint16_t c = in.c ? loc_clean(x, in.c) : LOC_ZERO, d;
    struct t0_rec *q;

    tmp_release(x);
    release_dead(x, in, pos);
    d = loc_dest(x, r);
    q = emit(x, opc);
    q->d = d, q->a = a, q->b = b, q->c = c;
    q->imm = imm;
}

static void emit_eval(struct flat *x, ir_ref r, enum t0_opc opc, int32_t pos)
{
    const struct ir_insn *in = insn_of(x, r);

    emit_call3(x, r, opc, helper_desc(in->op, in->type, insn_of(x, in->a)->type, in->flags), pos);
}

static void emit_conv(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    enum ir_type at = insn_of(x, in.a)->type;
    enum t0_opc opc = T0_eval;
    uint16_t a;

    if (in.op == IR_zext || in.op == IR_trunc)
        opc = clean_opc(in.op == IR_zext ? at : in.type);
    else if (in.op == IR_sext && in.type == T_I64)
        opc = at == T_I32 ? T0_sext32 : at == T_I16 ? T0_sext16 : at == T_I8 ? T0_sext8 : T0_eval;
    else if (in.op == IR_nbox)
        opc = T0_nbox32;
    else if (in.op == IR_nunbox)
        opc = T0_nunbox64;
    else if (in.op == IR_fclass && width_form(at))
        opc = at == T_F32 ? T0_fclass32 : T0_fclass64;
    if (opc == T0_eval) {
        emit_eval(x, r, T0_eval, pos);
        return;
    }
    a = loc_of(x, in.a);
    tmp_release(x);
    release_dead(x, in, pos);
    emit_move(x, opc, loc_dest(x, r), a);
}

static void emit_pure(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    enum ir_type t = op_is(&in, F_CMP) ? insn_of(x, in.a)->type : in.type;
    unsigned w = width_form(t), form, nv = in.b ? 1 : 0;
    bool narrow = !w && any_width(in.op), useimm;
    uint16_t a, b = 0, c = 0, d;
    struct t0_rec *q;

    if (op_is(&in, F_CONV)) {
        emit_conv(x, r, pos);
        return;
    }
    if (is_wide(in.type)) {
        emit_call3(x, r, T0_vselect, 0, pos);
        return;
    }
    if (!w && !narrow) {
        emit_eval(x, r, T0_eval, pos);
        return;
    }
    if (op_is(&in, F_COMM) && is_imm(x, in.a) && !is_imm(x, in.b)) {
        ir_ref s = in.a;

        in.a = in.b;
        in.b = s;
    }
    useimm = nv && !in.c && is_imm(x, in.b);
    a = narrow ? loc_clean(x, in.a) : loc_of(x, in.a);
    if (nv && !useimm)
        b = narrow ? loc_clean(x, in.b) : loc_of(x, in.b);
    if (in.c)
        c = narrow ? loc_clean(x, in.c) : loc_of(x, in.c);
    tmp_release(x);
    release_dead(x, in, pos);
    d = loc_dest(x, r);
    form = w == 32 ? (x->val[r].sx ? FORM_32S : FORM_32) : FORM_64;
    q = emit(x, pure_opc[in.op] + form + useimm);
    q->d = d, q->a = a, q->b = b, q->c = c;
    if (useimm)
        q->imm = imm_of(x, in.b);
}

/* The fast record of an FPOP that does not round to a float, or T0_fsoft. */
static enum t0_opc fp_exact_opc(const struct ir_insn *in, bool a64)
{
    unsigned rm = in->flags & FP_RM_MASK;
    bool quiet = in->flags & (FP_QUIET | FP_SILENT);

    switch (in->op) {
    case IR_fminnum: case IR_fmin: case IR_fminnm: return a64 ? T0_fmin64 : T0_fmin32;
    case IR_fmaxnum: case IR_fmax: case IR_fmaxnm: return a64 ? T0_fmax64 : T0_fmax32;
    case IR_feq: return in->flags & FP_SILENT ? (a64 ? T0_feqq64 : T0_feqq32) : a64 ? T0_feq64 : T0_feq32;
    case IR_flt: return quiet ? (a64 ? T0_fltq64 : T0_fltq32) : a64 ? T0_flt64 : T0_flt32;
    case IR_fle: return quiet ? (a64 ? T0_fleq64 : T0_fleq32) : a64 ? T0_fle64 : T0_fle32;
    case IR_f2si:
        if (!width_form(in->type) || (rm != FP_RM_DYN && rm != FP_RM_TZ))
            return T0_fsoft;
        return (in->type == T_I64 ? (a64 ? T0_f2si6464_d : T0_f2si3264_d) : (a64 ? T0_f2si6432_d : T0_f2si3232_d)) +
               (rm == FP_RM_TZ);
    default: return T0_fsoft;
    }
}

/* The fast record of an FPOP on scalars, or T0_fsoft. */
static enum t0_opc fp_opc(const struct ir_insn *in, enum ir_type at)
{
    unsigned rm = in->flags & FP_RM_MASK;
    bool d64 = in->type == T_F64, a64 = at == T_F64 || at == T_I64, prop = in->flags & FP_PROP;
    enum t0_opc opc;

    if (width_form(at) == 0)
        return T0_fsoft;
    opc = fp_exact_opc(in, a64);
    if (opc != T0_fsoft || (rm != FP_RM_DYN && (rm != FP_RM_NE || prop)) || (in->type != T_F64 && in->type != T_F32))
        return opc;
    rm = prop ? 2 : rm == FP_RM_NE;
    switch (in->op) {
    case IR_fadd: return (d64 ? T0_fadd64_d : T0_fadd32_d) + rm;
    case IR_fsub: return (d64 ? T0_fsub64_d : T0_fsub32_d) + rm;
    case IR_fmul: return (d64 ? T0_fmul64_d : T0_fmul32_d) + rm;
    case IR_fdiv: return (d64 ? T0_fdiv64_d : T0_fdiv32_d) + rm;
    case IR_fsqrt: return (d64 ? T0_fsqrt64_d : T0_fsqrt32_d) + rm;
    case IR_fma: return t0_has_fma() ? (d64 ? T0_fma64_d : T0_fma32_d) + rm : T0_fsoft;
    case IR_fcvt: return d64 == a64 ? T0_fsoft : (d64 ? T0_fcvt3264_d : T0_fcvt6432_d) + rm;
    case IR_si2f: return (a64 ? (d64 ? T0_si2f6464_d : T0_si2f6432_d) : (d64 ? T0_si2f3264_d : T0_si2f3232_d)) + rm;
    default: return T0_fsoft;
    }
}

static void emit_fp(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    enum t0_opc opc = fp_opc(&in, insn_of(x, in.a)->type);
    bool f2si = opc >= T0_f2si6464_d && opc <= T0_f2si3232_z;

    if (opc == T0_fsoft && (in.flags & FP_RM_MASK) == FP_RM_DYN)
        ensure_pc(x);
    emit_eval(x, r, opc, pos);
    if (f2si || opc < T0_mov)
        x->rec[x->n - 1].imm = x->pc;       /* for an invalid dynamic rounding mode */
    if (f2si)
        x->rec[x->n - 1].c = in.flags;
}

/* ---- vectors ---- */

#define LANES(name) case IR_##name: return T0_##name##_8 + lane;
#define TO32(name) case IR_##name: return lane < VL_64 ? T0_##name##_8 + lane : T0_veval;
#define WHOLE(name) case IR_##name: return T0_##name;

/* The fast record of a VOP, or T0_veval. */
static enum t0_opc vec_opc(const struct ir_insn *in)
{
    unsigned lane = in->flags & VL_MASK;

    switch (in->op) {
    T0_VBIN(LANES) T0_VMULL(TO32) T0_VRESIZE(TO32)
    LANES(vdup) LANES(vins)
    WHOLE(vand) WHOLE(vor) WHOLE(vxor) WHOLE(vandn) WHOLE(vbsl) WHOLE(vzext)
    case IR_vnz: return in->flags >> 2 ? T0_veval : T0_vnz;
    case IR_vshl: case IR_vshr: case IR_vsar:
        if (in->flags >> 2 >= 8u << lane)
            return T0_veval;
        return (in->op == IR_vshl ? T0_vshl_8 : in->op == IR_vshr ? T0_vshr_8 : T0_vsar_8) + lane;
    case IR_vtbl: return t0_has_pshufb() ? T0_vtbl : T0_veval;
    default: return T0_veval;
    }
}
#undef WHOLE
#undef TO32
#undef LANES

/* The same of an FPOP on vectors, or T0_vfsoft. */
static enum t0_opc vfp_opc(const struct ir_insn *in)
{
    unsigned d = (in->flags & FP_LANE_MASK) == FP_LANE_F64;

    if (!d && (in->flags & FP_LANE_MASK) != FP_LANE_F32)
        return T0_vfsoft;
    switch (in->op) {
    case IR_fadd: return T0_vfadd_32 + d;
    case IR_fsub: return T0_vfsub_32 + d;
    case IR_fmul: return T0_vfmul_32 + d;
    case IR_fdiv: return T0_vfdiv_32 + d;
    case IR_fsqrt: return T0_vfsqrt_32 + d;
    case IR_fma: return t0_has_fma() ? T0_vfma_32 + d : T0_vfsoft;
    case IR_vfeq: return T0_vfeq_32 + d;
    case IR_vflt: return T0_vflt_32 + d;
    case IR_vfle: return T0_vfle_32 + d;
    case IR_fmin: case IR_fminnm: case IR_fminnum: return T0_vfmin_32 + d;
    case IR_fmax: case IR_fmaxnm: case IR_fmaxnum: return T0_vfmax_32 + d;
    default: return T0_vfsoft;
    }
}

static void emit_shuf(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    uint16_t a = loc_of(x, in.a), b = loc_of(x, in.b), d;
    uint8_t p[16];
    struct t0_rec *q;

    for (unsigned i = 0; i < 16; i++)
        p[i] = x->f->pattern[in.c][i] < 32 ? x->f->pattern[in.c][i] : 255;
    tmp_release(x);
    release_dead(x, in, pos);
    d = loc_dest(x, r);
    q = emit(x, t0_has_pshufb() ? T0_vshuf : T0_vshufc);
    q->d = d, q->a = a, q->b = b;
    memcpy((char *)emit(x, T0_none) + offsetof(struct t0_rec, d), p, sizeof p);
}

static void emit_vec(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    enum t0_opc opc;

    if (in.op == IR_vshuf) {
        emit_shuf(x, r, pos);
        return;
    }
    if (in.op == IR_vextr) {                /* of lane 0: shares its operand's place */
        uint16_t a = (uint16_t)(loc_of(x, in.a) + (in.flags >> 2) * (ir_type_bits(in.type) / 8));

        tmp_release(x);
        release_dead(x, in, pos);
        emit_move(x, clean_opc(in.type), loc_dest(x, r), a);
        return;
    }
    opc = op_is(&in, F_FPOP) ? vfp_opc(&in) : vec_opc(&in);
    if (op_is(&in, F_FPOP) && (in.flags & FP_RM_MASK) == FP_RM_DYN)
        ensure_pc(x);
    emit_eval(x, r, opc, pos);
    if (!op_is(&in, F_FPOP) && opc != T0_veval)
        x->rec[x->n - 1].imm = in.flags >> 2;
}

/* The host's own order does for all but MO_SEQ where it is x86's (a store may only pass a later load). */
static void emit_fence(struct flat *x, unsigned mo)
{
#if defined(__x86_64__)
    mo &= MO_SEQ;
#endif
    if (mo)
        emit(x, T0_fence);
}

/* Loads, stores and compare-and-swap of 16 bytes. */
static void emit_vmem(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    uint16_t a, d = 0;
    struct t0_rec *q;

    if (in.op == IR_cas) {
        emit_call3(x, r, T0_vcas, x->pc, pos);
        x->pc_set = x->pc;
        return;
    }
    if (in.op == IR_load)
        emit_fence(x, in.flags & MO_SEQ);
    a = loc_of(x, in.a);
    if (in.op == IR_store)
        d = loc_of(x, in.b);
    tmp_release(x);
    release_dead(x, in, pos);
    if (in.op == IR_load)
        d = loc_dest(x, r);
    q = emit(x, in.op == IR_store ? (in.flags ? T0_vastore : T0_vstore) : in.flags ? T0_vaload : T0_vload);
    q->d = d, q->a = a, q->disp = (int32_t)in.c;
    q->imm = x->pc_set = x->pc;
}

/* ---- guest state, memory, the rest ---- */

static unsigned size_index(struct flat *x, enum ir_type t)
{
    unsigned w = ir_type_bits(t);

    if (w < 8 || w > 64)
        cc_bail(x->cc, ST_UNSUPPORTED, 0, "T0 has no memory access of type %s", ir_type_name(t));
    return w == 8 ? 0 : w == 16 ? 1 : w == 32 ? 2 : 3;
}

enum { PER_SIZE = 5, SZ_STORE = 0, SZ_STOREI, SZ_CAS, SZ_ALOAD, SZ_ASTORE };

static void emit_load(struct flat *x, ir_ref r, int32_t pos)
{
    static const uint8_t zx[] = { 0, 1, 2, 3 }, sx[] = { 4, 5, 6, 3 };
    struct ir_insn in = *insn_of(x, r);
    unsigned k = size_index(x, in.type);
    enum t0_opc opc = in.flags ? T0_store_8 + k * PER_SIZE + SZ_ALOAD : (unsigned)T0_load_u8 + (x->val[r].sx ? sx[k] : zx[k]);
    uint16_t a, d;
    struct t0_rec *q;

    emit_fence(x, in.flags & MO_SEQ);
    a = loc_of(x, in.a);
    tmp_release(x);
    release_dead(x, in, pos);
    d = loc_dest(x, r);
    q = emit(x, opc);
    q->d = d, q->a = a, q->disp = (int32_t)in.c;
    q->imm = x->pc_set = x->pc;
}

static void emit_store(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    unsigned base = T0_store_8 + size_index(x, in.type) * PER_SIZE, opc = base + (in.flags ? SZ_ASTORE : SZ_STORE);
    uint16_t a = loc_of(x, in.a), d;
    struct t0_rec *q;

    if (is_imm(x, in.b) && !in.flags && (uint64_t)(int16_t)imm_of(x, in.b) == imm_of(x, in.b)) {
        d = (uint16_t)imm_of(x, in.b);
        opc = base + SZ_STOREI;
    } else {
        d = loc_of(x, in.b);
    }
    tmp_release(x);
    release_dead(x, in, pos);
    q = emit(x, opc);
    q->d = d, q->a = a, q->disp = (int32_t)in.c;
    q->imm = x->pc_set = x->pc;
}

static void emit_get(struct flat *x, ir_ref r)
{
    const struct ir_insn *in = insn_of(x, r);
    int32_t home = (int32_t)(offsetof(struct vcpu, guest) + x->f->slot[in->a].off);

    t0_check_type(x, in->type);
    if (x->val[r].loc != home)
        emit_move(x, clean_opc(in->type), loc_dest(x, r), home);
}

static void emit_put(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);
    const struct guest_slot *s = &x->f->slot[in.a];
    int32_t home = (int32_t)(offsetof(struct vcpu, guest) + s->off);

    if (x->sunk[pos])
        return;
    if (is_imm(x, in.b))
        emit_const(x, s->type, home, imm_of(x, in.b));
    else
        emit_move(x, is_clean(x, in.b) && !is_wide(s->type) ? T0_mov : clean_opc(s->type), home, loc_of(x, in.b));
    release_dead(x, in, pos);
}

static void emit_effect(struct flat *x, ir_ref r, int32_t pos)
{
    struct ir_insn in = *insn_of(x, r);

    switch (in.op) {
    case IR_nop: case IR_phi: case IR_const: case IR_gpc:
        break;
    case IR_at:
        x->pc = ir_insn_pc(&in);
        break;
    case IR_get: emit_get(x, r); break;
    case IR_put: emit_put(x, r, pos); break;
    case IR_load: emit_load(x, r, pos); break;
    case IR_store: emit_store(x, r, pos); break;
    case IR_cas:
        emit_call3(x, r, T0_store_8 + size_index(x, in.type) * PER_SIZE + SZ_CAS, x->pc, pos);
        x->pc_set = x->pc;
        break;
    case IR_rmw_swap: case IR_rmw_add: case IR_rmw_and: case IR_rmw_or: case IR_rmw_xor: case IR_rmw_smin: case IR_rmw_smax:
    case IR_rmw_umin: case IR_rmw_umax:
        emit_call3(x, r, T0_rmw_swap_8 + (in.op - IR_rmw_swap) * 4 + size_index(x, in.type), x->pc, pos);
        x->pc_set = x->pc;
        break;
    case IR_fence: emit_fence(x, in.flags); break;
    case IR_fpget: emit(x, T0_fpget)->d = loc_dest(x, r); break;
    case IR_fpset: {
        uint16_t a = loc_of(x, in.a);

        emit(x, T0_fpset)->a = a;
        tmp_release(x);
        release_dead(x, in, pos);
        break;
    }
    case IR_helper:
        if (in.flags >= HELPER_COUNT || jit_helper_info[in.flags].flags & H_DESC)
            cc_bail(x->cc, ST_BUG, 0, "helper number %u", in.flags);
        ensure_pc(x);
        emit_call3(x, r, jit_helper_info[in.flags].flags & H_VCPU ? T0_helper_v : T0_helper,
                   in.flags, pos);
        break;
    case IR_poll:
        emit(x, T0_poll)->imm = x->f->block[x->val[r].blk].pc;
        break;
    default:
        cc_bail(x->cc, ST_UNSUPPORTED, 0, "T0 does not know op %s", ir_opinfo[in.op].name);
    }
}

void t0_emit_op(struct flat *x, ir_ref r, int32_t pos)
{
    const struct ir_insn *in = insn_of(x, r);

    if (op_is(in, F_VEC) || (op_is(in, F_FPOP) && (in->type == T_V64 || in->type == T_V128)))
        emit_vec(x, r, pos);
    else if (in->type == T_V128 && (in->op == IR_load || in->op == IR_store || in->op == IR_cas))
        emit_vmem(x, r, pos);
    else if (op_is(insn_of(x, r), F_PURE))
        emit_pure(x, r, pos);
    else if (op_is(insn_of(x, r), F_FPOP))
        emit_fp(x, r, pos);
    else
        emit_effect(x, r, pos);
}

/* ---- terminators ---- */

static uint32_t pred_index(struct flat *x, ir_blk from, ir_blk to)
{
    struct ir_block *b = &x->f->block[to];

    for (uint32_t i = 0; i < b->npred; i++)
        if (b->pred[i] == from)
            return i;
    cc_bail(x->cc, ST_BUG, 0, "T0: edge b%u -> b%u is missing from the predecessors", from, to);
}

static bool has_phi(const struct flat *x, ir_blk b)
{
    const struct ir_block *p = &x->f->block[b];

    return p->ninsn && x->f->insn[p->insn[0]].op == IR_phi;
}

/* The moves of one edge, as a parallel copy: through fresh temporaries when there is more than one. */
static void edge_moves(struct flat *x, ir_blk from, ir_blk to)
{
    struct ir_block *b = &x->f->block[to];
    uint32_t k, n = 0, i;
    uint16_t *t;

    if (!has_phi(x, to))
        return;
    k = pred_index(x, from, to);
    while (n < b->ninsn && x->f->insn[b->insn[n]].op == IR_phi)
        n++;
    t = NEWN(&x->cc->arena, uint16_t, n);
    for (i = 0; i < n; i++) {
        ir_ref arg = x->f->phiarg[insn_of(x, b->insn[i])->a + k];

        if (is_dead(x, b->insn[i]))
            continue;
        t[i] = (uint16_t)t0_loc_new(x, insn_of(x, arg)->type);
        emit_move(x, is_wide(insn_of(x, arg)->type) ? T0_vmov : T0_mov, t[i], loc_clean(x, arg));
        tmp_release(x);
    }
    for (i = 0; i < n; i++)
        if (!is_dead(x, b->insn[i])) {
            enum ir_type ty = insn_of(x, b->insn[i])->type;

            emit_move(x, is_wide(ty) ? T0_vmov : T0_mov, x->val[b->insn[i]].loc, t[i]);
            t0_loc_free(x, t[i], ty);
        }
}

static void emit_goto(struct flat *x, ir_blk from, ir_blk to)
{
    edge_moves(x, from, to);
    if (to == x->next)
        return;
    t0_emit_jump(x, to);
}

/* Points a branch field at `to`, or at a stub with the edge's moves that emit_stubs() makes. */
static void emit_brif(struct flat *x, const struct ir_insn *in, ir_blk bn)
{
    const struct ir_insn *c = insn_of(x, in->a);
    uint32_t at;
    uint16_t a, b = 0;
    unsigned opc = T0_brif;
    bool useimm = false;

    if (x->val[in->a].fused) {
        unsigned k = c->op == IR_eq ? 0 : c->op == IR_ne ? 1 : c->op == IR_ult ? 2 : c->op == IR_ule ? 3 : c->op == IR_slt ? 4 : 5;

        useimm = is_imm(x, c->b);
        opc = T0_br_eq_32 + k * 4 + (width_form(insn_of(x, c->a)->type) == 64 ? 2 : 0) + useimm;
        a = loc_of(x, c->a);
        if (!useimm)
            b = loc_of(x, c->b);
    } else {
        a = loc_clean(x, in->a);
    }
    at = x->n;
    emit(x, opc)->a = a;
    x->rec[at].b = b;
    if (useimm)
        x->rec[at].imm = imm_of(x, c->b);
    tmp_release(x);
    if (has_phi(x, in->c)) {
        x->rec[at].d = (uint16_t)(x->n - at);
        edge_moves(x, bn, in->c);
        t0_emit_jump(x, in->c);
    } else {
        fix_add(x, at, FIX_D, in->c);
    }
    if (has_phi(x, in->b)) {
        x->rec[at].c = (uint16_t)(x->n - at);
        emit_goto(x, bn, in->b);
    } else {
        fix_add(x, at, FIX_C, in->b);
    }
}

static void emit_switch(struct flat *x, const struct ir_insn *in, ir_blk bn)
{
    struct ir_switch *s = &x->f->sw[in->b];
    uint16_t a = loc_clean(x, in->a);
    uint32_t at = x->n;

    emit(x, T0_brtab)->a = a;
    x->rec[at].imm = s->n;
    tmp_release(x);
    for (uint32_t i = 0; i <= s->n; i++)
        emit(x, T0_jmp);
    for (uint32_t i = 0; i <= s->n; i++) {
        ir_blk to = i < s->n ? s->target[i] : s->deflt;

        if (has_phi(x, to)) {
            x->rec[at + 1 + i].disp = (int32_t)(x->n - (at + 1 + i));
            edge_moves(x, bn, to);
            t0_emit_jump(x, to);
        } else {
            fix_add(x, at + 1 + i, FIX_DISP, to);
        }
    }
}

static void emit_leave(struct flat *x, enum vexit why, uint64_t pc)
{
    struct t0_rec *r = emit(x, T0_leave);

    r->d = (uint16_t)why;
    r->imm = pc;
}

static void emit_trap(struct flat *x, const struct ir_insn *in)
{
    uint64_t pc = ir_insn_pc(in);

    if (in->a >= TRAP_COUNT)
        cc_bail(x->cc, ST_BUG, pc, "trap kind %u", in->a);
    emit_leave(x, VX_ILLEGAL + in->a, pc);
}

void t0_emit_end(struct flat *x, ir_ref r, ir_blk bn)
{
    struct ir_insn in = *insn_of(x, r);
    uint16_t a;

    switch (in.op) {
    case IR_br: emit_goto(x, bn, in.a); break;
    case IR_brif: emit_brif(x, &in, bn); break;
    case IR_switch: emit_switch(x, &in, bn); break;
    case IR_jump: case IR_call:
        emit(x, T0_exit_jump)->imm = ir_insn_pc(&in);
        break;
    case IR_ijump: case IR_icall: case IR_ret:
        if (is_imm(x, in.a)) {
            emit(x, T0_exit_jump)->imm = imm_of(x, in.a);
            break;
        }
        a = loc_of(x, in.a);
        emit(x, T0_exit_ind)->a = a;
        break;
    case IR_syscall: emit_leave(x, VX_SYSCALL, ir_insn_pc(&in)); break;
    case IR_trap: emit_trap(x, &in); break;
    default: cc_bail(x->cc, ST_BUG, 0, "block b%u does not end in a terminator", bn);
    }
}
