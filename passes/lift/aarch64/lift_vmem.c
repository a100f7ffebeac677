/* Loads and stores of vector structures (DDI 0487, C4.1.4.2 to C4.1.4.5, "Advanced SIMD load/store"). Memory is accessed in
 * ascending address order, sixteen bytes at a time where it can be; a load that faults has changed no register. Elements get to
 * their places by vshuf, in steps that a host has instructions for. */
#include "passes/lift/aarch64/mem.h"

enum { NONE = 0x80, MAXREGS = 4 };

static unsigned nth(const struct ginsn *in, unsigned i)
{
    return (in->rd + i) % 32;
}

/* Post-indexed forms add Rm, or the bytes transferred where its number is 31. */
static void post_index(struct lift *l, const struct ginsn *in, unsigned arg, ir_ref base, unsigned bytes)
{
    ir_ref step;

    if (!(arg & M_POST))
        return;
    step = in->rs2 == 31 ? ga64_k(l, T_I64, bytes) : ga64_get(l, T_I64, in->rs2);
    ga64_set_sp(l, in->rs1, ir_op2(l->f, IR_add, T_I64, base, step));
}

/* A v128 of bytes of src[0..n): map[i] is 16 * source + byte, or NONE for zero. As few shuffles as there are pairs of sources. */
static ir_ref gather(struct lift *l, const ir_ref *src, unsigned n, const uint8_t map[16])
{
    ir_ref acc = IR_NONE;
    unsigned used = 0, held = 0;                /* sources that map names, that acc has: a bit each */

    for (unsigned i = 0; i < 16; i++)
        used |= map[i] < NONE ? 1u << (map[i] >> 4) : 0;
    for (unsigned s = 0, next; s < n; s = next + 1) {
        uint8_t p[16];

        next = s;
        if (!(used >> s & 1))
            continue;
        while (!acc && ++next < n && !(used >> next & 1))
            ;
        for (unsigned i = 0; i < 16; i++) {
            unsigned of = map[i] >> 4;
            if (map[i] >= NONE)
                p[i] = NONE;
            else if (!acc)
                p[i] = of == s ? map[i] & 15 : of == next && next < n ? 16 | (map[i] & 15) : NONE;
            else
                p[i] = held >> of & 1 ? (uint8_t)i : of == s ? 16 | (map[i] & 15) : NONE;
        }
        held |= 1u << s | (!acc && next < n ? 1u << next : 0);
        acc = acc ? ir_vshuf(l->f, acc, src[s], p) : ir_vshuf(l->f, src[s], next < n ? src[next] : src[s], p);
    }
    return acc ? acc : ga64_k(l, T_V128, 0);
}

/* Lanes of es bytes of a and b in turn, from their low (half 0) or high halves. */
static ir_ref zip(struct lift *l, ir_ref a, ir_ref b, unsigned es, unsigned half)
{
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)((i / es & 1) * 16 + half * 8 + i / (2 * es) * es + i % es);
    return ir_vshuf(l->f, a, b, p);
}

/* The lanes of v with the same number modulo n next to each other: n groups, of which group r holds lanes of register r. */
static ir_ref sort_lanes(struct lift *l, ir_ref v, unsigned n, unsigned es)
{
    unsigned per = 16 / (n * es);               /* lanes of one register */
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++) {
        unsigned lane = i / es;
        p[i] = (uint8_t)((lane % per * n + lane / per) * es + i % es);
    }
    return ir_vshuf(l->f, v, v, p);
}

/* mem[0..n): n * 16 bytes of structures. reg[r]: element r of each. */
static void deinterleave_full(struct lift *l, const ir_ref *mem, ir_ref *reg, unsigned n, unsigned es)
{
    ir_ref m[MAXREGS];

    if ((n != 2 && n != 4) || es == 8 || (n == 2 && es == 4)) {
        for (unsigned r = 0; r < n; r++) {
            uint8_t map[16];
            for (unsigned i = 0; i < 16; i++)
                map[i] = (uint8_t)((i / es * n + r) * es + i % es);
            reg[r] = gather(l, mem, n, map);
        }
        return;
    }
    for (unsigned i = 0; i < n; i++)
        m[i] = n == 4 && es == 4 ? mem[i] : sort_lanes(l, mem[i], n, es);
    if (n == 2) {
        reg[0] = zip(l, m[0], m[1], 8, 0);
        reg[1] = zip(l, m[0], m[1], 8, 1);
        return;
    }
    for (unsigned h = 0; h < 2; h++) {          /* the transpose of four by four 32-bit groups */
        ir_ref a = zip(l, m[0], m[1], 4, h), b = zip(l, m[2], m[3], 4, h);
        reg[2 * h] = zip(l, a, b, 8, 0);
        reg[2 * h + 1] = zip(l, a, b, 8, 1);
    }
}

/* The same of 64-bit registers: n * 8 bytes in mem; reg[r]: zero above. */
static void deinterleave_half(struct lift *l, const ir_ref *mem, ir_ref *reg, unsigned n, unsigned es)
{
    for (unsigned r = 0; r < n; r++) {
        uint8_t map[16];
        for (unsigned i = 0; i < 16; i++)
            map[i] = i < 8 ? (uint8_t)((i / es * n + r) * es + i % es) : NONE;
        reg[r] = gather(l, mem, (n + 1) / 2, map);
    }
}

/* The opposite: mem[0..), as many as hold all bytes. */
static void interleave(struct lift *l, const ir_ref *reg, ir_ref *mem, unsigned n, unsigned es, bool full)
{
    unsigned count = full ? n : (n + 1) / 2;

    if (n == 2) {
        for (unsigned i = 0; i < count; i++)
            mem[i] = zip(l, reg[0], reg[1], es, i);
        return;
    }
    if (n == 4) {
        for (unsigned i = 0; i < count; i += 2) {
            ir_ref even = zip(l, reg[0], reg[2], es, i / 2), odd = zip(l, reg[1], reg[3], es, i / 2);
            mem[i] = zip(l, even, odd, es, 0);
            mem[i + 1] = zip(l, even, odd, es, 1);
        }
        return;
    }
    for (unsigned m = 0; m < count; m++) {
        uint8_t map[16];
        for (unsigned i = 0; i < 16; i++) {
            unsigned at = m * 16 + i, lane = at / es;
            map[i] = at < n * (full ? 16 : 8) ? (uint8_t)(lane % n * 16 + lane / n * es + i % es) : NONE;
        }
        mem[m] = gather(l, reg, n, map);
    }
}

/* bytes (a multiple of 8) at base to or from v128 values of 16 bytes, the last one perhaps of 8. */
static void load_block(struct lift *l, ir_ref base, ir_ref *mem, unsigned bytes)
{
    for (unsigned at = 0; at < bytes; at += 16) {
        if (bytes - at >= 16)
            mem[at / 16] = ir_load(l->f, T_V128, base, (int32_t)at, MO_PLAIN);
        else
            mem[at / 16] = ir_vconv(l->f, IR_vzext, T_V128, 0, ir_load(l->f, T_F64, base, (int32_t)at, MO_PLAIN));
    }
}

static void store_block(struct lift *l, ir_ref base, const ir_ref *mem, unsigned bytes)
{
    for (unsigned at = 0; at < bytes; at += 16) {
        if (bytes - at >= 16)
            ir_store(l->f, T_V128, base, (int32_t)at, mem[at / 16], MO_PLAIN);
        else
            ir_store(l->f, T_F64, base, (int32_t)at, ir_vconv(l->f, IR_vlow, T_F64, 0, mem[at / 16]), MO_PLAIN);
    }
}

/* LD1 and ST1 of several registers: one after the other. */
static void multi_plain(struct lift *l, const struct ginsn *in, unsigned arg, ir_ref base, unsigned n, unsigned bytes)
{
    enum ir_type t = bytes == 16 ? T_V128 : T_F64;
    ir_ref v[MAXREGS];

    for (unsigned i = 0; i < n; i++) {
        if (arg & M_ST)
            ir_store(l->f, t, base, (int32_t)(i * bytes), ga64_getf(l, t, nth(in, i)), MO_PLAIN);
        else
            v[i] = ir_load(l->f, t, base, (int32_t)(i * bytes), MO_PLAIN);
    }
    for (unsigned i = 0; i < n && !(arg & M_ST); i++)
        ga64_setf(l, nth(in, i), v[i]);
}

unsigned ga64_lift_v_ldst_multi(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned arg = row->arg, n = arg >> GA64_VM_N_SHIFT & 7, elems = arg >> GA64_VM_E_SHIFT & 7;
    unsigned es = 1u << ga64_bits(in->raw, 11, 10);
    bool full = ga64_bits(in->raw, 30, 30);
    unsigned bytes = n * (full ? 16 : 8);
    ir_ref base, mem[MAXREGS], reg[MAXREGS];

    ir_at(l->f, in->pc);
    base = ga64_get_sp(l, T_I64, in->rs1);
    if (elems == 1) {
        multi_plain(l, in, arg, base, n, full ? 16 : 8);
    } else if (arg & M_ST) {
        for (unsigned i = 0; i < n; i++)
            reg[i] = ga64_getv(l, nth(in, i));
        interleave(l, reg, mem, n, es, full);
        store_block(l, base, mem, bytes);
    } else {
        load_block(l, base, mem, bytes);
        if (full)
            deinterleave_full(l, mem, reg, n, es);
        else
            deinterleave_half(l, mem, reg, n, es);
        for (unsigned i = 0; i < n; i++)
            ga64_setf(l, nth(in, i), reg[i]);
    }
    post_index(l, in, arg, base, bytes);
    return 0;
}

/* Q:S:size is the lane's number, times its bytes. */
static unsigned lane_of(uint32_t w, unsigned log2)
{
    return (ga64_bits(w, 30, 30) << 3 | ga64_bits(w, 12, 10)) >> log2;
}

unsigned ga64_lift_v_ldst_lane(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned arg = row->arg, log2 = arg & 7, n = arg >> 3 & 7, lane = lane_of(in->raw, log2);
    enum ir_type t = ga64_mem_int(log2);
    ir_ref base, v[MAXREGS];

    ir_at(l->f, in->pc);
    base = ga64_get_sp(l, T_I64, in->rs1);
    for (unsigned i = 0; i < n; i++) {
        int32_t at = (int32_t)(i << log2);
        if (arg & M_ST)
            ir_store(l->f, t, base, at, ir_vconv(l->f, IR_vextr, t, VL(log2, lane), ga64_getv(l, nth(in, i))), MO_PLAIN);
        else
            v[i] = ir_load(l->f, t, base, at, MO_PLAIN);
    }
    for (unsigned i = 0; i < n && !(arg & M_ST); i++)
        ga64_setf(l, nth(in, i), ir_vec(l->f, IR_vins, VL(log2, lane), ga64_getv(l, nth(in, i)), v[i], 0));
    post_index(l, in, arg, base, n << log2);
    return 0;
}

unsigned ga64_lift_v_ldst_rep(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned arg = row->arg, n = arg >> GA64_VM_N_SHIFT & 7, log2 = ga64_bits(in->raw, 11, 10);
    enum ir_type t = ga64_mem_int(log2);
    ir_ref base, v[MAXREGS];

    ir_at(l->f, in->pc);
    base = ga64_get_sp(l, T_I64, in->rs1);
    for (unsigned i = 0; i < n; i++)
        v[i] = ir_load(l->f, t, base, (int32_t)(i << log2), MO_PLAIN);
    for (unsigned i = 0; i < n; i++)
        ga64_setq(l, nth(in, i), ga64_bits(in->raw, 30, 30), ir_vconv(l->f, IR_vdup, T_V128, VL(log2, 0), v[i]));
    post_index(l, in, arg, base, n << log2);
    return 0;
}
