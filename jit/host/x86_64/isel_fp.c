/* x86-64 selection of floating point. Dynamic rounding and sticky flags are MXCSR's; static modes that differ from it, and what
 * the host cannot do exactly, go through the evalop helper. */
#include "jit/host/x86_64/isel.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

static bool scalar(enum ir_type t) { return t == T_F32 || t == T_F64; }

static bool dynamic(const struct ir_insn *in) { return (in->flags & FP_RM_MASK) == FP_RM_DYN; }

/* load r as memory operand of a scalar FP op of its own size */
static bool fmem(struct x86 *x, ir_ref r, ir_ref user) { return x86_fusable(x, r, user, ir_type_bits(insn(x, r)->type) / 8); }

static bool select_bin(struct x86 *x, ir_ref r, unsigned opcode)
{
    const struct ir_insn *in = insn(x, r);
    bool avx = x86_has(x, HF_AVX), comm = in->op == IR_fadd || in->op == IR_fmul;
    ir_ref a = in->a, b = in->b;
    struct mi *mi;

    if (!dynamic(in))
        return false;
    if (comm && !fmem(x, b, r) && fmem(x, a, r)) {
        a = in->b;
        b = in->a;
    }
    if (fmem(x, b, r)) {
        mi = xi(x, X_FBIN, 5);
        mi->imm = 1;
        x86_fuse(x, mi, b);
    } else {
        mi = xi(x, X_FBIN, 3);
        xany(x, mi, 2, b);
        if (comm)
            mi->flags |= MI_COMM;
    }
    mi->cc = (uint8_t)opcode;
    mi->sz = (uint8_t)x86_size(in->type);
    mi->aux = avx;
    if (x->need[r])
        xdef(x, mi, 0, r);
    else if (avx)
        xtmp(mi, 0, RC_VEC, NOREG);
    else
        xdefv(mi, 0, vreg_new(&x->m, RC_VEC, 8), NOREG);
    if (avx)
        xuse(x, mi, 1, a);
    else
        xtied(x, mi, 1, a);
    return true;
}

static uint32_t result(struct x86 *x, ir_ref r) { return x->need[r] ? r : vreg_new(&x->m, ir_type_fp(insn(x, r)->type) ? RC_VEC : RC_GP, 8); }

static bool select_unary(struct x86 *x, ir_ref r, unsigned op, bool tied)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi = xi(x, op, 2);

    mi->sz = (uint8_t)x86_size(in->type);
    xdefv(mi, 0, result(x, r), NOREG);
    xuse(x, mi, 1, in->a);
    if (tied)
        mi->o[1].kind = MOP_TIED;
    return true;
}

/* Takes negations off an operand of a fused multiply-add. */
static ir_ref strip_neg(struct x86 *x, ir_ref r, bool *neg)
{
    const struct ir_insn *in = insn(x, r);

    if (in->op != IR_fneg || x->uses[r] != 1)
        return r;
    *neg = !*neg;
    return in->a;
}

/* Operands of a fused multiply-add without their negations; false: this one goes through the helper. */
struct fma { ir_ref a, b, c; bool np, nc; };

static bool native_fma(struct x86 *x, ir_ref r, struct fma *m)
{
    const struct ir_insn *in = insn(x, r);

    if (!dynamic(in) || !scalar(in->type) || !x86_has(x, HF_FMA))
        return false;
    *m = (struct fma){ .np = false };
    m->a = strip_neg(x, in->a, &m->np);
    m->b = strip_neg(x, in->b, &m->np);
    m->c = strip_neg(x, in->c, &m->nc);
    /* the cold path wants the factors unharmed */
    return x86_rep(x, m->c) != x86_rep(x, m->a) && x86_rep(x, m->c) != x86_rep(x, m->b);
}

/* Is every NaN that r can be the default one already? */
bool x86_canonical(struct x86 *x, ir_ref r)
{
    struct fma m;

    if (insn(x, r)->op != IR_fma)
        return false;
    if (!x->canon[r]) {                         /* kept: else chains of them would be walked again and again */
        x->canon[r] = 1;                        /* what unreachable code leaves behind may name itself */
        x->canon[r] = native_fma(x, r, &m) ? 2 : 1;
    }
    return x->canon[r] == 2;
}

static bool select_fma(struct x86 *x, ir_ref r)
{
    struct fma m;
    struct mi *mi;

    if (!native_fma(x, r, &m))
        return false;
    mi = xi(x, X_FMA, 4);
    mi->sz = (uint8_t)x86_size(insn(x, r)->type);
    mi->cc = (uint8_t)(0xb8 + (m.np ? 4 : 0) + (m.nc ? 2 : 0));     /* vf[n]m{add,sub}231: a*b +- c, in c's register */
    xdefv(mi, 0, result(x, r), NOREG);
    xtied(x, mi, 1, m.c);
    xuse(x, mi, 2, m.a);
    xuse(x, mi, 3, m.b);
    return true;
}

/* Is this one no signalling NaN? Else the operands that it is none if they are none; *n = 0: nothing is known. */
static bool never_signals(struct x86 *x, ir_ref r, const uint32_t **arg, uint32_t *n)
{
    const struct ir_insn *in = insn(x, r);
    uint64_t inf = in->type == T_F64 ? UINT64_C(0x7ff) << 52 : UINT64_C(0xff) << 23;

    *arg = in->op == IR_phi ? &x->f->phiarg[in->a] : in->op == IR_select ? &in->b : &in->a;
    *n = in->op == IR_phi ? in->b : in->op == IR_select ? 2 : in->op == IR_fneg || in->op == IR_fabs || in->op == IR_fcpsgn;
    if (in->op == IR_nunbox && insn(x, in->a)->op == IR_nbox) {
        *arg = &insn(x, in->a)->a;
        *n = 1;
    }
    return (in->op >= IR_fadd && in->op <= IR_fmaxnum) || in->op == IR_fcvt || in->op == IR_fcanon || in->op == IR_si2f ||
           in->op == IR_ui2f || (in->op == IR_const && (ir_insn_pc(in) & inf) != inf);
}

/* Can r not be a signalling NaN? What arithmetic yields, also through phis, selects and signs. */
static bool quiet_nans(struct x86 *x, ir_ref r)
{
    ir_ref work[32] = { r };
    unsigned n = 1;

    for (unsigned i = 0; i < n; i++) {
        const uint32_t *arg;
        uint32_t narg;

        if (never_signals(x, work[i], &arg, &narg))
            continue;
        if (!narg)
            return false;
        for (uint32_t k = 0; k < narg; k++) {
            unsigned seen = 0;

            while (seen < n && work[seen] != arg[k])
                seen++;
            if (seen == ARRAY_LEN(work))
                return false;
            if (seen == n)
                work[n++] = arg[k];
        }
    }
    return true;
}

unsigned x86_fcompare(struct x86 *x, ir_ref r, unsigned *parity)
{
    const struct ir_insn *in = insn(x, r);
    bool swap = in->op == IR_flt || in->op == IR_fle, silent = in->flags & FP_SILENT;
    ir_ref a = swap ? in->b : in->a, b = swap ? in->a : in->b;
    unsigned check = silent ? (quiet_nans(x, a) ? 0 : 1) | (a == b || quiet_nans(x, b) ? 0 : 2) : 0;
    struct mi *mi = xi(x, X_FCMP, check ? 3 : 2);

    /* a < b: (u)comis b, a sets "above" exactly then; unordered sets carry. Equality needs the parity flag, too. */
    mi->sz = (uint8_t)x86_size(insn(x, in->a)->type);
    mi->cc = in->op == IR_feq || (in->flags & (FP_QUIET | FP_SILENT)) ? 0x2e : 0x2f;
    mi->aux = (uint8_t)check;
    xuse(x, mi, 0, a);
    xuse(x, mi, 1, b);
    if (check)
        xtmp(mi, 2, RC_GP, NOREG);
    *parity = in->op == IR_feq ? CC_NP : XNONE;
    if (in->op == IR_funo)
        return CC_P;
    return in->op == IR_feq ? CC_E : in->op == IR_flt ? CC_A : CC_AE;
}

static bool select_fcmp(struct x86 *x, ir_ref r)
{
    unsigned parity, cc = x86_fcompare(x, r, &parity);
    struct mi *mi;

    if (!x->need[r])                            /* for its flags only */
        return true;
    mi = xi(x, X_SETCC, parity == XNONE ? 1 : 2);
    mi->cc = (uint8_t)cc;
    mi->aux = (uint8_t)parity;
    xdef(x, mi, 0, r);
    if (parity != XNONE) {
        xtmp(mi, 1, RC_GP, NOREG);
        mi->flags |= MI_EARLY;
    }
    return true;
}

static bool select_f2i(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned rm = in->flags & FP_RM_MASK;
    struct mi *mi;

    if ((rm > FP_RM_UP && rm != FP_RM_DYN) || (rm != FP_RM_TZ && rm != FP_RM_DYN && !(in->flags & FP_NAN_ZERO)) || (in->type != T_I32 && in->type != T_I64))
        return false;
    mi = xi(x, in->op == IR_f2si ? X_F2I : X_F2U, 2);
    mi->sz = (uint8_t)x86_size(in->type);
    mi->aux = (uint8_t)x86_size(insn(x, in->a)->type);
    mi->cc = rm == FP_RM_DYN ? 0x2d : 0x2c;
    mi->scale = rm == FP_RM_NE ? 1 : rm == FP_RM_DN ? 2 : rm == FP_RM_UP ? 3 : 0;    /* round first: 1 + the host's mode */
    mi->x = in->flags & FP_NAN_ZERO ? r : 0;    /* what is out of range goes to the evaluator */
    xdefv(mi, 0, result(x, r), NOREG);
    xuse(x, mi, 1, in->a);
    return true;
}

/* The test for a NaN would raise invalid for a signalling one: what may be one is looked at as an integer. */
static bool select_canon(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool check = !quiet_nans(x, in->a);
    struct mi *mi = xi(x, X_FCANON, check ? 3 : 2);

    mi->sz = (uint8_t)x86_size(in->type);
    mi->aux = check;
    xdefv(mi, 0, result(x, r), NOREG);
    xtied(x, mi, 1, in->a);
    if (check)
        xtmp(mi, 2, RC_GP, NOREG);
    return true;
}

static bool select_i2f(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type at = insn(x, in->a)->type;
    bool exact = at == T_I32 && in->type == T_F64, uns = in->op == IR_ui2f;
    uint32_t v = 0;
    struct mi *mi;

    if ((!dynamic(in) && !exact) || (at != T_I32 && at != T_I64))
        return false;
    if (uns && at == T_I64) {
        mi = xi(x, X_U2F, 3);
        mi->aux = (uint8_t)x86_size(in->type);
        mi->flags |= MI_EARLY;
        xdefv(mi, 0, result(x, r), NOREG);
        xuse(x, mi, 1, in->a);
        xtmp(mi, 2, RC_GP, NOREG);
        return true;
    }
    if (uns) {                                  /* 32 bits: zero-extended into a 64-bit signed conversion */
        v = vreg_new(&x->m, RC_GP, 8);
        mi = xi(x, X_EXT, 2);
        mi->sz = 4;
        xdefv(mi, 0, v, NOREG);
        xuse(x, mi, 1, in->a);
    }
    mi = xi(x, X_I2F, 2);
    mi->sz = uns || at == T_I64 ? 8 : 4;
    mi->aux = (uint8_t)x86_size(in->type);
    xdefv(mi, 0, result(x, r), NOREG);
    if (uns)
        xusev(mi, 1, v, NOREG);
    else
        xuse(x, mi, 1, in->a);
    return true;
}

static bool select_fcvt(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type at = insn(x, in->a)->type;
    struct mi *mi;

    if (!scalar(at) || (in->type == T_F32 && !dynamic(in)))
        return false;
    mi = xi(x, X_FCVT, 2);
    mi->sz = (uint8_t)x86_size(at);
    xdefv(mi, 0, result(x, r), NOREG);
    xuse(x, mi, 1, in->a);
    return true;
}

static bool select_bitcast(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool to_fp = ir_type_fp(in->type);
    struct mi *mi = xi(x, to_fp ? X_XG : X_GX, 2);

    mi->sz = (uint8_t)x86_size(in->type);
    xdef(x, mi, 0, r);
    xuse(x, mi, 1, in->a);
    return true;
}

static bool select_vzext(struct x86 *x, ir_ref r)
{
    struct mi *mi = xi(x, X_VZX, 2);

    mi->sz = (uint8_t)(ir_type_bits(insn(x, insn(x, r)->a)->type) / 8);
    xdef(x, mi, 0, r);
    xuse(x, mi, 1, insn(x, r)->a);
    return true;
}

static bool select_minmax(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi = xi(x, X_FMINMAX, 3);

    mi->sz = (uint8_t)x86_size(in->type);
    mi->cc = in->op == IR_fmaxnum;
    mi->flags |= MI_EARLY;
    xdefv(mi, 0, result(x, r), NOREG);
    xuse(x, mi, 1, in->a);
    xuse(x, mi, 2, in->b);
    return true;
}

static bool select_sign(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    if (in->op == IR_fcpsgn) {
        mi = xi(x, X_FCPSGN, 3);
        mi->flags |= MI_EARLY;
        xuse(x, mi, 2, in->b);
        xuse(x, mi, 1, in->a);
    } else {
        mi = xi(x, X_FSIGN, 2);
        mi->cc = in->op == IR_fneg ? 0x57 : 0x54;
        xtied(x, mi, 1, in->a);
    }
    mi->sz = (uint8_t)x86_size(in->type);
    xdef(x, mi, 0, r);
    return true;
}

static bool select_env(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    if (in->op == IR_fpget) {
        mi = xi(x, X_FPGET, 2);
        xdefv(mi, 0, result(x, r), NOREG);
    } else {
        mi = xi(x, X_FPSET, 2);
        xuse(x, mi, 0, in->a);
    }
    xtmp(mi, 1, RC_GP, NOREG);
    mi->flags |= MI_EARLY;
    return true;
}

bool x86_select_fp(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type at = in->a && (ir_opinfo[in->op].sig[1] == 'v') ? insn(x, in->a)->type : T_VOID;

    if ((ir_opinfo[in->op].flags & F_FPOP) && ir_type_fp(in->type) &&
        ((in->flags & FP_PROP) || (in->op >= IR_fmin && in->op <= IR_frint)) && in->op != IR_si2f && in->op != IR_ui2f)
        return x86_select_fprop(x, r);
    if ((ir_opinfo[in->op].flags & F_FPOP) && (in->type == T_V64 || in->type == T_V128))
        return x86_select_fprop(x, r);
    switch (in->op) {
    case IR_fadd: return scalar(in->type) && select_bin(x, r, 0x58);
    case IR_fsub: return scalar(in->type) && select_bin(x, r, 0x5c);
    case IR_fmul: return scalar(in->type) && select_bin(x, r, 0x59);
    case IR_fdiv: return scalar(in->type) && select_bin(x, r, 0x5e);
    case IR_fsqrt: return scalar(in->type) && dynamic(in) && select_unary(x, r, X_FSQRT, false);
    case IR_fma: return scalar(in->type) && select_fma(x, r);
    case IR_feq: case IR_flt: case IR_fle: case IR_funo: return scalar(at) && select_fcmp(x, r);
    case IR_fminnum: case IR_fmaxnum: return scalar(in->type) && select_minmax(x, r);
    case IR_fneg: case IR_fabs: case IR_fcpsgn: return scalar(in->type) && select_sign(x, r);
    case IR_fcanon: return scalar(in->type) && select_canon(x, r);
    case IR_nbox: return select_unary(x, r, X_NBOX, true);
    case IR_nunbox: return select_unary(x, r, X_NUNBOX, true);
    case IR_fcvt: return scalar(in->type) && select_fcvt(x, r);
    case IR_f2si: case IR_f2ui: return scalar(at) && select_f2i(x, r);
    case IR_si2f: case IR_ui2f: return scalar(in->type) && select_i2f(x, r);
    case IR_vzext: return select_vzext(x, r);
    case IR_bitcast: return ir_type_bits(in->type) >= 16 && ir_type_bits(in->type) <= 64 && select_bitcast(x, r);
    case IR_fpget: case IR_fpset: return select_env(x, r);
    default: return false;
    }
}
