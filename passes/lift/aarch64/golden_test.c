/* Golden rows of aarch64.t: see tests/golden.h. Fields of rows:
 *   xN=, sp=  register     vN=  vector register (up to 32 digits)     nzcv=  flags (8: n)     fpcr=, fpsr=     tp=  tpidr_el0
 *   ex=, e0=, e1=  the exclusive monitor (exaddr: ffffffffffffffff when open; exval0, exval1); only compared where ex is named
 *   after =>
 * The page at 10000 holds bytes 0, 1, 2, ... at offset 1000 on. */
#include "passes/lift/aarch64/aarch64.h"
#include "tests/golden.h"

#include <sys/mman.h>

enum { BASE = GOLDEN_BASE };

struct machine {
    struct golden_common c;
    uint64_t x[32], v[32][2], nzcv, fpcr, fpsr, tp, ex, e0, e1;
};

static const struct golden_field fields[] = {
    GOLDEN_COMMON(struct machine), { "x", offsetof(struct machine, x), 31, 1, NULL }, GOLDEN_FIELD(struct machine, "sp", x[31]),
    { "v", offsetof(struct machine, v), 32, 2, NULL }, GOLDEN_FIELD(struct machine, "nzcv", nzcv),
    GOLDEN_FIELD(struct machine, "fpcr", fpcr), GOLDEN_FIELD(struct machine, "fpsr", fpsr), GOLDEN_FIELD(struct machine, "tp", tp),
    { "ex", offsetof(struct machine, ex), 0, 1, "ex" }, { "e0", offsetof(struct machine, e0), 0, 1, "ex" },
    { "e1", offsetof(struct machine, e1), 0, 1, "ex" },
};

/* FPSR's bits 0..4 and FPF_* are each other's mirror. */
static unsigned mirrored(unsigned v)
{
    return (v & 1) << 4 | (v & 2) << 2 | (v & 4) | (v & 8) >> 2 | (v & 16) >> 4;
}

/* The slots that hold a machine's fields as they are. */
static void each_slot(struct machine *m, const struct vcpu *v, void (*copy)(uint64_t *field, uint64_t *home, size_t n))
{
    for (unsigned i = 0; i < 32; i++) {
        copy(&m->x[i], golden_home(&guest_aarch64, v, GA64_SLOT_X + i), 8);
        copy(m->v[i], golden_home(&guest_aarch64, v, GA64_SLOT_V + i), 16);
    }
    copy(&m->fpcr, golden_home(&guest_aarch64, v, GA64_S_fpcr), 8);
    copy(&m->tp, golden_home(&guest_aarch64, v, GA64_S_tpidr), 8);
    copy(&m->ex, golden_home(&guest_aarch64, v, GA64_S_exaddr), 8);
    copy(&m->e0, golden_home(&guest_aarch64, v, GA64_S_exval0), 8);
    copy(&m->e1, golden_home(&guest_aarch64, v, GA64_S_exval1), 8);
}

static void to_home(uint64_t *field, uint64_t *home, size_t n) { memcpy(home, field, n); }
static void from_home(uint64_t *field, uint64_t *home, size_t n) { memcpy(field, home, n); }

static void load_machine(const void *from, struct vcpu *v)
{
    struct machine m = *(const struct machine *)from;

    each_slot(&m, v, to_home);
    for (unsigned i = 0; i < 4; i++)
        *golden_home(&guest_aarch64, v, GA64_S_n + i) = m.nzcv >> (3 - i) & 1;
    *golden_home(&guest_aarch64, v, GA64_S_qc) = m.fpsr >> 27 & 1;
    v->fp_rm = guest_aarch64.fp_rm(v->guest);
    v->fp_extra = m.fpsr & 0x80 ? FPF_ID : 0;
    v->guest_fpcr = fpcr_make(v->fp_rm & 7, mirrored((unsigned)m.fpsr & 31));
}

static void store_machine(void *to, const struct vcpu *v)
{
    const uint64_t *qc = golden_home(&guest_aarch64, v, GA64_S_qc);
    struct machine *m = to;

    each_slot(m, v, from_home);
    m->nzcv = 0;
    for (unsigned i = 0; i < 4; i++)
        m->nzcv |= *golden_home(&guest_aarch64, v, GA64_S_n + i) << (3 - i);
    m->fpsr = mirrored(fpcr_flags(v->guest_fpcr)) | (v->fp_extra & FPF_ID ? 0x80 : 0) | (qc[0] || qc[1] ? 1u << 27 : 0);
}

/* Literal loads find bytes 0, 1, 2, ... 4 KiB after the instruction. */
static void map_literals(void)
{
    uint8_t *p = mmap((void *)(uintptr_t)(BASE + 4096), 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    ck_assert(p == (uint8_t *)(uintptr_t)(BASE + 4096));
    for (unsigned i = 0; i < 4096; i++)
        p[i] = (uint8_t)i;
}

START_TEST(golden_rows)
{
    static const struct machine blank = { .ex = UINT64_MAX };
    const struct golden k = { &guest_aarch64, "passes/lift/aarch64/aarch64.t", fields, ARRAY_LEN(fields), &blank, sizeof blank,
                              load_machine, store_machine };

    map_literals();
    golden_check(&k);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("aarch64 golden rows");
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    tcase_add_test(t, golden_rows);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
