/* The AArch64 encoders against golden words (enc.t, compiled in), and what takes several words by a model of the few instructions
 * that it uses. `enc_test --rows` prints word and text of each row, `--sweep` those of operand combinations with text made from the
 * fields alone, for tests/disasm/a64.sh to compare with objdump. */
#include "jit/host/aarch64/enc.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row { uint32_t word; const char *call, *text; uint32_t got; };

/* Made at each call: the encoders are no constant expressions. */
static unsigned rows(struct row *out)
{
    unsigned n = 0;

#define ENC(w, call, text) out[n++] = (struct row){ w, #call, text, call };
#include "jit/host/aarch64/enc.t"
#undef ENC
    return n;
}

static struct row table[400];

START_TEST(golden)
{
    unsigned n = rows(table);

    ck_assert_uint_ge(n, 250);
    for (unsigned i = 0; i < n; i++)
        ck_assert_msg(table[i].got == table[i].word, "%s: %08x, expected %08x (%s)", table[i].call, table[i].got, table[i].word,
                      *table[i].text ? table[i].text : "no encoding");
}
END_TEST

/* ---- logical immediates ---- */

/* Each value that has an encoding: `ones` ones rotated right by rot in elements of `size` bits. */
static uint64_t pattern(unsigned size, unsigned ones, unsigned rot)
{
    uint64_t run = (UINT64_C(1) << ones) - 1, e = rot ? run >> rot | run << (size - rot) : run, v;

    if (size < 64)
        e &= (UINT64_C(1) << size) - 1;
    v = e;
    for (unsigned k = size; k < 64; k *= 2)
        v |= v << k;
    return v;
}

/* The manual's DecodeBitMasks, for 64-bit registers. */
static uint64_t decode_bitmask(uint32_t w)
{
    unsigned n = w >> 22 & 1, r = w >> 16 & 63, s = w >> 10 & 63, size = 1u << (31 - (unsigned)__builtin_clz(n << 6 | (~s & 63)));

    return pattern(size, (s & (size - 1)) + 1, r & (size - 1));
}

START_TEST(bitmasks)
{
    unsigned n = 0;

    for (unsigned size = 2; size <= 64; size *= 2)
        for (unsigned ones = 1; ones < size; ones++)
            for (unsigned rot = 0; rot < size; rot++) {
                uint64_t v = pattern(size, ones, rot);
                uint32_t w = a64_logic_imm(1, LOG_AND, 0, 0, v);

                ck_assert_msg(w && decode_bitmask(w) == v, "%#" PRIx64 ": %08x", v, w);
                n++;
                w = a64_logic_imm(1, LOG_AND, 0, 0, v ^ UINT64_C(1) << (v >> 7 & 63) ^ UINT64_C(1) << (v >> 13 & 63));
                ck_assert(!w || decode_bitmask(w) == (v ^ UINT64_C(1) << (v >> 7 & 63) ^ UINT64_C(1) << (v >> 13 & 63)));
            }
    ck_assert_uint_eq(n, 5334);
}
END_TEST

/* ---- sequences ---- */

/* Runs n words of MOVZ, MOVN, MOVK, ORR (immediate, from zero), ADD and SUB (immediate) and ADD (register) on a few registers. */
static void run(const struct abuf *b, uint64_t reg[32])
{
    for (uint32_t at = 0; at < b->n; at += 4) {
        uint32_t w = a64_get(b, at), rd = w & 31, rn = w >> 5 & 31, rm = w >> 16 & 31, hw = (w >> 21 & 3) * 16;
        uint64_t imm16 = (uint64_t)(w >> 5 & 0xffff) << hw, imm12 = (uint64_t)(w >> 10 & 0xfff) << (w >> 22 & 1) * 12;
        uint64_t mask = w >> 31 ? ~UINT64_C(0) : 0xffffffff;

        switch (w >> 23 & 0x3f) {
        case 0x25:
            if ((w >> 29 & 3) == MOV_K)
                reg[rd] = (reg[rd] & ~(UINT64_C(0xffff) << hw)) | imm16;
            else
                reg[rd] = ((w >> 29 & 3) == MOV_N ? ~imm16 : imm16) & mask;
            break;
        case 0x24: reg[rd] = (rn == 31 ? 0 : reg[rn]) | decode_bitmask(w); break;
        case 0x22: reg[rd] = w >> 30 & 1 ? reg[rn] - imm12 : reg[rn] + imm12; break;
        case 0x16: reg[rd] = reg[rn] + reg[rm]; break;
        case 0x14: reg[rd] = reg[rm]; break;    /* mov: orr from zero */
        default: ck_abort_msg("%08x: the model does not know it", w);
        }
    }
}

static uint64_t some_value(unsigned i)
{
    static uint64_t s = 88172645463325252u;
    static const uint64_t special[] = { 0, 1, 0xffff, 0x10000, UINT64_MAX, 0xffffffff, 0x80000000, 0xffffffff80000000,
        0x1234567890abcdef, 0xffff0000ffff1234, 0x00005555ffff0000, 0x7fc00000, 0xfffffffffffff000, 0x123000, 0xfff };

    s ^= s << 13, s ^= s >> 7, s ^= s << 17;
    if (i < ARRAY_LEN(special))
        return special[i];
    return i % 3 == 0 ? s : i % 3 == 1 ? s >> (s & 63) : (s & UINT64_C(0xffff) << (s >> 60 & 3) * 16) ^ (0 - (s >> 9 & 1));
}

START_TEST(constants)
{
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t v = some_value(i), reg[32] = { 0 };
        uint8_t buf[64];
        struct abuf b = { .p = buf, .cap = sizeof buf };

        a64_mov_imm(&b, 3, v);
        ck_assert_uint_le(b.n, 16);
        run(&b, reg);
        ck_assert_msg(reg[3] == v, "%#" PRIx64 ": %#" PRIx64, v, reg[3]);
        b.n = 0;
        reg[5] = UINT64_C(0x123456789abcdef);
        a64_add_imm(&b, 4, 5, (int64_t)v, 16);
        run(&b, reg);
        ck_assert_msg(reg[4] == reg[5] + v, "adding %#" PRIx64 ": %#" PRIx64, v, reg[4]);
        b.n = 0;
        a64_pair(&b, 7, (uint32_t)i);
        a64_fill_pair(buf, (uint32_t)v);
        run(&b, reg);
        ck_assert_uint_eq(reg[7], (uint32_t)v);
    }
}
END_TEST

/* ---- for the disassembler ---- */

static void sweep(void)
{
    static const char *const ext[] = { "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx" };
    static const char *const shift[] = { "lsl", "lsr", "asr", "ror" };

    for (unsigned r = 0; r < 31; r++) {
        unsigned s = (r * 7 + 3) % 31, t = (r * 11 + 5) % 31, k = r * 2 + 1;

        printf("%08x\tadd x%u, x%u, x%u\n", a64_addsub(1, false, false, r, s, t, SH_LSL, 0), r, s, t);
        printf("%08x\tsub x%u, x%u, w%u, %s #%u\n", a64_addsub_ext(1, true, false, r, s, t, r % 3, r % 4 + 1), r, s, t, ext[r % 3],
               r % 4 + 1);
        printf("%08x\tands x%u, x%u, x%u, %s #%u\n", a64_logic(1, LOG_ANDS, false, r, s, t, r % 4, k), r, s, t, shift[r % 4], k);
        printf("%08x\tldr x%u, [x%u, #%u]\n", a64_ldst(3, LS_LOAD, r, s, k * 8), r, s, k * 8);
        printf("%08x\tstur w%u, [x%u, #-%u]\n", a64_ldst(2, LS_STORE, r, s, -(int)k), r, s, k);
        printf("%08x\tldrb w%u, [x%u, x%u]\n", a64_ldst_reg(0, LS_LOAD, r, s, t, EX_UXTX, false), r, s, t);
        printf("%08x\tstlxr w%u, x%u, [x%u]\n", a64_stlxr(3, r, s, t), r, s, t);
        printf("%08x\tmsub w%u, w%u, w%u, w%u\n", a64_madd(0, true, r, s, t, (r + s) % 31), r, s, t, (r + s) % 31);
        printf("%08x\tcsneg w%u, w%u, w%u, vs\n", a64_csel(0, CS_NEG, r, s, (s + 1) % 31, CC_VS), r, s, (s + 1) % 31);
        printf("%08x\tudiv w%u, w%u, w%u\n", a64_dp2(0, DP2_UDIV, r, s, t), r, s, t);
        printf("%08x\tldp x%u, x%u, [x%u, #-%u]\n", a64_ldstp(true, LS_OFFSET, r, s, t, -8 * (int)k), r, s, t, 8 * k);
        printf("%08x\tmovk x%u, #0x%x, lsl #32\n", a64_movw(1, MOV_K, r, 0x71 * k, 2), r, 0x71 * k);
        printf("%08x\tcbnz x%u, .%+d\n", a64_cbz(1, true, r, 4 - 8 * (int)k), r, 4 - 8 * (int)k);
        printf("%08x\tadr x%u, .%+d\n", a64_adr(r, 3 - 1000 * (int)k), r, 3 - 1000 * (int)k);
    }
    for (unsigned size = 2; size <= 64; size *= 2)
        for (unsigned ones = 1; ones < size; ones += 1 + ones / 3)
            for (unsigned rot = 0; rot < size; rot += 1 + size / 7)
                printf("%08x\tand x1, x2, #0x%" PRIx64 "\n", a64_logic_imm(1, LOG_AND, 1, 2, pattern(size, ones, rot)),
                       pattern(size, ones, rot));
}

static int dump_rows(void)
{
    for (unsigned i = 0, n = rows(table); i < n; i++)
        if (*table[i].text)
            printf("%08x\t%s\n", table[i].got, table[i].text);
    return 0;
}

int main(int argc, char **argv)
{
    Suite *s = suite_create("AArch64 encoders");
    TCase *t = tcase_create("enc");
    SRunner *sr;
    int failed;

    if (argc > 1 && !strcmp(argv[1], "--rows"))
        return dump_rows();
    if (argc > 1 && !strcmp(argv[1], "--sweep")) {
        sweep();
        return 0;
    }
    tcase_add_test(t, golden);
    tcase_add_test(t, bitmasks);
    tcase_add_test(t, constants);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
