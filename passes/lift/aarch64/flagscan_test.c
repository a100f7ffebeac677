/* Which texts pass condition flags from function to function (flagscan.c): small ones, word by word. */
#include "passes/lift/aarch64/aarch64.h"

#include <check.h>
#include <string.h>

enum {
    ADDS = 0xab010000,          /* adds x0, x0, x1 */
    CMP = 0xeb01001f, NOP = 0xd503201f, BRK = 0xd4200000, RET = 0xd65f03c0,
    ADC = 0x9a1f0000,           /* adc x0, x0, xzr */
    CSEL = 0x9a82b020,          /* csel x0, x1, x2, lt */
    MRS = 0xd53b4200, MSR = 0xd51b4200,         /* mrs x0, nzcv; msr nzcv, x0 */
    BLR = 0xd63f0020, BR = 0xd61f0220, SVC = 0xd4000001,
};
#define BL(words) (0x94000000u | ((words) & 0x3ffffffu))
#define B(words) (0x14000000u | ((words) & 0x3ffffffu))
#define BEQ(words) (0x54000000u | ((words) & 0x7ffffu) << 5)
#define CBZ(words) (0xb4000000u | ((words) & 0x7ffffu) << 5)

static const struct { const char *what; bool passed; uint32_t n, text[16]; } cases[] = {
    { "nothing", false, 0, { 0 } },
    { "flags within one function", false, 6, { CMP, BEQ(2), ADC, NOP, CSEL, RET } },
    { "a callee returns carry", true, 5, { BL(3), ADC, RET, ADDS, RET } },
    { "a callee returns carry, others jump to the return site", true, 7, { CBZ(2), BL(4), ADC, RET, NOP, ADDS, RET } },
    { "what comes back is compared first", false, 6, { BL(4), CMP, CSEL, RET, ADDS, RET } },
    { "a function's entry reads flags", true, 5, { CMP, BL(2), RET, CSEL, RET } },
    { "an entry that falls into code that reads them", true, 6, { CMP, BL(2), RET, NOP, CSEL, RET } },
    { "by a jump at the callee's end", true, 7, { CMP, BL(2), RET, B(1), B(1), CSEL, RET } },
    { "a callee that never returns, then a block of others", false, 7, { CMP, BEQ(3), CBZ(2), BL(3), BEQ(-3), RET, BRK } },
    { "a callee that calls one that never returns", false, 7, { BL(4), BEQ(1), RET, NOP, BL(1), BRK, RET } },
    { "a callee through a PLT, then a block of others", false, 7, { CMP, CBZ(2), BL(4), BEQ(2), NOP, RET, BR } },
    { "a callee through a PLT, and what only follows it", true, 6, { CMP, BL(4), BEQ(2), NOP, RET, BR } },
    { "through a register", true, 3, { BLR, ADC, RET } },
    { "through a register, then a block of others", false, 5, { CMP, CBZ(2), BLR, ADC, RET } },
    { "a call out of the text is data", false, 3, { BL(100), ADC, RET } },
    { "a callee through a PLT, padding, then a block of others", false, 8, { CMP, CBZ(3), BL(5), NOP, BEQ(2), NOP, RET, BR } },
    { "an entry that branches to who reads them", true, 8, { BL(3), NOP, RET, CBZ(3), NOP, B(-2), CSEL, RET } },
    { "the flags are read as a register", true, 5, { BL(3), MRS, RET, ADDS, RET } },
    { "the flags are written as a register", false, 5, { BL(4), MSR, CSEL, RET, RET } },
    { "across a callee that does not touch them", false, 6, { CMP, BL(3), CSEL, RET, NOP, RET } },
    { "across a callee that calls one that writes some", true, 8, { CMP, BL(3), CSEL, RET, BL(2), RET, ADC, RET } },
    { "across a callee that jumps to one that writes them", true, 8, { CMP, BL(3), CSEL, RET, B(2), RET, CMP, RET } },
    { "a callee that ends in one that may return", false, 8, { CMP, CBZ(2), BL(3), BEQ(-2), RET, BL(2), RET, BR } },
    { "a call among constants is data", false, 6, { 0x7461, BL(2), RET, CSEL, RET, RET } },
    { "a call to constants is data", false, 14, { BL(12), RET, RET, RET, RET, RET, RET, RET, RET, RET, RET, RET, CSEL, 0x7461 } },
    { "a call into the midst of a function is data", false, 6, { BL(3), RET, CMP, CSEL, RET, RET } },
    { "a system call keeps them", true, 6, { BL(4), SVC, ADC, RET, ADDS, RET } },
};

START_TEST(texts)
{
    uint8_t bytes[sizeof cases[0].text];

    for (uint32_t i = 0; i < cases[_i].n; i++)
        for (unsigned k = 0; k < 4; k++)
            bytes[i * 4 + k] = (uint8_t)(cases[_i].text[i] >> 8 * k);
    ck_assert_msg(ga64_flags_passed(bytes, cases[_i].n * 4) == cases[_i].passed, "%s", cases[_i].what);
}
END_TEST

/* Chains of jumps: downwards one round of the scan is enough, upwards each takes one more. Too many are not followed. */
START_TEST(steps)
{
    static uint32_t w[4096];
    uint32_t n = 0;

    w[n++] = BL(2);
    w[n++] = RET;
    while (n < 800)
        w[n++] = B(1);
    w[n++] = RET;
    ck_assert(!ga64_flags_passed((const uint8_t *)w, n * 4));
    w[0] = BL(800);
    w[1] = CSEL;
    for (uint32_t i = 2; i < 801; i++)
        w[i] = B(-1);
    n = 801;
    ck_assert(ga64_flags_passed((const uint8_t *)w, n * 4));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flagscan");
    TCase *t = tcase_create("flagscan");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, texts, 0, ARRAY_LEN(cases));
    tcase_add_test(t, steps);
    suite_add_tcase(s, t);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
