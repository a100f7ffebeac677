/* hostile WHAT COUNT SEED [-i MUTANT] [-k DIR,N] FILE...: COUNT mutants of the files through the readers that WHAT names. Says
 * which mutant did what, and ends with "N passed, N failed"; a mutant that kills or hangs the process is named before it dies. */
#include "tests/hostile/hostile.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

/* Of CPU and of the clock: none takes a tenth of it on an idle machine, but others may be busy on this one. */
enum { MUTANT_SECONDS = 20, MUTANT_CLOCK = 150 };

static const struct job *job;
static uint64_t current, harmed, fates[FATES];
static bool current_harmed;

struct rng mutant(const struct job *j, uint64_t i)
{
    struct rng r = { j->seed * 0x9e3779b97f4a7c15u ^ i * 0xd1342543de82ef95u };

    current = i;
    current_harmed = false;
    setitimer(ITIMER_PROF, &(struct itimerval){ .it_value.tv_sec = MUTANT_SECONDS }, NULL);
    alarm(MUTANT_CLOCK);
    rnd(&r);
    return r;
}

void fate(enum fate f) { fates[f]++; }

void harm(const char *fmt, ...)
{
    va_list ap;

    printf("mutant %llu: ", (unsigned long long)current);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
    harmed += !current_harmed;
    current_harmed = true;
}

/* Runs in signal handlers and in a sanitizer's last moments. */
static void say_mutant(const char *how)
{
    char line[200];
    int n = snprintf(line, sizeof line, "\n%s: mutant %llu of seed %llu %s\n%llu passed, 1 failed\n", job->what,
                     (unsigned long long)current, (unsigned long long)job->seed, how, (unsigned long long)current);

    if (write(STDOUT_FILENO, line, (size_t)n) < 0)
        _exit(3);
}

static void on_alarm(int sig)
{
    say_mutant("hangs");
    _exit(2);
}

static void on_death(void) { say_mutant("kills the reader"); }

static void on_signal(int sig)
{
    on_death();
    signal(sig, SIG_DFL);
    raise(sig);
}

static bool run(const struct job *j)
{
    if (!strcmp(j->what, "images"))
        hostile_images(j);
    else if (!strcmp(j->what, "programs"))
        hostile_elf(j);
    else if (!strcmp(j->what, "stores"))
        hostile_store(j);
    else if (fuzz_target_known(j->what))
        hostile_fuzz(j);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct job j = { .only = -1 };
    int c;

    while ((c = getopt(argc, argv, "+i:k:")) > 0)
        if (c == 'i')
            j.only = atoll(optarg);
        else if (c == 'k') {
            char *comma = strchr(optarg, ',');

            j.nkeep = comma ? (unsigned)atoi(comma + 1) : 100;
            if (comma)
                *comma = 0;
            j.keep = optarg;
        }
    if (argc - optind < 3) {
        fprintf(stderr, "usage: hostile [-i MUTANT] [-k DIR,N] WHAT COUNT SEED FILE...\n");
        return 64;
    }
    j.what = argv[optind];
    j.count = strtoull(argv[optind + 1], NULL, 0);
    j.seed = strtoull(argv[optind + 2], NULL, 0);
    j.file = argv + optind + 3;
    j.nfile = argc - optind - 3;
    job = &j;
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGALRM, on_alarm);
    signal(SIGPROF, on_alarm);
#ifdef __SANITIZE_ADDRESS__
    __asan_set_death_callback(on_death);
    signal(SIGABRT, on_signal);
#else
    for (unsigned i = 0; i < 5; i++)
        signal((const int[]){ SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE }[i], on_signal);
#endif
    if (!run(&j)) {
        fprintf(stderr, "hostile: what is '%s'?\n", j.what);
        return 64;
    }
    printf("%s: seed %llu: %llu refused, %llu accepted, %llu of them verified\n", j.what, (unsigned long long)j.seed,
           (unsigned long long)fates[REFUSED], (unsigned long long)fates[ACCEPTED], (unsigned long long)fates[VERIFIED]);
    printf("%llu passed, %llu failed\n", (unsigned long long)(j.count - harmed), (unsigned long long)harmed);
    return harmed != 0;
}
