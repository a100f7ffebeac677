/* AArch64 cryptography (C7.2): AES, SHA-1, SHA-2, SHA-3, SM3, SM4. All but SHA-3 are VOPs of their own. */
#include "passes/lift/aarch64/lift_vec.h"

unsigned ga64_lift_aes(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a = ga64_getv(l, in->rs1), v;

    switch (ga64_row_op(row)) {
    case GA64_OP_aese:  v = ga64_v2(l, IR_vaese, 0, ga64_getv(l, in->rd), a); break;
    case GA64_OP_aesd:  v = ga64_v2(l, IR_vaesd, 0, ga64_getv(l, in->rd), a); break;
    case GA64_OP_aesmc: v = ga64_v1(l, IR_vaesmc, 0, a); break;
    default:            v = ga64_v1(l, IR_vaesimc, 0, a); break;
    }
    ga64_setf(l, in->rd, v);
    return 0;
}

/* Operations on the destination and Vn, and Vm where they have three. */
struct hash { enum ir_op op; bool three; };
static const struct hash hash[GA64_NOP] = {
    [OP(sha1c)] = { IR_vsha1c, true },          [OP(sha1p)] = { IR_vsha1p, true },          [OP(sha1m)] = { IR_vsha1m, true },
    [OP(sha1su0)] = { IR_vsha1su0, true },      [OP(sha1su1)] = { IR_vsha1su1, false },
    [OP(sha256h)] = { IR_vsha256h, true },      [OP(sha256h2)] = { IR_vsha256h2, true },
    [OP(sha256su0)] = { IR_vsha256su0, false }, [OP(sha256su1)] = { IR_vsha256su1, true },
    [OP(sha512h)] = { IR_vsha512h, true },      [OP(sha512h2)] = { IR_vsha512h2, true },
    [OP(sha512su0)] = { IR_vsha512su0, false }, [OP(sha512su1)] = { IR_vsha512su1, true },
    [OP(sm3partw1)] = { IR_vsm3partw1, true },  [OP(sm3partw2)] = { IR_vsm3partw2, true },
    [OP(sm3tt1a)] = { IR_vsm3tt1a, true },      [OP(sm3tt1b)] = { IR_vsm3tt1b, true },
    [OP(sm3tt2a)] = { IR_vsm3tt2a, true },      [OP(sm3tt2b)] = { IR_vsm3tt2b, true },
    [OP(sm4e)] = { IR_vsm4e, false },
};

static void lift_hash(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned flags)
{
    ir_ref d = ga64_getv(l, in->rd), a = ga64_getv(l, in->rs1), b = hash[op].three ? ga64_getv(l, in->rs2) : IR_NONE;

    ga64_setf(l, in->rd, ir_vec(l->f, hash[op].op, flags, d, a, b));
}

unsigned ga64_lift_sha(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    if (ga64_row_op(row) == GA64_OP_sha1h) {
        ir_ref v = ga64_v1(l, IR_vrotr, VL(VL_32, 2), ga64_getv(l, in->rs1));

        ga64_put_scalar(l, in, VL_32, (struct ga64_vres){ v, IR_NONE });
    } else {
        lift_hash(l, in, ga64_row_op(row), 0);
    }
    return 0;
}

unsigned ga64_lift_sha3(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a = ga64_getv(l, in->rs1), b = ga64_getv(l, in->rs2), v;
    unsigned n = ga64_bits(in->raw, 15, 10);

    switch (ga64_row_op(row)) {
    case GA64_OP_eor3: v = ga64_v2(l, IR_vxor, 0, ga64_v2(l, IR_vxor, 0, a, b), ga64_getv(l, in->rs3)); break;
    case GA64_OP_bcax: v = ga64_v2(l, IR_vxor, 0, a, ga64_v2(l, IR_vandn, 0, b, ga64_getv(l, in->rs3))); break;
    case GA64_OP_rax1: v = ga64_v2(l, IR_vxor, 0, a, ga64_v1(l, IR_vrotr, VL(VL_64, 63), b)); break;
    default:                                                                                    /* xar */
        v = ga64_v2(l, IR_vxor, 0, a, b);
        v = n ? ga64_v1(l, IR_vrotr, VL(VL_64, n), v) : v;
        break;
    }
    ga64_setf(l, in->rd, v);
    return 0;
}

unsigned ga64_lift_sm3(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);

    if (op == GA64_OP_sm3ss1)
        ga64_setf(l, in->rd, ir_vec(l->f, IR_vsm3ss1, 0, ga64_getv(l, in->rs1), ga64_getv(l, in->rs2), ga64_getv(l, in->rs3)));
    else if (op == GA64_OP_sm3partw1 || op == GA64_OP_sm3partw2)
        lift_hash(l, in, op, 0);
    else
        lift_hash(l, in, op, VL(0, ga64_bits(in->raw, 13, 12)));
    return 0;
}

unsigned ga64_lift_sm4(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    if (ga64_row_op(row) == GA64_OP_sm4ekey)
        ga64_setf(l, in->rd, ga64_v2(l, IR_vsm4ekey, 0, ga64_getv(l, in->rs1), ga64_getv(l, in->rs2)));
    else
        lift_hash(l, in, GA64_OP_sm4e, 0);
    return 0;
}
