/* Helpers: what generated code calls for ops that a backend does not lower, and their table. */
#include "jit/helpers.h"
#include "jit/fpenv.h"
#include "jit/vcpu.h"
#include "passes/ir/eval.h"

const struct helper_info jit_helper_info[HELPER_COUNT] = {
#define HELPER(name, nargs, flags) { #name, nargs, flags },
#include "jit/helpers.def"
};

const void *const jit_helper_table[HELPER_COUNT] = {
#define HELPER(name, nargs, flags) (const void *)irh_##name,
#include "jit/helpers.def"
};

/* Flags and modes travel in ints only: nothing here may compute on the host's FPU, whose control word is the guest's. */
static uint64_t low_bits(uint64_t v, enum ir_type t)
{
    unsigned w = ir_type_bits(t);

    return w < 64 ? v & ((UINT64_C(1) << w) - 1) : v;
}

uint64_t helper_eval(uint64_t a, uint64_t b, uint64_t c, uint64_t desc, struct ir_fpenv *fp)
{
    enum ir_op op = desc & 0xffff;
    enum ir_type t = desc >> 16 & 0xff, at = desc >> 24 & 0xff;
    enum ir_type bt = op == IR_select ? t : at;

    return ir_eval_scalar(op, t, at, (unsigned)(desc >> 32) & 0xff, low_bits(a, at), low_bits(b, bt), low_bits(c, bt), fp);
}

uint64_t irh_evalop(uint64_t a, uint64_t b, uint64_t c, uint64_t desc)
{
    struct ir_fpenv fp = { .rm = fpcr_rm(fpenv_read()), .flags = 0 };
    uint64_t r = helper_eval(a, b, c, desc, &fp);

    fpenv_raise(fp.flags);
    return r;
}

uint64_t irh_evalv(uint64_t varg, uint64_t b, uint64_t c, uint64_t desc)
{
    union ir_val *arg = (union ir_val *)(uintptr_t)varg;
    enum ir_op op = desc & 0xffff;
    enum ir_type t = desc >> 16 & 0xff, at = desc >> 24 & 0xff;
    struct ir_fpenv fp = { .rm = fpcr_rm(fpenv_read()) };

    arg[0] = ir_eval(op, t, at, (unsigned)(desc >> 32) & 0xff, arg, &fp);
    fpenv_raise(fp.flags);
    return 0;
}

uint64_t irh_fpextra_get(uint64_t vcpu, uint64_t b, uint64_t c)
{
    return ((const struct vcpu *)(uintptr_t)vcpu)->fp_extra;
}

uint64_t irh_fpextra_set(uint64_t vcpu, uint64_t flags, uint64_t c)
{
    ((struct vcpu *)(uintptr_t)vcpu)->fp_extra = (uint32_t)flags;
    return 0;
}

/* The host's own counter: monotonic, a fixed frequency on all hosts we run on. */
static uint64_t host_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t t;

    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
    return t;
#else
    uint64_t t;

    __asm__ volatile("rdtime %0" : "=r"(t));
    return t;
#endif
}

uint64_t irh_rdtime(uint64_t a, uint64_t b, uint64_t c)
{
    return host_ticks();
}

/* Cycles and retired instructions: user-mode counters are the same ticks, as qemu-user answers them. */
uint64_t irh_rdcycle(uint64_t a, uint64_t b, uint64_t c)
{
    return host_ticks();
}

uint64_t irh_rdinstret(uint64_t a, uint64_t b, uint64_t c)
{
    return host_ticks();
}

uint64_t irh_eval(uint64_t a, uint64_t b, uint64_t c)
{
    return 0;
}
