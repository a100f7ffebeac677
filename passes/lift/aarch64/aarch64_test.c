/* The A64 decoder and formatter without binutils: rows find themselves, immediates against their definition, flow and targets,
 * system registers, golden texts. tests/disasm/guest_a64.sh compares the text of everything with objdump's. */
#include "passes/lift/aarch64/aarch64.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

/* splitmix64 */
static uint32_t rnd(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (uint32_t)(z ^ z >> 31);
}

static struct ginsn decode(uint32_t w, uint64_t pc)
{
    uint8_t b[4] = { (uint8_t)w, (uint8_t)(w >> 8), (uint8_t)(w >> 16), (uint8_t)(w >> 24) };
    struct ginsn in;

    ga64_decode(b, sizeof b, pc, &in);
    return in;
}

/* The first row of the table that matches: what the generated tables must find. */
static uint32_t slow_row(uint32_t w)
{
    for (uint32_t i = 1; i < GA64_NROW; i++)
        if ((w & ga64_row[i].mask) == ga64_row[i].match)
            return i;
    return 0;
}

START_TEST(tables_find_the_first_row)
{
    unsigned found = 0;

    for (unsigned i = 0; i < 100000; i++) {
        uint32_t row = 1 + rnd() % (GA64_NROW - 1), any = rnd(), w = ga64_row[row].match | (any & ~ga64_row[row].mask);
        struct ginsn in;

        if (i % 4 == 0)
            w ^= 1u << rnd() % 32;
        in = decode(w, 0);
        ck_assert_msg(in.row == 0 || in.row == slow_row(w), "%08x: row %u, not %u", w, in.row, slow_row(w));
        found += in.row != 0;
    }
    ck_assert_uint_gt(found, 80000);
}
END_TEST

/* Every row has an instance, of its own flow class; its text has a known form. */
START_TEST(rows_have_instances)
{
    for (uint32_t row = 1; row < GA64_NROW; row++) {
        const struct ga64_row *r = &ga64_row[row];
        unsigned found = 0;

        for (unsigned i = 0; i < 3000 && found < 8; i++) {
            struct ginsn in = decode(r->match | (rnd() & ~r->mask), 0x1000);
            char text[160];

            if (in.row != row)
                continue;
            found++;
            ck_assert_int_gt(ga64_format(&in, text, sizeof text), 0);
            ck_assert_msg(!strchr(text, '?') && !strchr(text, '{') == !strchr(text, '}'), "%s: %s", r->name, text);
            if (!(r->flags & K_SYSREG))
                ck_assert_uint_eq(in.flow, r->flags & K_FLOW);
            ck_assert_uint_eq(in.len, 4);
        }
        ck_assert_msg(found > 0, "%s: no instance decodes to it", r->name);
    }
}
END_TEST

/* DecodeBitMasks: how many encodings are valid, and 32-bit ones are two equal halves. */
static void check_bitmasks(bool wide)
{
    unsigned n = 0, want = 0, width = wide ? 64 : 32;

    for (unsigned e = 0; e < 1u << 13; e++) {
        uint64_t v;

        if (!ga64_bitmask(e >> 12, e & 63, e >> 6 & 63, wide, &v))
            continue;
        if (!wide)
            ck_assert_uint_eq(v >> 32, v & 0xffffffff);
        ck_assert(v != 0 && v != ~UINT64_C(0));
        n++;
    }
    /* As many as there are (element size, run length, rotation), rotation bits above the element ignored. */
    for (unsigned esize = 2; esize <= width; esize *= 2)
        want += (esize - 1) * 64;
    ck_assert_uint_eq(n, want);
}

START_TEST(bitmasks)
{
    uint64_t v;

    check_bitmasks(true);
    check_bitmasks(false);
    ck_assert(ga64_bitmask(1, 7, 0, true, &v) && v == 0xff);
    ck_assert(ga64_bitmask(1, 7, 4, true, &v) && v == 0xf00000000000000f);
    ck_assert(ga64_bitmask(0, 0x3c, 0, false, &v) && v == 0x5555555555555555);
    ck_assert(ga64_bitmask(0, 0x3c, 1, false, &v) && v == 0xaaaaaaaaaaaaaaaa);
    ck_assert(ga64_bitmask(0, 0x1e, 0, false, &v) && v == 0x7fffffff7fffffff);
    ck_assert(!ga64_bitmask(0, 0x3d, 0, true, &v));
    ck_assert(!ga64_bitmask(1, 0x3f, 0, true, &v));
    ck_assert(!ga64_bitmask(1, 0, 0, false, &v));
}
END_TEST

START_TEST(vector_and_fp_immediates)
{
    ck_assert(ga64_fpimm(0x70) == 1.0);
    ck_assert(ga64_fpimm(0xf0) == -1.0);
    ck_assert(ga64_fpimm(0x00) == 2.0);
    ck_assert(ga64_fpimm(0x3f) == 31.0);
    ck_assert(ga64_fpimm(0x40) == 0.125);
    ck_assert(ga64_fpimm(0xc1) == -0.1328125);
    ck_assert_uint_eq(ga64_imm64(0x6f00e7e0 | 5u << 16), 0xff00ffffffffffff);
    ck_assert_uint_eq(ga64_imm64(0x2f00e4a0), 0x0000000000ff00ff);
}
END_TEST

static const struct { uint32_t word; uint8_t flow; uint64_t target; } flows[] = {
    { 0x54000040, GF_BRANCH, 0x10008 }, { 0x54ffffe1, GF_BRANCH, 0xfffc }, { 0xb4000040, GF_BRANCH, 0x10008 },
    { 0x3707fffe, GF_BRANCH, 0xfffc }, { 0x14000002, GF_JUMP, 0x10008 }, { 0x17ffffff, GF_JUMP, 0xfffc },
    { 0x95ffffff, GF_CALL, 0x800fffc }, { 0x97fffffe, GF_CALL, 0xfff8 },
    { 0xd61f0200, GF_IJUMP, 0 }, { 0xd63f0200, GF_ICALL, 0 }, { 0xd65f03c0, GF_RET, 0 }, { 0xd4000001, GF_SYSCALL, 0 },
    { 0xd4200000, GF_TRAP, 0 }, { 0x00000000, GF_TRAP, 0 }, { 0xd503201f, GF_NEXT, 0 }, { 0xd5033fdf, GF_BARRIER, 0 },
    { 0xd50b7520, GF_BARRIER, 0 },                              /* ic ivau */
    { 0xd50b7420, GF_NEXT, 0 },                                 /* dc zva */
    { 0xd5087620, GF_TRAP, 0 },                                 /* dc isw */
    { 0xd51b4400, GF_BARRIER, 0 }, { 0xd53b4400, GF_NEXT, 0 },  /* fpcr */
    { 0xd51b4420, GF_NEXT, 0 }, { 0xd51bd040, GF_NEXT, 0 }, { 0xd53bd040, GF_NEXT, 0 },
    { 0xd51bd060, GF_TRAP, 0 }, { 0xd53bd060, GF_NEXT, 0 },     /* tpidrro_el0 */
    { 0xd53b4220, GF_TRAP, 0 },                                 /* daif */
    { 0xd5380600, GF_NEXT, 0 }, { 0xd5180600, GF_TRAP, 0 },     /* id_aa64isar0_el1 */
    { 0xd5381000, GF_TRAP, 0 },                                 /* sctlr_el1 */
};

START_TEST(flow_and_targets)
{
    struct ginsn in = decode(flows[_i].word, 0x10000);

    ck_assert_msg(in.flow == flows[_i].flow, "%08x: flow %u", flows[_i].word, in.flow);
    ck_assert_msg(in.target == flows[_i].target, "%08x: target %#llx", flows[_i].word, (unsigned long long)in.target);
}
END_TEST

/* ginsn's fields, which the texts do not show: imm by lift class, register fields of any word. */
static const struct { uint32_t word; int64_t imm; } imms[] = {
    { 0x91400421, 0x1000 }, { 0x92401c20, 0xff }, { 0x12009c20, 0xff00ff }, { 0xd2a00020, 0x10000 },
    { 0xd2ffffe0, -0x1000000000000 }, { 0x30ffffe0, -3 }, { 0xb0000000, 0x1000 }, { 0xf0ffffe0, -0x1000 }, { 0x54ffffe1, -4 },
    { 0x3707fffe, -4 }, { 0x17ffffff, -4 },
    { 0x58000040, 8 }, { 0xd8000043, 8 }, { 0xf98c0023, 6144 }, { 0xf89ff020, -1 }, { 0xf8a26820, 0 }, { 0xba5f0804, 31 },
    { 0xd4000021, 1 }, { 0xd43fffe0, 0xffff }, { 0xf9400420, 8 }, { 0x3dc00420, 16 }, { 0xf85ffc20, -1 }, { 0xa9bf7bfd, -16 },
    { 0x28c10440, 8 }, { 0xadbf0440, -32 }, { 0x697f0440, -8 }, { 0x8b020020, 0 },
};

START_TEST(immediates)
{
    struct ginsn in = decode(imms[_i].word, 0x10000);

    ck_assert(in.row != 0);
    ck_assert_msg(in.imm == imms[_i].imm, "%08x: %lld", imms[_i].word, (long long)in.imm);
    in = decode(0x9b031041, 0);         /* madd x1, x2, x3, x4 */
    ck_assert(in.rd == 1 && in.rs1 == 2 && in.rs2 == 3 && in.rs3 == 4);
}
END_TEST

static const char *const op_name[GA64_NOP] = {
#define O(name) [GA64_OP_##name] = #name,
    GA64_OPS(O)
#undef O
};

/* log2 of the bytes a row of a load or store class accesses, from its encoding (C4.1.4). */
static unsigned access_log2(const struct ga64_row *r)
{
    uint32_t w = r->match;
    bool fp = w >> 26 & 1;

    switch (r->cls) {
    case GA64_C_ldst_pair: return fp ? 2 + (w >> 30) : (w >> 30) == 2 ? 3 : 2;
    case GA64_C_ldst_lit: return fp ? 2 + (w >> 30) : (w >> 30) == 1 ? 3 : 2;
    case GA64_C_casp: return 2 + (w >> 30 & 1);
    case GA64_C_ldst_uimm: case GA64_C_ldst_simm: case GA64_C_ldst_reg: return fp && (w >> 23 & 1) ? 4 : w >> 30;
    default: return w >> 30;
    }
}

static bool is_load_store(const struct ga64_row *r)
{
    static const uint8_t cls[] = {
        GA64_C_ldst_lit, GA64_C_ldst_pair, GA64_C_ldst_uimm, GA64_C_ldst_simm, GA64_C_ldst_reg, GA64_C_ldst_excl, GA64_C_ldst_exclp,
        GA64_C_ldst_order, GA64_C_cas, GA64_C_casp, GA64_C_atomic,
    };

    return memchr(cls, r->cls, sizeof cls) != NULL;
}

/* Classes whose argument is a number of their own; the others' is an operation. */
static bool has_number(const struct ga64_row *r)
{
    static const uint8_t cls[] = {
        GA64_C_illegal, GA64_C_adr, GA64_C_bcond, GA64_C_b, GA64_C_cbz, GA64_C_tbz, GA64_C_br, GA64_C_svc, GA64_C_brk,
        GA64_C_nop, GA64_C_clrex, GA64_C_barrier, GA64_C_dc_zva, GA64_C_dc_clean, GA64_C_ic_ivau, GA64_C_msr, GA64_C_mrs, GA64_C_prefetch,
        GA64_C_fp_cvt, GA64_C_fp_imm, GA64_C_fp_csel, GA64_C_fp_mov, GA64_C_v_dup_lane, GA64_C_v_dup_gpr, GA64_C_s_dup_lane,
        GA64_C_v_ins_gpr, GA64_C_v_ins_lane, GA64_C_v_to_gpr, GA64_C_v_ext, GA64_C_v_ldst_multi, GA64_C_v_ldst_lane,
        GA64_C_v_ldst_rep,
    };

    return memchr(cls, r->cls, sizeof cls) != NULL;
}

/* Size, direction, extension, write-back of a MEM or AMO row; a name "ld...s..." up to the suffix extends the sign. */
static void check_load_store(const struct ga64_row *r)
{
    size_t n = strcspn(r->name, "_");
    bool sign = strncmp(r->name, "ld", 2) == 0 && memchr(r->name + 2, 's', n - 2) && r->cls != GA64_C_atomic;
    bool post = strstr(r->name, "_post"), pre = strstr(r->name, "_pre");

    ck_assert_msg((r->arg & GA64_MEM_LOG2) == access_log2(r), "%s", r->name);
    ck_assert_msg(((r->arg & M_ST) != 0) == (strncmp(r->name, "st", 2) == 0), "%s", r->name);
    ck_assert_msg(((r->arg & M_FP) != 0) == (r->match >> 26 & 1), "%s", r->name);
    ck_assert_msg(((r->arg & (M_SX32 | M_SX64)) != 0) == sign, "%s", r->name);
    ck_assert_msg(((r->arg & M_POST) != 0) == post && ((r->arg & M_PRE) != 0) == pre, "%s", r->name);
}

/* The argument column says the same as encoding and name: sizes, direction, order, operations. */
START_TEST(arguments)
{
    unsigned ops = 0, mems = 0;

    for (uint32_t row = 1; row < GA64_NROW; row++) {
        const struct ga64_row *r = &ga64_row[row];
        unsigned op = r->cls == GA64_C_atomic ? r->arg >> 20 : r->arg;

        if (is_load_store(r)) {
            mems++;
            check_load_store(r);
        }
        if (r->cls == GA64_C_atomic) {
            ck_assert_msg(((r->arg & M_ACQ) != 0) == (r->match >> 23 & 1), "%s", r->name);
            ck_assert_msg(((r->arg & M_REL) != 0) == (r->match >> 22 & 1), "%s", r->name);
        } else if (is_load_store(r) || has_number(r)) {
            continue;
        }
        ops++;
        ck_assert_msg(op < GA64_NOP && strncmp(r->name, op_name[op], strlen(op_name[op])) == 0, "%s", r->name);
    }
    ck_assert_uint_gt(ops, 600);
    ck_assert_uint_gt(mems, 300);
}
END_TEST

/* One text of each kind of operand; pc is 0x10000. */
static const struct { uint32_t word; const char *text; } texts[] = {
    { 0x91400421, "add\tx1, x1, #0x1, lsl #12" }, { 0x910003fd, "add\tx29, sp, #0x0" }, { 0xf100041f, "subs\txzr, x0, #0x1" },
    { 0x92401c20, "and\tx0, x1, #0xff" }, { 0x12001c20, "and\tw0, w1, #0xff" }, { 0xd2a00020, "movz\tx0, #0x1, lsl #16" },
    { 0xd3403c20, "ubfm\tx0, x1, #0, #15" }, { 0x93c20c20, "extr\tx0, x1, x2, #3" }, { 0xaa0203e0, "orr\tx0, xzr, x2" },
    { 0xcb820c20, "sub\tx0, x1, x2, asr #3" }, { 0x8b226bff, "add\tsp, sp, x2, lsl #2" },
    { 0x8b22c820, "add\tx0, x1, w2, sxtw #2" }, { 0x4b2963b2, "sub\tw18, w29, w9, uxtx" },
    { 0xba410804, "ccmn\tx0, #0x1, #0x4, eq" }, { 0x9a821420, "csinc\tx0, x1, x2, ne" },
    { 0x1ac06020, ".inst\t0x1ac06020 ; undefined" }, { 0x9b020c20, "madd\tx0, x1, x2, x3" }, { 0x10000000, "adr\tx0, 0x10000" },
    { 0xb0000000, "adrp\tx0, 0x11000" }, { 0x54000041, "b.ne\t0x10008" }, { 0x37080040, "tbnz\tw0, #1, 0x10008" },
    { 0xd65f03c0, "ret" }, { 0xd65f0020, "ret\tx1" }, { 0xd503245f, "hint\t#0x22" }, { 0xd5033bbf, "dmb\tish" },
    { 0xd5033fdf, "isb" }, { 0xd53bd040, "mrs\tx0, tpidr_el0" }, { 0xd518ff0a, "msr\ts3_0_c15_c15_0, x10" },
    { 0xd50b7421, "sys\t#3, C7, C4, #1, x1" }, { 0xf9400420, "ldr\tx0, [x1, #8]" }, { 0xf8408c20, "ldr\tx0, [x1, #8]!" },
    { 0xf8408420, "ldr\tx0, [x1], #8" }, { 0x38216820, "strb\tw0, [x1, x1]" }, { 0x38217820, "strb\tw0, [x1, x1, lsl #0]" },
    { 0xf821d820, "str\tx0, [x1, w1, sxtw #3]" }, { 0xa9bf7bfd, "stp\tx29, x30, [sp, #-16]!" }, { 0xad000440, "stp\tq0, q1, [x2]" },
    { 0xf98c0023, "prfm\tpldl2strm, [x1, #6144]" }, { 0xc85ffc20, "ldaxr\tx0, [x1]" }, { 0x48207c82, "casp\tx0, x1, x2, x3, [x4]" },
    { 0x48217c82, ".inst\t0x48217c82 ; undefined" }, { 0xb8e00020, "ldaddal\tw0, w0, [x1]" }, { 0xb8bfc020, "ldapr\tw0, [x1]" },
    { 0x1e2e1000, "fmov\ts0, #1.000000000000000000e+00" }, { 0x1ea0c000, ".inst\t0x1ea0c000 ; undefined" },
    { 0x1e602018, "fcmpe\td0, #0.0" }, { 0x9e58fc20, "fcvtzs\tx0, d1, #1" }, { 0x4ea28420, "add\tv0.4s, v1.4s, v2.4s" },
    { 0x0ee28420, ".inst\t0x0ee28420 ; undefined" }, { 0x4e220020, "saddl2\tv0.8h, v1.16b, v2.16b" },
    { 0x6f00e7e0, "movi\tv0.2d, #0xffffffffff" }, { 0x0f00d7e0, "movi\tv0.2s, #0x1f, msl #16" },
    { 0x2f0f97a0, "uqshrn\tv0.8b, v29.8h, #1" }, { 0x4f81e041, "sdot\tv1.4s, v2.16b, v1.4b[0]" },
    { 0x6f615041, "fcmla\tv1.8h, v2.8h, v1.h[1], #180" }, { 0x4c40001f, "ld4\t{v31.16b, v0.16b, v1.16b, v2.16b}, [x0]" },
    { 0x4cdf0001, "ld4\t{v1.16b-v4.16b}, [x0], #64" }, { 0x0d401401, "ld1\t{v1.b}[5], [x0]" },
    { 0x4e1c0420, "dup\tv0.4s, v1.s[3]" }, { 0x6e1c2420, "ins\tv0.s[3], v1.s[1]" },
    { 0x4e036020, "tbl\tv0.16b, {v1.16b-v4.16b}, v3.16b" }, { 0xce820c20, "xar\tv0.2d, v1.2d, v2.2d, #3" },
};

START_TEST(golden_texts)
{
    struct ginsn in = decode(texts[_i].word, 0x10000);
    char text[160];
    int len = ga64_format(&in, text, sizeof text);

    ck_assert_str_eq(text, texts[_i].text);
    ck_assert_int_eq(len, (int)strlen(text));
}
END_TEST

/* Truncated input is row 0 with what was there as length; a short buffer is not overrun and the full length is returned. */
START_TEST(short_input_and_buffers)
{
    static const uint8_t ret[4] = { 0xc0, 0x03, 0x5f, 0xd6 };
    struct ginsn in;
    char text[160], small[160];

    for (size_t n = 1; n < 4; n++) {
        ga64_decode(ret, n, 0, &in);
        ck_assert(in.row == 0 && in.len == n && in.flow == GF_TRAP && in.aux == 1);
        ck_assert_int_gt(ga64_format(&in, text, sizeof text), 0);
    }
    in = decode(0x4c40001f, 0);
    int len = ga64_format(&in, text, sizeof text);
    for (size_t n = 1; n < (size_t)len; n++) {
        memset(small, 'x', sizeof small);
        ck_assert_int_eq(ga64_format(&in, small, n), len);
        ck_assert_msg(small[n] == 'x' && strlen(small) == n - 1 && strncmp(small, text, n - 1) == 0, "%zu: %s", n, small);
    }
}
END_TEST

/* Instances are of their row, print, and go where they are told; all masks 0: any register. */
START_TEST(random_instances_decode_to_their_row)
{
    struct guest_rng rng = { .s = { 42, 4711 } };
    char text[160];
    uint8_t b[16];

    for (uint32_t row = 1; row < GA64_NROW; row++)
        for (unsigned i = 0; i < 1000; i++) {
            struct ginsn in;

            ck_assert_msg(ga64_encode_random(row, &rng, 64, b) == 4, "%s cannot be encoded", ga64_row[row].name);
            ga64_decode(b, 4, 0x10000, &in);
            ck_assert_msg(in.row == row, "%s came back as %s (%08x)", ga64_row[row].name, ga64_row[in.row].name, in.raw);
            if (in.flow == GF_BRANCH || in.flow == GF_JUMP || in.flow == GF_CALL)
                ck_assert_uint_eq(in.target, 0x10000 + 64);
            if (i < 20) {
                ga64_format(&in, text, sizeof text);
                ck_assert_msg(!strstr(text, "undefined"), "%s: %s", ga64_row[row].name, text);
            }
        }
}
END_TEST

/* What a row writes by its encoding, seen from the few classes whose fields are plain. */
START_TEST(random_instances_keep_to_the_masks)
{
    struct guest_rng rng = { .s = { 1, 2 }, .dst = 0xf0, .base = 0x300, .src = 0xfffff0, .fdst = 0xff00, .index = 0x3000000 };
    uint8_t b[16];

    for (uint32_t row = 1; row < GA64_NROW; row++)
        for (unsigned i = 0; i < 50; i++) {
            const struct ga64_row *r = &ga64_row[row];
            struct ginsn in;

            if (!ga64_encode_random(row, &rng, 8, b))
                continue;
            ga64_decode(b, 4, 0, &in);
            if (is_load_store(r) && r->cls != GA64_C_ldst_lit)
                ck_assert_msg(0x300 >> in.rs1 & 1, "%s addresses x%u", r->name, in.rs1);
            if (r->cls == GA64_C_ldst_reg)
                ck_assert_msg(0x3000000 >> in.rs2 & 1, "%s: index x%u", r->name, in.rs2);
            if (r->cls == GA64_C_madd || r->cls == GA64_C_csel)
                ck_assert_msg(in.rd == 31 || (0xf0 >> in.rd & 1), "%s writes x%u", r->name, in.rd);
            if (r->cls == GA64_C_v_three_same || r->cls == GA64_C_fp_bin)
                ck_assert_msg(0xff00 >> in.rd & 1, "%s writes v%u", r->name, in.rd);
        }
}
END_TEST

/* Dispatch sequences of GCC and LLVM, at 0x10000; the index is w0, or w1 where a call is. */
static const struct { uint32_t word[12]; uint64_t relbase; uint32_t count; uint8_t size, shift;
                      bool sext, low, found; } dispatch[] = {
    /* cmp w0, #9; b.hi; adrp x1; add x1; ldrb w1, [x1, w0, uxtw]; adr x0; add x1, x0, w1, sxtb #2; br x1 */
    { { 0x7100241f, 0x540002c8, 0xb0000001, 0x91008021, 0x38604821, 0x10000060, 0x8b218801, 0xd61f0020 },
      0x10020, 10, 1, 2, true, true, true },
    /* the same with ldrh w1, [x1, w0, uxtw #1] and sxth #2 */
    { { 0x7100241f, 0x540002c8, 0xb0000001, 0x91008021, 0x78605821, 0x10000060, 0x8b21a801, 0xd61f0020 },
      0x10020, 10, 2, 2, true, true, true },
    /* mov w8, w0 before ldrb w11, [x9, x8]; add x10, x10, x11, lsl #2 */
    { { 0x7100241f, 0x540002c8, 0xb0000009, 0x2a0003e8, 0x91008129, 0x1000006a, 0x3868692b, 0x8b0b094a, 0xd61f0140 },
      0x10020, 10, 1, 2, false, true, true },
    /* cmp x0, #9; ldrsw x1, [x1, x0, lsl #2]; add x1, x2, x1 */
    { { 0xf100241f, 0x540002c8, 0xb0000001, 0x91008021, 0xb8a07821, 0x10000062, 0x8b010041, 0xd61f0020 },
      0x10020, 10, 4, 0, true, false, true },
    /* b.hs: one entry less */
    { { 0x7100241f, 0x540002c2, 0xb0000001, 0x91008021, 0x38604821, 0x10000060, 0x8b218801, 0xd61f0020 },
      0x10020, 9, 1, 2, true, true, true },
    /* b.ne bounds nothing */
    { { 0x7100241f, 0x540002c1, 0xb0000001, 0x91008021, 0x38604821, 0x10000060, 0x8b218801, 0xd61f0020 },
      0, 0, 0, 0, false, false, false },
    /* an index of 64 bits whose low half is bounded: [x1, x0] */
    { { 0x7100241f, 0x540002c8, 0xb0000001, 0x91008021, 0x38606821, 0x10000060, 0x8b218801, 0xd61f0020 },
      0, 0, 0, 0, false, false, false },
    /* x0 held an address; mov w1, w0 behind a call is its result: adr x0; bl; mov w1, w0; cmp w0, #9; b.hi; then by w1 */
    { { 0x10000000, 0x94000000, 0x2a0003e1, 0x7100241f, 0x54000268, 0xb0000002, 0x91008042, 0x38614842, 0x10000060, 0x8b228802, 0xd61f0040 },
      0x1002c, 10, 1, 2, true, false, true },
    /* an index that nobody compared */
    { { 0x7100241f, 0x540002c8, 0xb0000001, 0x91008021, 0x38624821, 0x10000060, 0x8b218801, 0xd61f0020 },
      0, 0, 0, 0, false, false, false },
};

START_TEST(jump_tables)
{
    struct guest_jumptable jt;
    struct ginsn seq[12];
    uint32_t n = 0, first = 0;

    for (; n < 12 && dispatch[_i].word[n]; n++) {
        seq[n] = decode(dispatch[_i].word[n], 0x10000 + 4 * n);
        first = seq[n].flow == GF_BRANCH ? n + 1 : first;
    }
    ck_assert_uint_eq(seq[n - 1].flow, GF_IJUMP);
    ck_assert_int_eq(ga64_jump_table(seq, n, first, &jt), dispatch[_i].found);
    if (!dispatch[_i].found)
        return;
    ck_assert_uint_eq(jt.table, 0x11020);
    ck_assert_uint_eq(jt.relbase, dispatch[_i].relbase);
    ck_assert_uint_eq(jt.count, dispatch[_i].count);
    ck_assert(jt.size == dispatch[_i].size && jt.shift == dispatch[_i].shift && jt.sext == dispatch[_i].sext);
    ck_assert(jt.low == dispatch[_i].low && jt.pcrel && !jt.guarded && !jt.loose);
    ck_assert(jt.index_slot == GA64_SLOT_X + (first > 2) && jt.index_at == first);
}
END_TEST

/* adr and br make a jump; a return through another register than x30 is one too. */
START_TEST(resolved_flow)
{
    struct ginsn adr = decode(0x10000050, 0x10000), br = decode(0xd61f0200, 0x10004), other = decode(0xd61f0220, 0x10004);
    struct ginsn ret = decode(0xd65f03c0, 0x10004), ret1 = decode(0xd65f0020, 0x10004), blr = decode(0xd63f0200, 0x10004);
    uint64_t t;

    ck_assert(ga64_resolve(&adr, &br, false, &t) == GF_JUMP && t == 0x10008);
    ck_assert(ga64_resolve(&adr, &blr, true, &t) == GF_CALL && t == 0x10008);
    ck_assert(ga64_resolve(&adr, &other, false, &t) == GF_IJUMP);
    ck_assert(ga64_resolve(NULL, &br, false, &t) == GF_IJUMP);
    ck_assert(ga64_resolve(NULL, &ret, false, &t) == GF_RET);
    ck_assert(ga64_resolve(NULL, &ret1, false, &t) == GF_IJUMP);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("aarch64");
    TCase *t = tcase_create("decode");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, tables_find_the_first_row);
    tcase_add_test(t, rows_have_instances);
    tcase_add_test(t, bitmasks);
    tcase_add_test(t, vector_and_fp_immediates);
    tcase_add_test(t, random_instances_decode_to_their_row);
    tcase_add_test(t, random_instances_keep_to_the_masks);
    tcase_add_loop_test(t, jump_tables, 0, ARRAY_LEN(dispatch));
    tcase_add_test(t, resolved_flow);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, flow_and_targets, 0, ARRAY_LEN(flows));
    tcase_add_loop_test(t, immediates, 0, ARRAY_LEN(imms));
    tcase_add_test(t, arguments);
    tcase_add_loop_test(t, golden_texts, 0, ARRAY_LEN(texts));
    tcase_add_test(t, short_input_and_buffers);
    suite_add_tcase(s, t);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
