/* The x86-64 encoders against golden bytes (enc.t, enc_vec.t, compiled in). `enc_test --rows` prints bytes (as made) and text of each row, `--sweep`
 * those of operand combinations with text made from the fields alone, for tests/disasm/x86.sh to compare with objdump. */
#include "jit/host/x86_64/enc.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEM(...) ((struct xmem){ __VA_ARGS__ })

typedef void (*encode_fn)(struct xbuf *b);
struct row { const char *bytes, *call, *text; encode_fn fn; };

/* One function a row, named by its file and line. */
#define CAT(a, b) a##b
#define NAME(line) CAT(row_, line)
#define VNAME(line) CAT(vrow_, line)
#define ENC(bytes, call, text) static void NAME(__LINE__)(struct xbuf *b) { call; }
#include "jit/host/x86_64/enc.t"
#undef ENC
#define ENC(bytes, call, text) static void VNAME(__LINE__)(struct xbuf *b) { call; }
#include "jit/host/x86_64/enc_vec.t"
#undef ENC

static const struct row rows[] = {
#define ENC(bytes, call, text) { bytes, #call, text, NAME(__LINE__) },
#include "jit/host/x86_64/enc.t"
#undef ENC
#define ENC(bytes, call, text) { bytes, #call, text, VNAME(__LINE__) },
#include "jit/host/x86_64/enc_vec.t"
#undef ENC
};

static void hex(const struct xbuf *b, char *out)
{
    for (uint32_t i = 0; i < b->n; i++)
        out += sprintf(out, i ? " %02x" : "%02x", b->p[i]);
}

START_TEST(golden)
{
    ck_assert_uint_ge(ARRAY_LEN(rows), 250);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t buf[128];
        char got[400] = "";
        struct xbuf b = { .p = buf, .cap = sizeof buf };

        rows[i].fn(&b);
        hex(&b, got);
        ck_assert_msg(!strcmp(got, rows[i].bytes), "%s: %s, expected %s (%s)", rows[i].call, got, rows[i].bytes, rows[i].text);
    }
}
END_TEST

/* The offset of a rip-relative field is where its displacement stands. */
START_TEST(rip_fields)
{
    uint8_t buf[128];
    struct xbuf b = { .p = buf, .cap = sizeof buf };
    uint32_t at = x_rm(&b, XOP(0, 0, 0x8b), 8, R9, MEM(XRIP, XNONE, 0, 0x01020304)), v;

    memcpy(&v, buf + at, 4);
    ck_assert_uint_eq(v, 0x01020304);
    ck_assert_uint_eq(at + 4, b.n);
    at = x_vrm(&b, XOP(0xf2, 1, 0x58), 0, 0, XMM0 + 9, XMM0, MEM(XRIP, XNONE, 0, 0x01020304));
    memcpy(&v, buf + at, 4);
    ck_assert_uint_eq(v, 0x01020304);
    ck_assert_uint_eq(x_rm(&b, XOP(0, 0, 0x8b), 8, R9, MEM(RBP, XNONE, 0, 0)), 0);
    at = x_jcc(&b, CC_NE);
    x_patch32(&b, at, -2);
    memcpy(&v, buf + at, 4);
    ck_assert_int_eq((int32_t)v, -2);
}
END_TEST

/* ---- for the disassembler ---- */

static const char *reg(unsigned r, unsigned sz)
{
    static const char *const name[4][8] = { { "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil" },
        { "ax", "cx", "dx", "bx", "sp", "bp", "si", "di" }, { "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi" },
        { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi" } };
    static char buf[8][8];
    static unsigned turn;
    unsigned k = sz == 1 ? 0 : sz == 2 ? 1 : sz == 4 ? 2 : 3;

    if (r < 8)
        return name[k][r];
    turn = (turn + 1) % 8;
    snprintf(buf[turn], sizeof buf[turn], r >= XMM0 ? "xmm%u" : "r%u%s", r >= XMM0 ? r - XMM0 : r,
             (const char *[]){ "b", "w", "d", "" }[k]);
    return buf[turn];
}

static const char *place(struct xmem m)
{
    static char buf[80];
    int n = sprintf(buf, "[");

    if (m.base < 16)
        n += sprintf(buf + n, "%s", reg(m.base, 8));
    if (m.index != XNONE)
        n += sprintf(buf + n, "%s%s*%u", m.base < 16 ? "+" : "", reg(m.index, 8), 1u << m.scale);
    if (m.base == XNONE || m.disp || (m.base & 7) == 5)
        n += sprintf(buf + n, "%s0x%x", m.disp < 0 ? "-" : "+", m.disp < 0 ? 0u - (uint32_t)m.disp : (uint32_t)m.disp);
    sprintf(buf + n, "]");
    return buf;
}

static void print(struct xbuf *b, const char *text)
{
    char bytes[400] = "";

    hex(b, bytes);
    printf("%s\t%s\n", bytes, text);
    b->n = 0;
}

static void sweep(void)
{
    static const int32_t disp[] = { 0, 1, 127, -128, 128, -129, 0x7fffffff };
    static const unsigned size[] = { 1, 2, 4, 8 };
    uint8_t buf[128];
    char text[160];
    struct xbuf b = { .p = buf, .cap = sizeof buf };

    for (unsigned a = 0; a < 16; a++)
        for (unsigned c = 0; c < 16; c++) {
            for (unsigned k = 0; k < 4; k++) {
                x_rr(&b, XOP(0, 0, size[k] == 1 ? 0x02 : 0x03), size[k], a, c);
                snprintf(text, sizeof text, "add %s,%s", reg(a, size[k]), reg(c, size[k]));
                print(&b, text);
            }
            x_vrr(&b, XOP(0xf2, 1, 0x58), 0, 0, XMM0 + a, XMM0 + (a * 5 + c) % 16, XMM0 + c);
            snprintf(text, sizeof text, "vaddsd %s,%s,%s", reg(XMM0 + a, 8), reg(XMM0 + (a * 5 + c) % 16, 8), reg(XMM0 + c, 8));
            print(&b, text);
            for (unsigned d = 0; d < ARRAY_LEN(disp); d++) {
                struct xmem m = { (uint8_t)a, c == RSP ? XNONE : (uint8_t)c, c == RSP ? 0 : (uint8_t)(d & 3), disp[d] };

                x_rm(&b, XOP(0, 0, 0x8b), 8, (a + c + d) % 16, m);
                snprintf(text, sizeof text, "mov %s,QWORD PTR %s", reg((a + c + d) % 16, 8), place(m));
                print(&b, text);
                x_vrm(&b, XOP(0xf2, 1, 0x5c), 0, 0, XMM0 + c, XMM0 + a, m);
                snprintf(text, sizeof text, "vsubsd %s,%s,QWORD PTR %s", reg(XMM0 + c, 8), reg(XMM0 + a, 8), place(m));
                print(&b, text);
            }
        }
    for (unsigned c = 0; c < 16; c++)
        for (unsigned d = 0; c != RSP && d < ARRAY_LEN(disp); d++) {
            struct xmem m = MEM(XNONE, (uint8_t)c, (uint8_t)(d & 3), disp[d]);

            x_rm(&b, XOP(0, 0, 0x8d), 8, 15 - c, m);
            snprintf(text, sizeof text, "lea %s,%s", reg(15 - c, 8), place(m));
            print(&b, text);
        }
}

static int dump_rows(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t buf[128];
        struct xbuf b = { .p = buf, .cap = sizeof buf };

        rows[i].fn(&b);
        print(&b, rows[i].text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    Suite *s = suite_create("x86-64 encoders");
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
    tcase_add_test(t, rip_fields);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
