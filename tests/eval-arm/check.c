/* The checker of the eval-arm test: reads what the guest program wrote, and compares it with what the IR of each row evaluates to.
 * gen.py makes the table of rows and value(). */
#include "passes/ir/eval.h"
#include "tests/eval-arm/operands.h"

#include <inttypes.h>
#include <stdlib.h>

static union ir_val D, N, M, A, X4, Z;          /* v0 before, v1, v2, v3, x4, zero */
static struct ir_fpenv env;

static union ir_val eval(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, union ir_val a, union ir_val b,
                         union ir_val c)
{
    union ir_val arg[3] = { a, b, c };

    return ir_eval(op, t, at, flags, arg, &env);
}

/* The low bits that type t has. */
static union ir_val low(union ir_val v, enum ir_type t)
{
    unsigned n = ir_type_bits(t);

    if (n < 64)
        v.w[0] &= (UINT64_C(1) << n) - 1;
    return (union ir_val){ .w = { v.w[0], n < 128 ? 0 : v.w[1] } };
}

#define K(n) (union ir_val){ .w = { n } }
#define PROP_DYN (FP_PROP | FP_RM_DYN)
#define V(op, flags, a, b, c) eval(IR_##op, T_V128, T_V128, flags, a, b, c)                    /* vectors */
#define VC(op, flags, t, at, a) eval(IR_##op, t, at, flags, low(a, at), Z, Z)                  /* vectors and scalars */
#define FP(op, t, flags, a, b, c) eval(IR_##op, t, t, flags, a, b, c)                          /* floating point on vectors */
#define FS(op, t, at, flags, a, b, c) eval(IR_##op, t, at, flags, low(a, at), low(b, at), low(c, at))       /* on scalars */
#define FK(op, t, at, flags, a, k) eval(IR_##op, t, at, flags, low(a, at), K(k), Z)            /* with a constant */

static union ir_val fcmp(enum ir_type t, unsigned flags)
{
    union ir_val a = low(N, t), b = low(M, t);
    uint64_t uno = eval(IR_funo, T_I1, t, flags, a, b, Z).u64, lt = eval(IR_flt, T_I1, t, flags, a, b, Z).u64;
    uint64_t eq = eval(IR_feq, T_I1, t, flags, a, b, Z).u64, nzcv = uno ? 3 : eq ? 6 : lt ? 8 : 2;

    return K(nzcv << 28);
}

static union ir_val fmlal(void)
{
    union ir_val n = FP(vfcvtl, T_V128, FP_SILENT | FP_LANE_F32, N, Z, Z), m = FP(vfcvtl, T_V128, FP_SILENT | FP_LANE_F32, M, Z, Z);

    return FP(fma, T_V128, PROP_DYN | FP_LANE_F32, n, m, D);
}

#include "rows.gen.h"

/* FPSR as the evaluator's flags have it. */
static unsigned fpsr(unsigned fl)
{
    return (fl & FPF_NV ? 1 : 0) | (fl & FPF_DZ ? 2 : 0) | (fl & FPF_OF ? 4 : 0) | (fl & FPF_UF ? 8 : 0) | (fl & FPF_NX ? 16 : 0) |
           (fl & FPF_ID ? 128 : 0);
}

static void set(const struct regs *r, uint32_t fpcr)
{
    static const unsigned rm[4] = { FP_RM_NE, FP_RM_UP, FP_RM_DN, FP_RM_TZ };
    union ir_val *to[4] = { &D, &N, &M, &A };

    for (unsigned i = 0; i < 4; i++)
        *to[i] = (union ir_val){ .w = { r->v[i][0], r->v[i][1] } };
    X4 = K(r->x4);
    env = (struct ir_fpenv){ .rm = rm[fpcr >> 22 & 3], .mode = (fpcr >> 24 & 1 ? FPM_FZ : 0) | (fpcr >> 19 & 1 ? FPM_FZ16 : 0) |
                                                               (fpcr >> 25 & 1 ? FPM_DN : 0) | (fpcr >> 26 & 1 ? FPM_AHP : 0) };
}

static void show(const char *what, const uint64_t v[2])
{
    printf(" %s %016" PRIx64 "%016" PRIx64, what, v[1], v[0]);
}

/* One operand set; says what differs when `loud`. */
static bool same(unsigned i, uint32_t fpcr, const struct regs *r, const uint64_t want[3], bool loud)
{
    union ir_val got;

    set(r, fpcr);
    got = value(i);
    if (got.w[0] == want[0] && got.w[1] == want[1] && fpsr(env.flags) == (want[2] & 0x9f))
        return true;
    if (!loud)
        return false;
    printf("FAIL %s fpcr %#x:", row[i].text, (unsigned)fpcr);
    show("d", r->v[0]), show("n", r->v[1]), show("m", r->v[2]), show("a", r->v[3]);
    printf(" x4 %#" PRIx64 "\n  ", r->x4);
    show("evaluated", got.w);
    printf(" fpsr %02x", fpsr(env.flags));
    show("guest", want);
    printf(" fpsr %02x\n", (unsigned)want[2] & 0x9f);
    return false;
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    uint64_t passed = 0, failed = 0;

    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned m = 0, bad = 0; m < NMODES; m++)
            for (unsigned k = 0; k < n; k++) {
                struct regs r;
                uint64_t want[3];

                fill_all(row[i].kind, &r);
                if (fread(want, 1, sizeof want, stdin) != sizeof want) {
                    printf("FAIL the guest's results end at %s\n", row[i].text);
                    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed + 1);
                    return 1;
                }
                if (same(i, fpcr_mode[m], &r, want, bad < 3))
                    passed++;
                else
                    failed++, bad++;
            }
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
    return failed != 0;
}
