#include "runtime/options.h"

#include "runtime/process.h"

#include <check.h>
#include <stdlib.h>

static char err[256];

/* Parses a NULL-terminated command line. */
static enum opt_result parse(struct rt_options *o, char **argv, char **envp)
{
    int argc = 0;

    while (argv[argc])
        argc++;
    err[0] = 0;
    return rt_options_parse(o, argc, argv, envp, err, sizeof err);
}

#define ARGS(...) (char *[]){ "aotrun", __VA_ARGS__, NULL }
static char *noenv[] = { NULL };

START_TEST(defaults)
{
    struct rt_options o;
    char **argv = ARGS("prog", "--stats", "-x");

    ck_assert_int_eq(parse(&o, argv, noenv), OPT_RUN);
    ck_assert_int_eq(o.engine, RT_AUTO);
    ck_assert_int_eq(o.stats, RT_STATS_NONE);           /* behind the file it is the guest's */
    ck_assert_str_eq(o.file, "prog");
    ck_assert_int_eq(o.argc, 3);
    ck_assert_str_eq(o.argv[0], "prog");
    ck_assert_str_eq(o.argv[2], "-x");
    rt_options_free(&o);
}
END_TEST

START_TEST(all_options)
{
    struct rt_options o;
    char **argv = ARGS("--engine=aot", "--store", "rel", "--stats=json", "--stats-file=/abs", "--strace", "--verbose", "-L", "/x",
                       "-0", "name", "--explain", "0x10430", "--", "prog");

    ck_assert_int_eq(parse(&o, argv, noenv), OPT_RUN);
    ck_assert_int_eq(o.engine, RT_AOT);
    ck_assert_int_eq(o.store[0], '/');                  /* made absolute */
    ck_assert_str_eq(strrchr(o.store, '/'), "/rel");
    ck_assert_int_eq(o.stats, RT_STATS_JSON);
    ck_assert_str_eq(o.stats_file, "/abs");
    ck_assert(o.strace && o.verbose && o.explain);
    ck_assert_uint_eq(o.explain_pc, 0x10430);
    ck_assert_str_eq(o.file, "prog");
    ck_assert_str_eq(o.argv[0], "name");
    rt_options_free(&o);
}
END_TEST

START_TEST(environment)
{
    struct rt_options o;
    char *env[] = { "A=1", "AB=2", "C=3", NULL };

    ck_assert_int_eq(parse(&o, ARGS("-E", "A=9", "--env", "N=", "-U", "C", "-U", "missing", "p"), env), OPT_RUN);
    ck_assert_str_eq(o.envp[0], "AB=2");
    ck_assert_str_eq(o.envp[1], "A=9");
    ck_assert_str_eq(o.envp[2], "N=");
    ck_assert_ptr_null(o.envp[3]);
    ck_assert_str_eq(env[0], "A=1");                    /* the caller's array is untouched */
    rt_options_free(&o);
}
END_TEST

START_TEST(refusals)
{
    struct rt_options o;
    char **bad[] = { ARGS("--engine=fast", "p"), ARGS("--nonsense", "p"), ARGS("-E", "novalue", "p"), ARGS("-E", "=v", "p"),
                     ARGS("--stats=xml", "p"), ARGS("--explain=zz", "p"), ARGS("--explain=-1", "p"), ARGS("--store"),
                     ARGS("-Z", "p"), ARGS("--verbose"), ARGS("--check=all", "p"), ARGS("--perf=dump", "p"),
                     ARGS("--check=lockstep", "--engine=interp", "p") };

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(parse(&o, bad[i], noenv) == OPT_BAD, "case %u was accepted", i);
        ck_assert(err[0] && !strchr(err, '\n'));
        rt_options_free(&o);
    }
    ck_assert_int_eq(parse(&o, ARGS("--help"), noenv), OPT_HELP);
    rt_options_free(&o);
    ck_assert_int_eq(parse(&o, ARGS("-V"), noenv), OPT_VERSION);
    rt_options_free(&o);
}
END_TEST

/* What a child inherits parses back to the same options. */
START_TEST(inheritance)
{
    static struct rt rt;
    struct rt_options back;
    const char *out[32] = { NULL };
    char **argv = ARGS("--engine=interp", "--store=/s", "--stats", "--stats-file=/f", "--strace", "--verbose", "-L/l", "-E", "X=1",
                       "--perf=map", "--strict-flags", "p", "q");

    ck_assert_int_eq(parse(&rt.opt, argv, noenv), OPT_RUN);
    unsigned n = rt_inherit_args(&rt.opt, "--zero", "s.sh", out, RT_INHERIT_ARGS);
    out[n] = "child";
    out[n + 1] = "arg";
    ck_assert_int_eq(parse(&back, (char **)out, noenv), OPT_RUN);
    ck_assert_int_eq(back.engine, RT_INTERP);
    ck_assert_str_eq(back.store, "/s");
    ck_assert_int_eq(back.stats, RT_STATS_TEXT);
    ck_assert_str_eq(back.stats_file, "/f");
    ck_assert(back.strace && back.verbose && back.perf_map && back.strict_flags && !back.explain && !back.lockstep);
    ck_assert_str_eq(back.prefix, "/l");
    ck_assert(back.guest_name);
    ck_assert_str_eq(back.exec_name, "s.sh");
    ck_assert_str_eq(back.file, "child");
    ck_assert_str_eq(back.argv[0], "--zero");
    ck_assert_str_eq(back.argv[1], "arg");
    rt_options_free(&back);
    rt_options_free(&rt.opt);
    ck_assert_int_eq(parse(&rt.opt, ARGS("--check=lockstep", "p"), noenv), OPT_RUN);
    n = rt_inherit_args(&rt.opt, "p", NULL, out, RT_INHERIT_ARGS);
    out[n] = "child";
    out[n + 1] = NULL;
    ck_assert_int_eq(parse(&back, (char **)out, noenv), OPT_RUN);
    ck_assert(back.lockstep && !back.perf_map && !back.strict_flags && !back.guest_name && !back.exec_name);
    rt_options_free(&back);
    rt_options_free(&rt.opt);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("options");
    TCase *c = tcase_create("options");

    tcase_add_test(c, defaults);
    tcase_add_test(c, all_options);
    tcase_add_test(c, environment);
    tcase_add_test(c, refusals);
    tcase_add_test(c, inheritance);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
