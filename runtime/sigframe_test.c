#include "runtime/signals.h"

#include "jit/fpenv.h"
#include "runtime/dispatch.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct rt rt;
static struct rt_sighand hand;
static struct rt_thread *t;
static uint8_t *stack;
enum { STACK = 1 << 16, X1 = 0, SP = 1, A0 = 9, F0 = 31, FRM = 63 };

static void setup(void)
{
    memset(&rt, 0, sizeof rt);
    memset(&hand, 0, sizeof hand);
    rt.sigtramp = 0x7777000;
    t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    memset(t, 0, sizeof *t);
    t->rt = &rt;
    t->sighand = &hand;
    t->g = rt.g = &guest_riscv64;
    t->v.guest_fpcr = fpcr_make(FP_RM_NE, 0);
    rt_vm_init(&rt);
    rt_world_init(&rt, t);
    stack = (uint8_t *)rt_mmap(t, 0, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < 31; i++)
        rt_guest_set(t, X1 + i, 0x1000 + i);
    for (unsigned i = 0; i < 32; i++)
        rt_guest_set(t, F0 + i, 0xf000 + i);
    rt_guest_set(t, SP, (uint64_t)(uintptr_t)stack + STACK - 24);
    t->v.pc = 0x12344;
    t->v.guest_fpcr = fpcr_make(FP_RM_TZ, FPF_NX | FPF_DZ);
    rt_guest_set(t, FRM, FP_RM_TZ);
}

/* Offsets are those of the kernel's headers: siginfo 0, ucontext 128, its mask at +40, mcontext at +176, FP state at +432. */
START_TEST(layout)
{
    struct rt_sigact act = { .handler = 0x5000 };
    siginfo_t si = { .si_signo = SIGUSR1, .si_code = SI_USER };

    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0xabc), 0);
    uint64_t sp = rt_guest_get(t, SP);
    const uint8_t *f = (const uint8_t *)sp;
    uint32_t fcsr;
    ck_assert_uint_eq(sp, ((uint64_t)(uintptr_t)stack + STACK - 24 - 1088) & ~15ull);
    ck_assert_uint_eq(t->v.pc, 0x5000);
    ck_assert_uint_eq(rt_guest_get(t, X1), rt.sigtramp);
    ck_assert_uint_eq(rt_guest_get(t, A0), SIGUSR1);
    ck_assert_uint_eq(rt_guest_get(t, A0 + 1), sp);
    ck_assert_uint_eq(rt_guest_get(t, A0 + 2), sp + 128);
    ck_assert_int_eq(((const siginfo_t *)f)->si_signo, SIGUSR1);
    ck_assert_uint_eq(*(const uint64_t *)(f + 128 + 40), 0xabc);
    ck_assert_uint_eq(*(const uint64_t *)(f + 128 + 176), 0x12344);
    ck_assert_uint_eq(*(const uint64_t *)(f + 128 + 176 + 8 * 31), 0x1000 + 30);
    ck_assert_uint_eq(*(const uint64_t *)(f + 128 + 432 + 8 * 5), 0xf005);
    memcpy(&fcsr, f + 128 + 432 + 256, 4);
    ck_assert_uint_eq(fcsr, (FP_RM_TZ << 5) | FPF_NX | FPF_DZ);
}
END_TEST

START_TEST(round_trip)
{
    struct rt_sigact act = { .handler = 0x5000 };
    siginfo_t si = { .si_signo = SIGUSR1 };
    uint64_t mask = 0;

    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0x55), 0);
    uint64_t sp = rt_guest_get(t, SP);
    for (unsigned i = 0; i < 31; i++)
        rt_guest_set(t, X1 + i, i == SP ? sp : 99);
    for (unsigned i = 0; i < 32; i++)
        rt_guest_set(t, F0 + i, 99);
    t->v.guest_fpcr = fpcr_make(FP_RM_NE, FPF_OF);
    *(uint64_t *)(sp + 128 + 176 + 8 * 10) = 0xdead;    /* the handler changes a0 */
    ck_assert_int_eq(sigframe_pop(t, &mask), 0);
    ck_assert_uint_eq(mask, 0x55);
    ck_assert_uint_eq(t->v.pc, 0x12344);
    for (unsigned i = 0; i < 31; i++)
        if (i != SP)
            ck_assert_uint_eq(rt_guest_get(t, X1 + i), i == A0 ? 0xdead : 0x1000 + i);
    ck_assert_uint_eq(rt_guest_get(t, SP), (uint64_t)(uintptr_t)stack + STACK - 24);
    for (unsigned i = 0; i < 32; i++)
        ck_assert_uint_eq(rt_guest_get(t, F0 + i), 0xf000 + i);
    ck_assert_uint_eq(fpcr_flags(t->v.guest_fpcr), FPF_NX | FPF_DZ);
    ck_assert_uint_eq(fpcr_rm(t->v.guest_fpcr), FP_RM_TZ);
    ck_assert_uint_eq(t->v.fp_rm, FP_RM_TZ);
}
END_TEST

START_TEST(alternate_stack)
{
    struct rt_sigact act = { .handler = 0x5000, .flags = SA_ONSTACK };
    struct rt_sigaltstack alt = { (uint64_t)(uintptr_t)stack, 0, 0, 8192 }, old, tiny = { 0x1000, 0, 0, 100 };
    siginfo_t si = { .si_signo = SIGUSR1 };

    ck_assert_int_eq(rt_signal_altstack(t, &tiny, NULL), -ENOMEM);
    ck_assert_int_eq(rt_signal_altstack(t, &alt, &old), 0);
    ck_assert_int_eq(old.flags, SS_DISABLE);
    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0), 0);
    uint64_t sp = rt_guest_get(t, SP);
    ck_assert(sp > alt.sp && sp < alt.sp + alt.size);
    ck_assert(rt_on_altstack(t, sp));
    ck_assert_int_eq(rt_signal_altstack(t, &alt, &old), -EPERM);
    ck_assert_int_eq(old.flags, SS_ONSTACK);
    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0), 0);       /* nested: goes on below */
    ck_assert_uint_lt(rt_guest_get(t, SP), sp);
    ck_assert_int_eq(*(int32_t *)(rt_guest_get(t, SP) + 128 + 16 + 8), alt.flags);  /* as given, not whether it is in use */
    while (!sigframe_push(t, SIGUSR1, &si, &act, 0))                    /* until it is full: an error, not an overflow */
        ck_assert_uint_ge(rt_guest_get(t, SP), alt.sp);
}
END_TEST

START_TEST(bad_frames)
{
    struct rt_sigact act = { .handler = 0x5000 };
    siginfo_t si = { .si_signo = SIGUSR1 };
    uint64_t mask;

    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0), 0);
    *(uint32_t *)(rt_guest_get(t, SP) + 128 + 432 + 516) = 1;           /* reserved word */
    ck_assert_int_eq(sigframe_pop(t, &mask), -EFAULT);
    rt_guest_set(t, SP, RT_GUEST_HI + 4096);
    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0), -EFAULT);
}
END_TEST

/* ---- arm64: mcontext at 304: fault_address, x0..x30 at +8, sp, pc, pstate; records at +288; the frame is 4688 bytes long ---- */

enum { MC = 304, REC = MC + 288, ARM_FRAME = 4688, XSP = 31 };

static unsigned slot(const char *name)
{
    unsigned i = 0;

    while (strcmp(t->g->slot[i].name, name))
        i++;
    return i;
}

static uint64_t word(uint64_t at)
{
    return *(const uint64_t *)(uintptr_t)at;
}

static uint32_t half(uint64_t at)
{
    return *(const uint32_t *)(uintptr_t)at;
}

static void setup_arm(void)
{
    setup();
    memset(t->v.guest, 0, sizeof t->v.guest);
    t->g = rt.g = &guest_aarch64;
    for (unsigned i = 0; i < 31; i++)
        rt_guest_set(t, i, 0x1000 + i);
    for (unsigned i = 0; i < 32; i++) {
        rt_guest_set(t, slot("v0") + i, 0xf000 + i);
        memset(t->v.guest + t->g->slot[slot("v0") + i].off + 8, (int)i + 1, 8);
    }
    rt_guest_set(t, XSP, (uint64_t)(uintptr_t)stack + STACK - 24);
    rt_guest_set(t, slot("n"), 1);
    rt_guest_set(t, slot("c"), 1);
    memset(t->v.guest + t->g->slot[slot("qc")].off + 8, 1, 1);
    rt_guest_set(t, slot("fpcr"), 1 << 22);             /* towards plus infinity */
    t->v.guest_fpcr = fpcr_make(FP_RM_UP, FPF_NX | FPF_DZ);
    t->v.fp_extra = FPF_ID;
    t->v.pc = 0x12344;
}

START_TEST(arm_layout)
{
    struct rt_sigact act = { .handler = 0x5000, .flags = SA_SIGINFO };
    siginfo_t si = { .si_signo = SIGUSR1, .si_code = SI_USER };
    uint64_t top = ((uint64_t)(uintptr_t)stack + STACK - 24 - 16) & ~15ull, sp;

    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0xabc), 0);
    sp = rt_guest_get(t, XSP);
    ck_assert_uint_eq(sp, top - ARM_FRAME);
    ck_assert_uint_eq(rt_guest_get(t, 29), top);        /* the frame record: x29, x30 */
    ck_assert_uint_eq(word(top), 0x1000 + 29);
    ck_assert_uint_eq(word(top + 8), 0x1000 + 30);
    ck_assert_uint_eq(rt_guest_get(t, 30), rt.sigtramp);
    ck_assert_uint_eq(rt_guest_get(t, 0), SIGUSR1);
    ck_assert_uint_eq(rt_guest_get(t, 1), sp);
    ck_assert_uint_eq(rt_guest_get(t, 2), sp + 128);
    ck_assert_uint_eq(t->v.pc, 0x5000);
    ck_assert_uint_eq(word(sp + 128 + 40), 0xabc);
    ck_assert_uint_eq(word(sp + MC), 0);
    ck_assert_uint_eq(word(sp + MC + 8 + 8 * 30), 0x1000 + 30);
    ck_assert_uint_eq(word(sp + MC + 256), (uint64_t)(uintptr_t)stack + STACK - 24);
    ck_assert_uint_eq(word(sp + MC + 264), 0x12344);
    ck_assert_uint_eq(word(sp + MC + 272), UINT64_C(0xa0000000));
    ck_assert_uint_eq(half(sp + REC), 0x46508001);
    ck_assert_uint_eq(half(sp + REC + 4), 528);
    ck_assert_uint_eq(half(sp + REC + 8), 1u << 27 | 1 << 7 | 1 << 4 | 1 << 1);
    ck_assert_uint_eq(half(sp + REC + 12), 1 << 22);
    ck_assert_uint_eq(word(sp + REC + 16 + 16 * 31), 0xf000 + 31);
    ck_assert_uint_eq(word(sp + REC + 16 + 16 * 31 + 8), UINT64_C(0x2020202020202020));
    ck_assert_uint_eq(word(sp + REC + 528), 0);
}
END_TEST

/* str x1, [x2] at pc, on a page that may not be written: fault address and syndrome. Its own restorer; x1 and x2 stay. */
START_TEST(arm_fault)
{
    struct rt_sigact act = { .handler = 0x5000, .flags = RT_SA_RESTORER, .restorer = 0x6000 };
    siginfo_t si = { .si_signo = SIGSEGV, .si_code = SEGV_ACCERR };
    uint64_t sp;

    *(uint32_t *)stack = 0xf9000041;
    t->v.pc = (uint64_t)(uintptr_t)stack;
    si.si_addr = (void *)0x1002;
    ck_assert_uint_eq(rt_guest_fault_addr(t), 0x1002);
    ck_assert_int_eq(sigframe_push(t, SIGSEGV, &si, &act, 0), 0);
    sp = rt_guest_get(t, XSP);
    ck_assert_uint_eq(word(sp + MC), 0x1002);
    ck_assert_uint_eq(half(sp + REC + 528), 0x45535201);
    ck_assert_uint_eq(word(sp + REC + 528 + 8), UINT64_C(0x9200004f));
    ck_assert_uint_eq(word(sp + REC + 544), 0);
    ck_assert_uint_eq(rt_guest_get(t, 30), 0x6000);
    ck_assert_uint_eq(rt_guest_get(t, 1), 0x1001);
}
END_TEST

START_TEST(arm_round_trip)
{
    struct rt_sigact act = { .handler = 0x5000 };
    siginfo_t si = { .si_signo = SIGUSR1 };
    uint64_t mask = 0, sp;
    uint8_t before[sizeof t->v.guest];

    rt_guest_set(t, slot("exaddr"), ~0ull);
    memcpy(before, t->v.guest, sizeof before);
    ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0x55), 0);
    sp = rt_guest_get(t, XSP);
    memset(t->v.guest, 0x11, sizeof t->v.guest);
    rt_guest_set(t, XSP, sp);
    t->v.guest_fpcr = fpcr_make(FP_RM_NE, FPF_OF);
    t->v.fp_extra = t->v.fp_rm = 0;
    ck_assert_int_eq(sigframe_pop(t, &mask), 0);
    ck_assert_uint_eq(mask, 0x55);
    ck_assert_uint_eq(t->v.pc, 0x12344);
    ck_assert_mem_eq(t->v.guest, before, t->g->slot[slot("qc")].off);
    ck_assert_uint_eq(rt_guest_get(t, slot("qc")), 1);
    ck_assert_uint_eq(rt_guest_get(t, slot("fpcr")), 1 << 22);
    ck_assert_uint_eq(rt_guest_get(t, slot("exaddr")), ~0ull);
    ck_assert_uint_eq(fpcr_flags(t->v.guest_fpcr), FPF_NX | FPF_DZ);
    ck_assert_uint_eq(fpcr_rm(t->v.guest_fpcr), FP_RM_UP);
    ck_assert_uint_eq(t->v.fp_rm, FP_RM_UP);
    ck_assert_uint_eq(t->v.fp_extra, FPF_ID);
}
END_TEST

START_TEST(arm_bad_frames)
{
    static const struct { uint16_t at; uint32_t value; } wrong[] = {
        { MC + 272, 1 }, { MC + 272, 0x80 },            /* pstate: another mode, interrupts masked */
        { REC, 0 }, { REC, 0x12345678 }, { REC + 4, 512 }, { REC + 528, 0x46508001 }, { REC + 532, 16 },
    };
    struct rt_sigact act = { .handler = 0x5000 };
    struct rt_sigaltstack small = { 0x1000, 0, 0, 5119 };
    siginfo_t si = { .si_signo = SIGUSR1 };
    uint64_t mask;

    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setup_arm();
        ck_assert_int_eq(sigframe_push(t, SIGUSR1, &si, &act, 0), 0);
        *(uint32_t *)(uintptr_t)(rt_guest_get(t, XSP) + wrong[i].at) = wrong[i].value;
        ck_assert_msg(sigframe_pop(t, &mask) == -EFAULT, "case %u", i);
    }
    ck_assert_int_eq(rt_signal_altstack(t, &small, NULL), -ENOMEM);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sigframe");
    TCase *c = tcase_create("sigframe");

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, layout);
    tcase_add_test(c, round_trip);
    tcase_add_test(c, alternate_stack);
    tcase_add_test(c, bad_frames);
    suite_add_tcase(s, c);
    c = tcase_create("arm64");
    tcase_add_checked_fixture(c, setup_arm, NULL);
    tcase_add_test(c, arm_layout);
    tcase_add_test(c, arm_fault);
    tcase_add_test(c, arm_round_trip);
    tcase_add_test(c, arm_bad_frames);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
