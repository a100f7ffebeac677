/* Integer data processing: immediates, shifted and extended registers, bit fields, multiply and divide, conditional select.
 * Aliases become the IR of what they mean: moves, extensions, immediate shifts, cset, mul, rotate. */
#include "passes/lift/aarch64/lift.h"

static ir_ref op1(struct lift *l, enum ir_op op, enum ir_type t, ir_ref a)
{
    return ir_op1(l->f, op, t, a);
}

static ir_ref op2(struct lift *l, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b)
{
    return ir_op2(l->f, op, t, a, b);
}

static ir_ref opk(struct lift *l, enum ir_op op, enum ir_type t, ir_ref a, uint64_t k)
{
    return ir_op2(l->f, op, t, a, ga64_k(l, t, k));
}

static ir_ref not_of(struct lift *l, enum ir_type t, ir_ref v)
{
    return opk(l, IR_xor, t, v, ~UINT64_C(0));
}

static uint64_t ones(unsigned n)
{
    return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

/* ---- add, subtract, logical ---- */

unsigned ga64_lift_adr(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    uint64_t v = (row->arg ? in->pc & ~UINT64_C(4095) : in->pc) + (uint64_t)in->imm;

    if (ir_gpc_near(l->f, v))
        ga64_set(l, in->rd, ir_gpc(l->f, v));
    else
        ga64_set(l, in->rd, opk(l, IR_add, T_I64, ir_gpc(l->f, in->pc), v - in->pc));
    return 0;
}

/* Sum or difference, and its flags n z c v (AddWithCarry, J1). */
static ir_ref with_flags(struct lift *l, bool sub, enum ir_type t, ir_ref a, ir_ref b, ir_ref f[4])
{
    ir_ref r = op2(l, sub ? IR_sub : IR_add, t, a, b), zero = ga64_k(l, t, 0);

    f[0] = op2(l, IR_slt, T_I1, r, zero);
    f[1] = sub ? op2(l, IR_eq, T_I1, a, b) : op2(l, IR_eq, T_I1, r, zero);
    f[2] = sub ? op2(l, IR_ule, T_I1, b, a) : op2(l, IR_ult, T_I1, r, a);
    f[3] = ir_op3(l->f, IR_addco, T_I1, a, sub ? not_of(l, t, b) : b, ga64_k(l, T_I1, sub));
    return r;
}

/* Result of add, adds, sub, subs; the s forms set the flags. */
static ir_ref add_sub(struct lift *l, enum ga64_op op, enum ir_type t, ir_ref a, ir_ref b)
{
    ir_ref f[4], r;

    if (op == OP(add) || op == OP(sub))
        return op2(l, op == OP(sub) ? IR_sub : IR_add, t, a, b);
    r = with_flags(l, op == OP(subs), t, a, b, f);
    ga64_set_nzcv(l, f[0], f[1], f[2], f[3]);
    return r;
}

static bool sets_flags(enum ga64_op op)
{
    return op == OP(adds) || op == OP(subs) || op == OP(ands) || op == OP(bics);
}

unsigned ga64_lift_addsub_imm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    enum ir_type t = ga64_sf(in);
    ir_ref r = add_sub(l, op, t, ga64_get_sp(l, t, in->rs1), ga64_k(l, t, (uint64_t)in->imm));

    (sets_flags(op) ? ga64_set : ga64_set_sp)(l, in->rd, r);
    return 0;
}

/* Register Rm shifted by a constant (DecodeShift). */
static ir_ref shifted(struct lift *l, enum ir_type t, const struct ginsn *in)
{
    static const enum ir_op op[4] = { IR_shl, IR_shr, IR_sar, IR_rotr };
    unsigned by = ga64_bits(in->raw, 15, 10);
    ir_ref v = ga64_get(l, t, in->rs2);

    return by ? opk(l, op[ga64_bits(in->raw, 23, 22)], t, v, by) : v;
}

/* A 0 made of a register is how programs say that what uses it comes after what the register was loaded by (a dependency: DDI 0487,
 * B2.3.2). Simplifying loses that, so a fence says it. */
static void keep_dependency(struct lift *l, const struct ginsn *in, enum ga64_op op)
{
    if (in->rs1 == in->rs2 && in->rs1 != 31 && (op == OP(eor) || op == OP(sub)) && ga64_bits(in->raw, 15, 10) == 0)
        ir_emit(l->f, IR_fence, T_VOID, MO_ACQ, 0, 0, 0);
}

unsigned ga64_lift_addsub_reg(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);

    keep_dependency(l, in, ga64_row_op(row));
    ga64_set(l, in->rd, add_sub(l, ga64_row_op(row), t, ga64_get(l, t, in->rs1), shifted(l, t, in)));
    return 0;
}

unsigned ga64_lift_addsub_ext(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    enum ir_type t = ga64_sf(in);
    ir_ref b = ga64_extended(l, t, in->rs2, ga64_bits(in->raw, 15, 13), ga64_bits(in->raw, 12, 10));
    ir_ref r = add_sub(l, op, t, ga64_get_sp(l, t, in->rs1), b);

    (sets_flags(op) ? ga64_set : ga64_set_sp)(l, in->rd, r);
    return 0;
}

unsigned ga64_lift_addsub_carry(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    enum ir_type t = ga64_sf(in);
    ir_ref a = ga64_get(l, t, in->rs1), b = ga64_get(l, t, in->rs2), c = ga64_flag(l, GA64_S_c), r;

    if (op == OP(sbc) || op == OP(sbcs))
        b = not_of(l, t, b);
    r = ir_op3(l->f, IR_addc, t, a, b, c);
    if (op == OP(adcs) || op == OP(sbcs)) {
        ir_ref zero = ga64_k(l, t, 0);

        ga64_set_nzcv(l, op2(l, IR_slt, T_I1, r, zero), op2(l, IR_eq, T_I1, r, zero), ir_op3(l->f, IR_addcc, T_I1, a, b, c),
                      ir_op3(l->f, IR_addco, T_I1, a, b, c));
    }
    ga64_set(l, in->rd, r);
    return 0;
}

static ir_ref logic(struct lift *l, enum ga64_op op, enum ir_type t, ir_ref a, ir_ref b)
{
    ir_ref r, zero = ga64_k(l, t, 0), off = ga64_k(l, T_I1, 0);

    if (op == OP(bic) || op == OP(orn) || op == OP(eon) || op == OP(bics))
        b = not_of(l, t, b);
    switch (op) {
    case OP(orr): case OP(orn): return op2(l, IR_or, t, a, b);
    case OP(eor): case OP(eon): return op2(l, IR_xor, t, a, b);
    default: r = op2(l, IR_and, t, a, b);
    }
    if (sets_flags(op))
        ga64_set_nzcv(l, op2(l, IR_slt, T_I1, r, zero), op2(l, IR_eq, T_I1, r, zero), off, off);
    return r;
}

unsigned ga64_lift_logic_imm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    enum ir_type t = ga64_sf(in);
    ir_ref r = logic(l, op, t, ga64_get(l, t, in->rs1), ga64_k(l, t, (uint64_t)in->imm));

    (op == OP(ands) ? ga64_set : ga64_set_sp)(l, in->rd, r);
    return 0;
}

unsigned ga64_lift_logic_reg(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);

    keep_dependency(l, in, ga64_row_op(row));
    ga64_set(l, in->rd, logic(l, ga64_row_op(row), t, ga64_get(l, t, in->rs1), shifted(l, t, in)));
    return 0;
}

unsigned ga64_lift_movewide(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    uint64_t v = (uint64_t)in->imm, field = UINT64_C(0xffff) << ga64_bits(in->raw, 22, 21) * 16;

    if (row->arg == OP(movk))
        ga64_set(l, in->rd, opk(l, IR_or, t, opk(l, IR_and, t, ga64_get(l, t, in->rd), ~field), v));
    else
        ga64_set(l, in->rd, ga64_k(l, t, row->arg == OP(movn) ? ~v : v));
    return 0;
}

/* ---- bit fields ---- */

static enum ir_type type_of_width(unsigned w)
{
    return w == 8 ? T_I8 : w == 16 ? T_I16 : w == 32 ? T_I32 : T_VOID;
}

/* Bits at .. at + w - 1 of v, extended. */
static ir_ref field(struct lift *l, enum ir_type t, ir_ref v, unsigned at, unsigned w, bool sign)
{
    unsigned size = ir_type_bits(t);
    enum ir_type n = type_of_width(w);

    if (at + w == size)
        return opk(l, sign ? IR_sar : IR_shr, t, v, at);
    if (at == 0 && n != T_VOID)
        return op1(l, sign ? IR_sext : IR_zext, t, op1(l, IR_trunc, n, v));
    if (sign)
        return opk(l, IR_sar, t, opk(l, IR_shl, t, v, size - at - w), size - w);
    return opk(l, IR_and, t, at ? opk(l, IR_shr, t, v, at) : v, ones(w));
}

/* The low w bits of v, extended, shifted left by `to` (0 < to, to + w <= size). */
static ir_ref placed(struct lift *l, enum ir_type t, ir_ref v, unsigned to, unsigned w, bool sign)
{
    unsigned size = ir_type_bits(t);

    if (to + w == size)
        return opk(l, IR_shl, t, v, to);
    if (sign && type_of_width(w) == T_VOID)
        return opk(l, IR_sar, t, opk(l, IR_shl, t, v, size - w), size - w - to);
    return opk(l, IR_shl, t, field(l, t, v, 0, w, sign), to);
}

/* bfi, bfxil: w bits of v from `from` replace those of Rd at `to`. */
static ir_ref inserted(struct lift *l, enum ir_type t, const struct ginsn *in, ir_ref v, unsigned to, unsigned from, unsigned w)
{
    ir_ref old;

    if (w == ir_type_bits(t))
        return v;
    old = opk(l, IR_and, t, ga64_get(l, t, in->rd), ~(ones(w) << to));
    v = to ? placed(l, t, v, to, w, false) : field(l, t, v, from, w, false);
    return op2(l, IR_or, t, old, v);
}

unsigned ga64_lift_bitfield(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    unsigned immr = ga64_bits(in->raw, 21, 16), imms = ga64_bits(in->raw, 15, 10), size = ir_type_bits(t);
    bool down = imms >= immr;
    unsigned from = down ? immr : 0, to = down ? 0 : size - immr, w = down ? imms - immr + 1 : imms + 1;
    ir_ref v = ga64_get(l, t, in->rs1);

    if (row->arg == OP(bfm))
        v = inserted(l, t, in, v, to, from, w);
    else if (w != size)
        v = down ? field(l, t, v, from, w, row->arg == OP(sbfm)) : placed(l, t, v, to, w, row->arg == OP(sbfm));
    ga64_set(l, in->rd, v);
    return 0;
}

unsigned ga64_lift_extract(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    unsigned lsb = ga64_bits(in->raw, 15, 10), size = ir_type_bits(t);
    ir_ref hi = ga64_get(l, t, in->rs1), lo = ga64_get(l, t, in->rs2);

    if (lsb == 0)
        ga64_set(l, in->rd, lo);
    else if (in->rs1 == in->rs2)
        ga64_set(l, in->rd, opk(l, IR_rotr, t, lo, lsb));
    else
        ga64_set(l, in->rd, op2(l, IR_or, t, opk(l, IR_shr, t, lo, lsb), opk(l, IR_shl, t, hi, size - lsb)));
    return 0;
}

/* ---- two and three sources ---- */

/* The IR's quotient by zero is ~0; here it is 0 (C6.2). */
unsigned ga64_lift_div(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    ir_ref a = ga64_get(l, t, in->rs1), b = ga64_get(l, t, in->rs2), zero = ga64_k(l, t, 0);
    ir_ref q = op2(l, row->arg == OP(sdiv) ? IR_sdiv : IR_udiv, t, a, b);

    ga64_set(l, in->rd, ir_op3(l->f, IR_select, t, op2(l, IR_eq, T_I1, b, zero), zero, q));
    return 0;
}

/* The amount counts modulo the width, as the IR's does. */
unsigned ga64_lift_shift_reg(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    enum ir_op op = row->arg == OP(lslv) ? IR_shl : row->arg == OP(lsrv) ? IR_shr : row->arg == OP(asrv) ? IR_sar : IR_rotr;

    ga64_set(l, in->rd, op2(l, op, t, ga64_get(l, t, in->rs1), ga64_get(l, t, in->rs2)));
    return 0;
}

static ir_ref rev16(struct lift *l, enum ir_type t, ir_ref v)
{
    uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    ir_ref up = opk(l, IR_shl, t, opk(l, IR_and, t, v, even), 8);

    if (t == T_I32)
        return opk(l, IR_rotr, t, op1(l, IR_bswap, t, v), 16);
    return op2(l, IR_or, t, up, opk(l, IR_and, t, opk(l, IR_shr, t, v, 8), even));
}

unsigned ga64_lift_bits_reg(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    ir_ref v = ga64_get(l, t, in->rs1);

    switch (ga64_row_op(row)) {
    case OP(rbit): v = op1(l, IR_bitrev, t, v); break;
    case OP(rev): v = op1(l, IR_bswap, t, v); break;
    case OP(rev16): v = rev16(l, t, v); break;
    case OP(rev32): v = opk(l, IR_rotr, t, op1(l, IR_bswap, t, v), 32); break;
    case OP(clz): v = op1(l, IR_clz, t, v); break;
    default:                    /* cls: sign bits below the sign; v ^ (v >> 1) has its top bit clear */
        v = op2(l, IR_xor, t, v, opk(l, IR_sar, t, v, 1));
        v = opk(l, IR_sub, t, op1(l, IR_clz, t, v), 1);
    }
    ga64_set(l, in->rd, v);
    return 0;
}

/* Ra plus or minus a product. */
static void set_mul_add(struct lift *l, const struct ginsn *in, enum ir_type t, ir_ref product, bool minus)
{
    if (!minus && in->rs3 == 31)
        ga64_set(l, in->rd, product);
    else
        ga64_set(l, in->rd, op2(l, minus ? IR_sub : IR_add, t, ga64_get(l, t, in->rs3), product));
}

unsigned ga64_lift_madd(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);
    ir_ref p = op2(l, IR_mul, t, ga64_get(l, t, in->rs1), ga64_get(l, t, in->rs2));

    set_mul_add(l, in, t, p, row->arg == OP(msub));
    return 0;
}

unsigned ga64_lift_maddl(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    enum ir_op ext = op == OP(smaddl) || op == OP(smsubl) ? IR_sext : IR_zext;
    ir_ref a = op1(l, ext, T_I64, ga64_get(l, T_I32, in->rs1)), b = op1(l, ext, T_I64, ga64_get(l, T_I32, in->rs2));

    set_mul_add(l, in, T_I64, op2(l, IR_mul, T_I64, a, b), op == OP(smsubl) || op == OP(umsubl));
    return 0;
}

unsigned ga64_lift_mulh(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a = ga64_get(l, T_I64, in->rs1), b = ga64_get(l, T_I64, in->rs2);

    ga64_set(l, in->rd, op2(l, row->arg == OP(smulh) ? IR_mulhs : IR_mulhu, T_I64, a, b));
    return 0;
}

/* Reflected CRC-32 and CRC-32C: irh_crc32() takes width and polynomial in one operand. */
unsigned ga64_lift_crc32(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned log2 = ga64_bits(in->raw, 11, 10), castagnoli = ga64_bits(in->raw, 12, 12);
    ir_ref acc = op1(l, IR_zext, T_I64, ga64_get(l, T_I32, in->rs1)), v = ga64_get(l, T_I64, in->rs2);

    acc = ir_helper(l->f, GA64_HELPER_crc32, T_I64, acc, v, ga64_k(l, T_I64, log2 | castagnoli << 2));
    ga64_set(l, in->rd, op1(l, IR_trunc, T_I32, acc));
    return 0;
}

/* ---- conditions ---- */

unsigned ga64_lift_csel(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    enum ir_type t = ga64_sf(in);
    unsigned cond = ga64_bits(in->raw, 15, 12);
    ir_ref a = ga64_get(l, t, in->rs1), b = ga64_get(l, t, in->rs2);

    if (cond >= 14) {
        ga64_set(l, in->rd, a);
        return 0;
    }
    if (op == OP(csinc) && in->rs1 == in->rs2) {        /* cinc, cset */
        ga64_set(l, in->rd, op2(l, IR_add, t, a, op1(l, IR_zext, t, ga64_cond(l, cond ^ 1))));
        return 0;
    }
    if (op == OP(csinv) && in->rs1 == 31 && in->rs2 == 31) {    /* csetm */
        ga64_set(l, in->rd, op2(l, IR_sub, t, a, op1(l, IR_zext, t, ga64_cond(l, cond ^ 1))));
        return 0;
    }
    if (op == OP(csinc))
        b = opk(l, IR_add, t, b, 1);
    else if (op == OP(csinv))
        b = not_of(l, t, b);
    else if (op == OP(csneg))
        b = op2(l, IR_sub, t, ga64_k(l, t, 0), b);
    ga64_set(l, in->rd, ir_op3(l->f, IR_select, t, ga64_cond(l, cond), a, b));
    return 0;
}

/* Flags of a compare where the condition holds, else the constant nzcv. */
static void conditional_compare(struct lift *l, const struct ginsn *in, const struct ga64_row *row, ir_ref b)
{
    enum ir_type t = ga64_sf(in);
    unsigned cond = ga64_bits(in->raw, 15, 12), nzcv = in->raw & 15;
    ir_ref holds = ga64_cond(l, cond), f[4];

    with_flags(l, row->arg == OP(ccmp), t, ga64_get(l, t, in->rs1), b, f);
    for (unsigned i = 0; i < 4 && cond < 14; i++)
        f[i] = ir_op3(l->f, IR_select, T_I1, holds, f[i], ga64_k(l, T_I1, nzcv >> (3 - i) & 1));
    ga64_set_nzcv(l, f[0], f[1], f[2], f[3]);
}

unsigned ga64_lift_ccmp_reg(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    conditional_compare(l, in, row, ga64_get(l, ga64_sf(in), in->rs2));
    return 0;
}

unsigned ga64_lift_ccmp_imm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    conditional_compare(l, in, row, ga64_k(l, ga64_sf(in), (uint64_t)in->imm));
    return 0;
}

static ir_ref bit_of(struct lift *l, ir_ref v, unsigned n)
{
    return opk(l, IR_and, T_I64, opk(l, IR_shr, T_I64, v, n), 1);
}

/* rmif: bits 3..0 of the rotated register into those of n z c v that the mask names. */
static void rmif(struct lift *l, const struct ginsn *in)
{
    unsigned by = ga64_bits(in->raw, 20, 15), mask = in->raw & 15;
    ir_ref v = opk(l, IR_rotr, T_I64, ga64_get(l, T_I64, in->rs1), by);

    for (unsigned i = 0; i < 4; i++)
        if (mask >> (3 - i) & 1)
            ir_put(l->f, GA64_S_n + i, bit_of(l, v, 3 - i));
}

/* setf8, setf16: n and z of the low `size` bits, v where they overflowed as a signed result; c stays. */
unsigned ga64_lift_flagm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned size = row->arg == OP(setf8) ? 8 : 16;
    ir_ref v = ga64_get(l, T_I64, in->rs1), low, z;

    if (row->arg == OP(cfinv)) {
        ir_put(l->f, GA64_S_c, opk(l, IR_xor, T_I64, ir_get(l->f, GA64_S_c), 1));
        return 0;
    }
    if (row->arg == OP(rmif)) {
        rmif(l, in);
        return 0;
    }
    low = opk(l, IR_and, T_I64, v, ones(size));
    z = op2(l, IR_eq, T_I1, low, ga64_k(l, T_I64, 0));
    ir_put(l->f, GA64_S_n, bit_of(l, v, size - 1));
    ir_put(l->f, GA64_S_z, op1(l, IR_zext, T_I64, z));
    ir_put(l->f, GA64_S_v, op2(l, IR_xor, T_I64, bit_of(l, v, size), bit_of(l, v, size - 1)));
    return 0;
}
