/* The machine's backend against T0: random functions through every pipeline and feature level, every op alone, exits and loops that
 * permute registers, faults and polls with exact state, the hint stack. Environment: AOTC_TEST_SEED=n runs that random function
 * alone and prints it; AOTC_TEST_COUNT=n sets how many run. */
#include "jit/backend_gen.h"
#include "jit/helpers.h"
#include "passes/ir/eval.h"

/* ---- random functions ---- */

static struct ir_func *irgen_make(struct cc *cc, const void *arg)
{
    const struct bgen_arg *a = arg;
    struct irgen g = { .seed = a->seed * 77 + 5, .nint = NI, .nfp = NF, .nblocks = a->seed % 11,
                       .ops = 4 + a->seed % 30, .fp = true, .vec0 = S_V, .nvec = a->seed % 3 && has_vectors() ? NV : 0 };

    return irgen_func(cc, &g, slots, NSLOT);
}

static bool mismatch(const struct compile_job *j, const struct linked *out, uint64_t seed, unsigned run, bool request,
                     struct ir_func *f)
{
    struct state want, got;
    const char *why;

    bgen_state(&want, seed * 8 + run);
    if (j->make == irgen_make)
        want.pc = ENTRY1 + 4;
    got = want;
    vcpu.request = request;
    run_t0(f, &want);
    run_host(out, &got);
    vcpu.request = 0;
    why = state_differs(&want, &got);
    if (why)
        fprintf(stderr, "seed %lu (%u records), %s, features %#lx, run %u: %s\n", (unsigned long)seed, f->ninsn,
                j->pipeline, (unsigned long)j->features, run, why);
    return why != NULL;
}

/* Returns the number of combinations that differ. */
static unsigned check_seed(uint64_t seed, FILE *dump)
{
    struct bgen_arg arg = { seed };
    struct compile_job job = { .make = seed % 4 ? bgen_func : irgen_make, .arg = &arg };
    unsigned bad = 0;
    uint64_t features;
    struct cc cc;
    struct ir_func *f;

    cc_init(&cc);
    f = job.make(&cc, &arg);
    ir_cfg(f);
    if (dump)
        ir_print(dump, f);
    for (unsigned lv = 0; feature_set(lv, &features); lv++)
        for (unsigned p = 0; p < ARRAY_LEN(pipelines); p++) {
            struct linked out = { 0 };

            job.pipeline = pipelines[p];
            job.features = features;
            compile_place(&job, &out);
            for (unsigned run = 0; run < 6; run++)
                if (mismatch(&job, &out, seed, run, run == 5, f)) {
                    bad++;
                    if (dump) {
                        job.dump = dump;
                        linked_free(&out);
                        compile_place(&job, &out);
                        job.dump = NULL;
                    }
                    break;
                }
            linked_free(&out);
        }
    cc_fini(&cc);
    return bad;
}

START_TEST(random_functions)
{
    const char *one = getenv("AOTC_TEST_SEED"), *count = getenv("AOTC_TEST_COUNT");
    uint64_t n = count ? strtoull(count, NULL, 0) : 600;
    unsigned bad = 0, limit = count ? UINT32_MAX : 10;

    if (one) {
        ck_assert_uint_eq(check_seed(strtoull(one, NULL, 0), stderr), 0);
        return;
    }
    for (uint64_t seed = 0; seed < n && bad < limit; seed++)
        bad += check_seed(seed, NULL) != 0;
    ck_assert_uint_eq(bad, 0);
}
END_TEST

#include "jit/backend_cases.h"
#include "jit/backend_vec.h"

int main(void)
{
    Suite *s = suite_create("backend");
    TCase *t = tcase_create("backend");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(t, harness_setup, NULL);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, random_functions);
    if (!getenv("AOTC_TEST_SEED"))
        backend_cases(t);
    if (!getenv("AOTC_TEST_SEED")) {
        tcase_add_test(t, refuses_vectors);
        tcase_add_test(t, vector_roles);
    }
    if (!getenv("AOTC_TEST_SEED") && has_vectors()) {
        tcase_add_test(t, prop_scalar);
        tcase_add_test(t, prop_vector);
    }
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
