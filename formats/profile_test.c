/* Journals and profiles: records survive damage around them, and no record is lost between writers and mergers. */
#include "formats/profile.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct one { struct profile_rec r; struct profile_pc pc[8]; };

static char dir[64];

static void setup(void)
{
    strcpy(dir, "/tmp/aot-profile-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
    char cmd[200];

    snprintf(cmd, sizeof(cmd), "chmod u+w %s; rm -rf %s", dir, dir);
    ck_assert_int_eq(system(cmd), 0);
}

static struct one make(uint8_t module, uint32_t npc, uint64_t pc)
{
    struct one o = { .r = { .uses = 1, .npc = npc, .when = 100 + module, .guest_machine = 243 } };

    memset(o.r.module_hash, module, 16);
    memset(o.r.image, module, 16);
    for (uint32_t i = 0; i < npc; i++)
        o.pc[i] = (struct profile_pc){ pc + 2 * i, i + 1 };
    profile_seal(&o.r);
    return o;
}

struct seen { unsigned n; uint64_t pcs, uses, last; };

static void see(void *ctx, const struct profile_rec *r, const struct profile_pc *pc)
{
    struct seen *s = ctx;

    s->n++;
    s->uses += r->uses;
    s->last = r->when;
    for (uint32_t i = 0; i < r->npc; i++)
        s->pcs += pc[i].count;
}

static bool append(const char *to, const struct profile_rec *r) { return profile_append(to, &r, 1); }

START_TEST(test_scan)
{
    uint8_t buf[4096];
    struct one a = make(1, 3, 0x1000), b = make(2, 0, 0), c = make(3, 8, 0x2000);
    size_t n = 0;
    struct seen s = { 0 };

    memcpy(buf, &a, a.r.size), n += a.r.size;
    memcpy(buf + n, &b, b.r.size), n += b.r.size;
    memcpy(buf + n, &c, c.r.size), n += c.r.size;
    ck_assert_uint_eq(profile_scan(buf, n, see, &s), 0);
    ck_assert_uint_eq(s.n, 3);
    ck_assert_uint_eq(s.pcs, 6 + 36);
    ck_assert_uint_eq(s.last, 103);
    /* every single byte of the middle record: it goes, the others stay */
    for (size_t i = 0; i < b.r.size; i++) {
        buf[a.r.size + i] ^= 0x5a;
        s = (struct seen){ 0 };
        ck_assert_uint_eq(profile_scan(buf, n, see, &s), b.r.size);
        ck_assert_uint_eq(s.n, 2);
        buf[a.r.size + i] ^= 0x5a;
    }
    /* torn anywhere: what is before stays, and what a later writer appended behind the torn piece counts too */
    for (size_t cut = 1; cut < c.r.size; cut++) {
        uint8_t t[4096];
        size_t at = n - c.r.size + cut;

        memcpy(t, buf, at);
        memcpy(t + at, &b, b.r.size);
        s = (struct seen){ 0 };
        ck_assert_uint_eq(profile_scan(t, at + b.r.size, see, &s), cut);
        ck_assert_uint_eq(s.n, 3);
    }
    s = (struct seen){ 0 };
    ck_assert_uint_eq(profile_scan(buf, 0, see, &s), 0);
    ck_assert_uint_eq(s.n, 0);
}
END_TEST

START_TEST(test_add)
{
    struct profile_pc *a = NULL, b[2] = { { 8, 1 }, { 4, UINT64_MAX } }, *big = calloc(PROFILE_MAX_PCS + 10, sizeof(*big));
    uint32_t n = 0;

    ck_assert(profile_add(&a, &n, b, 2));
    ck_assert(profile_add(&a, &n, b, 2));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(a[0].pc, 4);
    ck_assert_uint_eq(a[0].count, UINT64_MAX);
    ck_assert_uint_eq(a[1].count, 2);
    for (uint32_t i = 0; i < PROFILE_MAX_PCS + 10; i++)
        big[i] = (struct profile_pc){ 100 + i, 3 };
    ck_assert(profile_add(&a, &n, big, PROFILE_MAX_PCS + 10));
    ck_assert_uint_eq(n, PROFILE_MAX_PCS);
    ck_assert_uint_eq(a[0].pc, 4);              /* often run: stays */
    ck_assert_uint_eq(a[1].pc, 100);            /* pc 8 ran twice only */
    free(big);
    free(a);
}
END_TEST

static uint64_t total(uint8_t module)
{
    struct profile_pc *pc;
    uint8_t hash[16];
    uint32_t n;
    uint64_t sum = 0;

    memset(hash, module, 16);
    ck_assert_int_eq(profile_load(dir, hash, &pc, &n, NULL), ST_OK);
    for (uint32_t i = 0; i < n; i++) {
        ck_assert(i == 0 || pc[i].pc > pc[i - 1].pc);
        sum += pc[i].count;
    }
    free(pc);
    return sum;
}

START_TEST(test_merge)
{
    struct one a = make(1, 3, 0x1000), b = make(2, 8, 0x2000);
    struct seen s = { 0 };

    ck_assert_int_eq(profile_merge(dir, see, &s, NULL), ST_OK);         /* nothing there */
    ck_assert_int_eq(profile_merge("/nowhere/at/all", see, &s, NULL), ST_OK);
    ck_assert(append(dir, &a.r));
    ck_assert(append(dir, &b.r));
    ck_assert(append(dir, &a.r));
    ck_assert_int_eq(profile_merge(dir, see, &s, NULL), ST_OK);
    ck_assert_uint_eq(s.uses, 3);
    ck_assert_uint_eq(total(1), 12);
    ck_assert_uint_eq(total(2), 36);
    ck_assert(append(dir, &b.r));
    ck_assert_int_eq(profile_merge(dir, see, &s, NULL), ST_OK);
    ck_assert_uint_eq(total(2), 72);
    ck_assert_uint_eq(total(3), 0);
    ck_assert_int_eq(profile_merge(dir, see, &s, NULL), ST_OK);
    ck_assert_uint_eq(s.uses, 4);
}
END_TEST

static _Noreturn void write_many(unsigned n)
{
    struct one a = make(1, 1, 0x1000);

    while (n)
        n -= append(dir, &a.r);         /* a merger may hold the journal for a moment */
    _exit(0);
}

START_TEST(test_concurrent)
{
    enum { WRITERS = 4, EACH = 400, MERGERS = 2 };
    unsigned alive = WRITERS;
    struct seen s = { 0 };
    int status;

    for (unsigned i = 0; i < WRITERS; i++)
        if (fork() == 0)
            write_many(EACH);
    pid_t merger = fork();
    while (merger == 0) {
        profile_merge(dir, NULL, NULL, NULL);
        if (getppid() == 1)
            _exit(0);
    }
    while (alive) {
        ck_assert_int_eq(profile_merge(dir, see, &s, NULL), ST_OK);
        while (alive && waitpid(-1, &status, WNOHANG) > 0) {
            ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            alive--;
        }
    }
    /* The other merger must not die in the middle of its work: that may count twice. */
    while (access(dir, F_OK) == 0 && total(1) != WRITERS * EACH)
        ck_assert_int_eq(profile_merge(dir, see, &s, NULL), ST_OK);
    kill(merger, SIGKILL);
    waitpid(merger, &status, 0);
    ck_assert_uint_eq(total(1), WRITERS * EACH);        /* whoever merged them */
}
END_TEST

/* A writer that was stopped between its lock and its write: the merger waits for it. */
START_TEST(test_slow_writer)
{
    struct one a = make(1, 1, 0x1000);
    char path[100], c = 0;
    int ready[2];

    snprintf(path, sizeof(path), "%s/journal", dir);
    ck_assert_int_eq(pipe(ready), 0);
    pid_t writer = fork();
    if (writer == 0) {
        int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);

        flock(fd, LOCK_SH);
        (void)!write(ready[1], &c, 1);
        usleep(200000);
        _exit(write(fd, &a, a.r.size) != (ssize_t)a.r.size);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    ck_assert_int_eq(profile_merge(dir, NULL, NULL, NULL), ST_OK);
    ck_assert_uint_eq(total(1), 1);
    waitpid(writer, NULL, 0);
}
END_TEST

START_TEST(test_refused)
{
    struct one a = make(1, 1, 0x1000);
    char path[100];
    int fd;

    snprintf(path, sizeof(path), "%s/journal", dir);
    ck_assert(!append("/nowhere/at/all", &a.r));
    chmod(dir, 0777);
    ck_assert(!append(dir, &a.r));      /* anybody's */
    chmod(dir, 0555);
    ck_assert(!append(dir, &a.r));      /* root too leaves it alone */
    ck_assert_int_ne(access(path, F_OK), 0);
    chmod(dir, 0755);
    ck_assert_int_eq(symlink("/dev/null", path), 0);
    ck_assert(!append(dir, &a.r));
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    ck_assert(!append(dir, &a.r));
    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT, 0644);
    ck_assert_int_eq(ftruncate(fd, PROFILE_MAX_JOURNAL), 0);
    close(fd);
    ck_assert(!append(dir, &a.r));      /* full until it is merged */
    ck_assert_int_eq(profile_merge(dir, NULL, NULL, NULL), ST_OK);
    ck_assert(append(dir, &a.r));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile");
    TCase *t = tcase_create("profile");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_scan);
    tcase_add_test(t, test_add);
    tcase_add_test(t, test_merge);
    tcase_add_test(t, test_concurrent);
    tcase_add_test(t, test_slow_writer);
    tcase_add_test(t, test_refused);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
