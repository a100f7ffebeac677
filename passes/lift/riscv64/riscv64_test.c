/* Golden rows of riscv64.t (see tests/golden.h), and the table's other properties. Fields of rows:
 *   xN=, fN=  register     rm= / frm=  rounding mode     ff=  sticky flags     res=, val=  the reservation (resaddr, resval) */
#include "passes/lift/riscv64/riscv64.h"
#include "tests/golden.h"

enum { BASE = GOLDEN_BASE };

struct machine { struct golden_common c; uint64_t x[32], f[32], frm, ff, res, val; };

static const struct golden_field fields[] = {
    GOLDEN_COMMON(struct machine),
    { "x", offsetof(struct machine, x), 32, 1, NULL }, { "f", offsetof(struct machine, f), 32, 1, NULL },
    GOLDEN_FIELD(struct machine, "frm", frm), GOLDEN_FIELD(struct machine, "rm", frm), GOLDEN_FIELD(struct machine, "ff", ff),
    GOLDEN_FIELD(struct machine, "res", res), GOLDEN_FIELD(struct machine, "val", val),
};

/* The slots of a machine's fields, x0 not among them. */
static void each_slot(struct machine *m, const struct vcpu *v, void (*copy)(uint64_t *field, uint64_t *home))
{
    for (unsigned i = 1; i < 32; i++)
        copy(&m->x[i], golden_home(&guest_riscv64, v, GRV64_SLOT_X + i));
    for (unsigned i = 0; i < 32; i++)
        copy(&m->f[i], golden_home(&guest_riscv64, v, GRV64_SLOT_F + i));
    copy(&m->frm, golden_home(&guest_riscv64, v, GRV64_S_frm));
    copy(&m->res, golden_home(&guest_riscv64, v, GRV64_S_resaddr));
    copy(&m->val, golden_home(&guest_riscv64, v, GRV64_S_resval));
}

static void to_home(uint64_t *field, uint64_t *home) { *home = *field; }
static void from_home(uint64_t *field, uint64_t *home) { *field = *home; }

static void load_machine(const void *from, struct vcpu *v)
{
    struct machine m = *(const struct machine *)from;

    each_slot(&m, v, to_home);
    v->fp_rm = guest_riscv64.fp_rm(v->guest);
    v->guest_fpcr = fpcr_make(v->fp_rm, (unsigned)m.ff);
}

static void store_machine(void *to, const struct vcpu *v)
{
    struct machine *m = to;

    each_slot(m, v, from_home);
    m->ff = fpcr_flags(v->guest_fpcr);
}

START_TEST(golden_rows)
{
    static const struct machine blank;
    const struct golden k = { &guest_riscv64, "passes/lift/riscv64/riscv64.t", fields, ARRAY_LEN(fields), &blank, sizeof blank,
                              load_machine, store_machine };

    golden_check(&k);
}
END_TEST

START_TEST(random_instances_decode_to_their_row)
{
    struct guest_rng rng = { .s = { 42, 4711 } };
    uint8_t b[16];
    struct ginsn in;

    for (uint32_t row = 1; row < GRV64_NROW; row++) {
        unsigned made = 0;

        for (unsigned i = 0; i < 200; i++) {
            unsigned n = guest_riscv64.encode_random(row, &rng, 64, b), got;

            if (n == 0)
                continue;
            made++;
            guest_riscv64.decode(b, n, BASE, &in);
            got = in.row;
            ck_assert_uint_eq(in.len, n);
            /* A general row may draw a special case: fence/pause, ori/prefetch, slot 0 forms. */
            ck_assert_msg(got == row || grv64_row[got].mask > grv64_row[row].mask, "%s came back as %s (%08x)",
                          guest_riscv64.row_name(row), guest_riscv64.row_name(got), in.raw);
            if (in.flow == GF_BRANCH || in.flow == GF_JUMP || in.flow == GF_CALL)
                ck_assert_uint_eq(in.target, BASE + 64);
        }
        ck_assert_msg(made > 0, "%s cannot be encoded", guest_riscv64.row_name(row));
    }
}
END_TEST

START_TEST(random_instances_keep_to_the_masks)
{
    struct guest_rng rng = { .s = { 1, 2 }, .dst = 0xf0, .base = 0x300, .src = 0xfffff0, .fdst = 0xff };
    uint8_t b[16];
    struct ginsn in;

    for (uint32_t row = 1; row < GRV64_NROW; row++)
        for (unsigned i = 0; i < 50; i++) {
            unsigned n = guest_riscv64.encode_random(row, &rng, 8, b);

            if (n == 0)
                continue;
            guest_riscv64.decode(b, n, BASE, &in);
            if (grv64_row[in.row].cls == GRV64_C_bin && in.rd)
                ck_assert_msg(0xf0 >> in.rd & 1, "%s writes x%u", guest_riscv64.row_name(row), in.rd);
            if (grv64_row[in.row].cls == GRV64_C_store || grv64_row[in.row].cls == GRV64_C_amo)
                ck_assert_msg(0x300 >> in.rs1 & 1, "%s addresses x%u", guest_riscv64.row_name(row), in.rs1);
        }
}
END_TEST

START_TEST(flows)
{
    static const struct { uint32_t w; enum gflow flow; } t[] = {
        { 0x0080006f, GF_JUMP }, { 0x008000ef, GF_CALL }, { 0x008002ef, GF_CALL }, { 0x00008067, GF_RET }, { 0x00028067, GF_RET },
        { 0x00050067, GF_IJUMP }, { 0x000500e7, GF_ICALL }, { 0x000e0367, GF_IJUMP }, { 0x8082, GF_RET }, { 0x8502, GF_IJUMP },
        { 0x9502, GF_ICALL }, { 0xa001, GF_JUMP }, { 0xc101, GF_BRANCH }, { 0x00000073, GF_SYSCALL }, { 0x00100073, GF_TRAP },
        { 0x9002, GF_TRAP }, { 0, GF_TRAP }, { 0x0000100f, GF_BARRIER }, { 0x00359073, GF_BARRIER }, { 0x00302573, GF_NEXT },
        { 0x00159073, GF_NEXT }, { 0x00200073, GF_TRAP },
    };

    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        struct ginsn in;
        uint8_t b[4];

        memcpy(b, &t[i].w, 4);
        guest_riscv64.decode(b, 4, BASE, &in);
        ck_assert_msg(in.flow == t[i].flow, "%08x: flow %u", t[i].w, in.flow);
    }
}
END_TEST

START_TEST(truncated)
{
    static const uint8_t b[] = { 0x13, 0x05, 0x00 };
    struct ginsn in;

    for (size_t n = 1; n <= 3; n++) {
        guest_riscv64.decode(b, n, BASE, &in);
        ck_assert_uint_eq(in.row, 0);
        ck_assert_uint_eq(in.flow, GF_TRAP);
        ck_assert_uint_eq(in.len, n);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("riscv64");
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    tcase_add_test(t, golden_rows);
    tcase_add_test(t, random_instances_decode_to_their_row);
    tcase_add_test(t, random_instances_keep_to_the_masks);
    tcase_add_test(t, flows);
    tcase_add_test(t, truncated);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
