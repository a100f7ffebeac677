/* Snapshot tables that no compiler wrote: refused, without a read or write outside their bounds. Run under ASan to see the worst.
 * */
#include "jit/enter.h"
#include "jit/snap.h"
#include "passes/lift/riscv64/riscv64.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

static struct host_thunks *thunks;
static struct vcpu *vcpu;

static void setup(void)
{
    struct diag d;

    ck_assert_int_eq(host_thunks_new(&guest_riscv64, &thunks, &d), ST_OK);
    vcpu = aligned_alloc(64, sizeof *vcpu);
    ck_assert_ptr_nonnull(vcpu);
    memset(vcpu, 0, sizeof *vcpu);
}

static void teardown(void)
{
    free(vcpu);
}

/* Is the table of n bytes taken at host offset 0? The bytes are copied to a block of their own size. */
static bool taken(const uint8_t *p, uint32_t n)
{
    ucontext_t uc = { 0 };
    uint8_t *copy = malloc(n);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, p, n);
    bool ok = vcpu_fault_state(vcpu, thunks, copy, n, 0, 0, &uc);
    free(copy);
    return ok;
}

enum { HEAD = 3 };              /* offset 0, 4 bytes, pc 8 */
static const uint8_t head[HEAD] = { 0, 4, 16 };

static uint64_t x5(void)
{
    uint64_t v;

    memcpy(&v, vcpu->guest + guest_riscv64.slot[4].off, 8);
    return v;
}

START_TEST(sound)
{
    static const uint8_t rec[] = { 0, 4, 16, SNAPK_CONST, 42, SNAPK_CONST, 1, SNAPK_OP, IR_add, T_I64, T_I64, 2, SNAPK_SLOT, 4,
                                   SNAPK_END };

    ck_assert_str_eq(guest_riscv64.slot[4].name, "x5");
    ck_assert(taken(rec, sizeof rec));
    ck_assert_uint_eq(vcpu->pc, 8);
    ck_assert_uint_eq(x5(), 43);
    for (uint32_t n = 0; n < sizeof rec; n++)
        ck_assert_msg(!taken(rec, n), "taken when cut to %u bytes", n);
}
END_TEST

START_TEST(operands)
{
    /* An operation on no operands pushes its value whether there is room or not. */
    uint8_t rec[256], n = HEAD;

    memcpy(rec, head, HEAD);
    for (unsigned i = 0; i < 16; i++) {
        rec[n++] = SNAPK_CONST;
        rec[n++] = 1;
    }
    for (unsigned i = 0; i < 20; i++) {
        static const uint8_t op[] = { SNAPK_OP, IR_add, T_I64, T_I64, 0 };

        memcpy(rec + n, op, sizeof op);
        n += sizeof op;
    }
    rec[n++] = SNAPK_END;
    ck_assert(!taken(rec, n));

    static const uint8_t few[] = { 0, 4, 16, SNAPK_CONST, 1, SNAPK_OP, IR_add, T_I64, T_I64, 1, SNAPK_SLOT, 4, SNAPK_END };
    ck_assert(!taken(few, sizeof few));
    static const uint8_t none[] = { 0, 4, 16, SNAPK_OP, IR_add, T_I64, T_I64, 2, SNAPK_SLOT, 4, SNAPK_END };
    ck_assert(!taken(none, sizeof none));
    static const uint8_t load[] = { 0, 4, 16, SNAPK_CONST, 1, SNAPK_OP, IR_load, T_I64, T_I64, 1, SNAPK_SLOT, 4, SNAPK_END };
    ck_assert(!taken(load, sizeof load));
}
END_TEST

static bool mem_taken(uint64_t off)
{
    uint8_t rec[32], n = HEAD;

    memcpy(rec, head, HEAD);
    rec[n++] = SNAPK_MEM;
    for (; off >= 0x80; off >>= 7)
        rec[n++] = (uint8_t)(off & 0x7f) | 0x80;
    rec[n++] = (uint8_t)off;
    rec[n++] = SNAPK_SLOT;
    rec[n++] = 4;
    rec[n++] = SNAPK_END;
    return taken(rec, n);
}

START_TEST(places)
{
    ck_assert(mem_taken(0) && mem_taken(VCPU_GUEST_SIZE - 8));
    ck_assert(mem_taken(offsetof(struct vcpu, spill)) && mem_taken(offsetof(struct vcpu, vspill) + sizeof vcpu->vspill - 8));
    /* Host pointers are none of the guest's business. */
    ck_assert(!mem_taken(offsetof(struct vcpu, hint_sp)) && !mem_taken(offsetof(struct vcpu, rt)));
    ck_assert(!mem_taken(offsetof(struct vcpu, stub)));
    ck_assert(!mem_taken(VCPU_GUEST_SIZE - 7) && !mem_taken(sizeof(struct vcpu) - 7) && !mem_taken(sizeof(struct vcpu)));
    for (unsigned i = 1; i <= 8; i++)
        ck_assert_msg(!mem_taken(0 - (uint64_t)i), "offset -%u", i);
    ck_assert(!mem_taken(1ull << 40));
}
END_TEST

START_TEST(nodes)
{
    static const uint8_t left[] = { 0, 4, 16, SNAPK_CONST, 1, SNAPK_CONST, 2, SNAPK_SLOT, 4, SNAPK_END };
    static const uint8_t nothing[] = { 0, 4, 16, SNAPK_SLOT, 4, SNAPK_END };
    static const uint8_t unknown[] = { 0, 4, 16, SNAPK_SLOT + 1, 4, SNAPK_END };
    static const uint8_t slot[] = { 0, 4, 16, SNAPK_CONST, 1, SNAPK_SLOT, 0x80, 0x40, SNAPK_END };
    static const uint8_t longer[] = { 0, 4, 16, SNAPK_CONST, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, SNAPK_SLOT, 4,
                                      SNAPK_END };

    ck_assert(!taken(left, sizeof left) && !taken(nothing, sizeof nothing) && !taken(unknown, sizeof unknown));
    ck_assert(!taken(slot, sizeof slot) && !taken(longer, sizeof longer));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snap");
    TCase *tc = tcase_create("hostile");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, sound);
    tcase_add_test(tc, operands);
    tcase_add_test(tc, places);
    tcase_add_test(tc, nodes);
    suite_add_tcase(s, tc);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
