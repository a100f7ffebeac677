/* Helpers: what generated code calls for ops that a backend does not lower, and their table. */
#include "jit/helpers.h"
#include "jit/fpenv.h"
#include "jit/vcpu.h"
#include "passes/ir/eval.h"

#include <time.h>

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

uint64_t irh_rdns(uint64_t a, uint64_t b, uint64_t c)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Four bits a step. Entry i: the remainder that i leaves. */
uint64_t irh_crc32(uint64_t acc, uint64_t data, uint64_t how)
{
    static const uint32_t table[2][16] = {
        { 0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
          0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c },
        { 0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
          0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75 },
    };
    const uint32_t *t = table[how >> 2 & 1];
    uint32_t crc = (uint32_t)acc;

    for (unsigned n = 2u << (how & 3); n; n--, data >>= 4)
        crc = crc >> 4 ^ t[(crc ^ data) & 15];
    return crc;
}

uint64_t irh_code_range(uint64_t vcpu, uint64_t lo, uint64_t hi)
{
    struct vcpu *v = (struct vcpu *)(uintptr_t)vcpu;

    v->code_lo = lo;
    v->code_hi = hi;
    return 0;
}

uint64_t irh_eval(uint64_t a, uint64_t b, uint64_t c)
{
    return 0;
}
