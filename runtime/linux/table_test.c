/* The system call table: numbers, completeness, argument kinds; what is written about calls; names below /proc; flag translation.
 */
#include "runtime/linux/abi.h"
#include "runtime/linux/linux.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* asm-generic/unistd.h has every number of these ranges; 38 (renameat) is not riscv64's. */
static bool is_assigned(unsigned nr)
{
    return nr <= 243 || nr == 258 || nr == 259 || (nr >= 260 && nr <= 294) || (nr >= 424 && nr <= 467);
}

START_TEST(numbers_are_sorted_and_complete)
{
    unsigned n, last = 0;
    const struct sys_row *row = sys_rows(&n);

    for (unsigned i = 0; i < n; i++) {
        ck_assert_msg(i == 0 || row[i].nr > (int)last, "%s is out of order", row[i].name);
        last = (unsigned)row[i].nr;
        ck_assert_ptr_eq(sys_row_find(last), &row[i]);
    }
    for (unsigned nr = 0; nr < 600; nr++)
        ck_assert_msg((sys_row_find(nr) != NULL) == is_assigned(nr), "number %u", nr);
    ck_assert_ptr_null(sys_row_find(UINT64_MAX));
    ck_assert_ptr_null(sys_row_find(UINT64_C(1) << 32));
}
END_TEST

START_TEST(well_known_numbers)
{
    static const struct { unsigned nr; const char *name;
    } known[] = {
        {17, "getcwd"},        {25, "fcntl"},         {29, "ioctl"},   {56, "openat"},      {63, "read"},           {64, "write"},
        {79, "newfstatat"},    {93, "exit"},          {98, "futex"},   {101, "nanosleep"},  {113, "clock_gettime"}, {129, "kill"},
        {134, "rt_sigaction"}, {139, "rt_sigreturn"}, {160, "uname"},  {172, "getpid"},     {198, "socket"},        {214, "brk"},
        {220, "clone"},        {221, "execve"},       {222, "mmap"},   {226, "mprotect"},   {258, "riscv_hwprobe"}, {260, "wait4"},
        {278, "getrandom"},    {291, "statx"},        {435, "clone3"}, {439, "faccessat2"}, {462, "mseal"},
    };

    for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_str_eq(sys_row_find(known[i].nr)->name, known[i].name);
}
END_TEST

START_TEST(rows_are_served)
{
    unsigned n, count[4] = { 0 };
    const struct sys_row *row = sys_rows(&n);

    for (unsigned i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(row[i].fn);
        ck_assert_uint_le(row[i].nargs, 6);
        ck_assert_msg((row[i].how == HOW_PASS) == (row[i].host >= 0), "%s", row[i].name);
        for (unsigned k = 0; k < 6; k++) {
            unsigned kind = row[i].arg[k] & 0xff, sk = row[i].arg[k] >> 8;
            ck_assert_msg(kind < AK_COUNT && (kind != AK_NONE) == (k < row[i].nargs), "%s argument %u", row[i].name, k);
            ck_assert_msg((kind == AK_IN || kind == AK_OUT || kind == AK_IO) == (sk != SK_NONE), "%s argument %u", row[i].name, k);
        }
        count[row[i].how]++;
    }
    ck_assert_uint_ge(count[HOW_PASS] + count[HOW_OWN], 270);
    printf("system calls: %u rows, %u passed on, %u own, %u ENOSYS, %u EPERM\n", n, count[HOW_PASS], count[HOW_OWN],
           count[HOW_NOSYS], count[HOW_PERM]);
}
END_TEST

START_TEST(open_flags_round_trip)
{
    const struct guest *guest;

    for (unsigned n = 0; (guest = guest_nth(n)); n++) {
        const struct guest_abi *g = guest->abi;
        const uint64_t sets[] = { 0, O_WRONLY | O_CREAT | O_TRUNC, g->o.directory, g->o.nofollow | O_CLOEXEC, g->o.direct | O_RDWR,
                                  g->o.largefile | g->o.directory | O_PATH,
                                  g->o.direct | g->o.largefile | g->o.directory | g->o.nofollow };

        for (unsigned i = 0; i < sizeof sets / sizeof *sets; i++)
            ck_assert_uint_eq(abi_open_flags_from_host(g, abi_open_flags_to_host(g, sets[i])), sets[i]);
        ck_assert_uint_eq(abi_open_flags_to_host(g, g->o.directory), O_DIRECTORY);
        ck_assert_uint_eq(abi_open_flags_to_host(g, g->o.nofollow), O_NOFOLLOW);
        ck_assert_uint_eq(abi_open_flags_to_host(g, g->o.direct), O_DIRECT);
    }
    ck_assert_uint_eq(guest_aarch64.abi->o.directory, 040000);
    ck_assert_uint_eq(guest_riscv64.abi->o.directory, 0200000);
}
END_TEST

START_TEST(proc_names)
{
    char own[64];

    ck_assert_int_eq(proc_classify("/proc/self/exe"), PROC_EXE);
    ck_assert_int_eq(proc_classify("/proc/thread-self/exe"), PROC_EXE);
    ck_assert_int_eq(proc_classify("/proc/self/cmdline"), PROC_CMDLINE);
    ck_assert_int_eq(proc_classify("/proc/self/auxv"), PROC_AUXV);
    ck_assert_int_eq(proc_classify("/proc/self/maps"), PROC_MAPS);
    ck_assert_int_eq(proc_classify("/proc/cpuinfo"), PROC_CPUINFO);
    ck_assert_int_eq(proc_classify("/proc/self/cpuinfo"), PROC_NOT);
    ck_assert_int_eq(proc_classify("/proc/self/status"), PROC_NOT);
    ck_assert_int_eq(proc_classify("/proc/self"), PROC_NOT);
    ck_assert_int_eq(proc_classify("/proc/"), PROC_NOT);
    ck_assert_int_eq(proc_classify("/proc//exe"), PROC_NOT);
    ck_assert_int_eq(proc_classify("/proc/1/exe"), getpid() == 1 ? PROC_EXE : PROC_NOT);
    ck_assert_int_eq(proc_classify("/proc/99999999999999999999/exe"), PROC_NOT);
    ck_assert_int_eq(proc_classify("/home/proc/self/exe"), PROC_NOT);
    ck_assert_int_eq(proc_classify(""), PROC_NOT);
    snprintf(own, sizeof own, "/proc/%d/exe", (int)getpid());
    ck_assert_int_eq(proc_classify(own), PROC_EXE);
}
END_TEST

/* What strace_after wrote, without the pid in front. */
static void trace(unsigned nr, const uint64_t a[6], int64_t result, char *out, size_t n)
{
    static struct rt rt;
    struct rt_thread *t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    struct sys_call c = { .t = t, .row = sys_row_find(nr) };
    struct strace_line line;
    int fd = memfd_create("strace", 0);
    char buf[2000];
    ssize_t got;

    ck_assert_ptr_nonnull(t);
    t->rt = &rt;
    t->g = &guest_riscv64;
    rt.err_fd = fd;
    memcpy(c.a, a, sizeof c.a);
    strace_before(&line, &c);
    strace_after(&line, result);
    got = pread(fd, buf, sizeof buf - 1, 0);
    close(fd);
    free(t);
    ck_assert_int_gt(got, 0);
    buf[got] = 0;
    ck_assert_ptr_nonnull(strchr(buf, ' '));
    snprintf(out, n, "%s", strchr(buf, ' ') + 1);
}
#define ARG(p) ((uint64_t)(uintptr_t)(p))

START_TEST(lines)
{
    int two[2] = { 3, 4 };
    const char *argv[] = { "prog", "an arg", NULL };
    uint64_t set = UINT64_C(1) << (SIGINT - 1) | UINT64_C(1) << (SIGCHLD - 1);
    struct g_stat st = { .mode = S_IFREG | 0644, .size = 77 };
    struct { unsigned nr; uint64_t a[6]; int64_t result; const char *want;
    } c[] = {
        {56,
         {(uint64_t)AT_FDCWD, ARG("/etc/passwd"), O_RDWR | O_CREAT | O_CLOEXEC, 0644},
         3,
         "openat(AT_FDCWD, \"/etc/passwd\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3\n"},
        {56,
         {(uint64_t)AT_FDCWD, ARG("x\n"), 0, 0},
         -2,
         "openat(AT_FDCWD, \"x\\n\", O_RDONLY, 00) = -1 ENOENT (No such file or directory)\n"},
        {64, {1, ARG("hello\n"), 6}, 6, "write(1, \"hello\\n\", 6) = 6\n"},
        {63, {0, ARG("ab\1"), 100}, 3, "read(0, \"ab\\1\", 100) = 3\n"},
        {59, {ARG(two), 02000000}, 0, "pipe2([3, 4], O_RDONLY|O_CLOEXEC) = 0\n"},
        {222,
         {0, 8192, 3, 0x22, (uint64_t)-1, 0},
         0x7000,
         "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000\n"},
        {226, {0x1000, 4096, 0}, 0, "mprotect(0x1000, 4096, PROT_NONE) = 0\n"},
        {220, {0x4111, 0x5000, 0, 0, 0}, 12, "clone(CLONE_VM|CLONE_VFORK|SIGCHLD, 0x5000, NULL, NULL, NULL) = 12\n"},
        {129, {5, SIGTERM}, 0, "kill(5, SIGTERM) = 0\n"},
        {135, {2, ARG(&set), 0, 8}, 0, "rt_sigprocmask(SIG_SETMASK, [INT CHLD], NULL, 8) = 0\n"},
        {80, {4, ARG(&st)}, 0, "fstat(4, {st_mode=S_IFREG|0644, st_size=77, ...}) = 0\n"},
        {80, {4, 0x10}, -14, "fstat(4, 0x10) = -1 EFAULT (Bad address)\n"},
        {29, {0, 0x5401, 0x1000}, -25, "ioctl(0, TCGETS, 0x1000) = -1 ENOTTY (Inappropriate ioctl for device)\n"},
        {63, {0, 0, 1}, -RT_RESTART_SA, "read(0, 0, 1) = ? (interrupted)\n"},
        {166, {022}, 077, "umask(022) = 077\n"},
        {62, {3, (uint64_t)-5, 2}, 6, "lseek(3, -5, SEEK_END) = 6\n"},
        {81, {0}, 0, "sync() = 0\n"},
    };
    char got[2000];

    for (unsigned i = 0; i < sizeof c / sizeof *c; i++) {
        trace(c[i].nr, c[i].a, c[i].result, got, sizeof got);
        ck_assert_str_eq(got, c[i].want);
    }
    trace(221, (uint64_t[6]){ ARG("/bin/x"), ARG(argv), 0 }, -13, got, sizeof got);
    ck_assert_ptr_nonnull(strstr(got, "execve(\"/bin/x\", [\"prog\", \"an arg\"], NULL) = ?\n"));
    ck_assert_ptr_nonnull(strstr(got, "execve(...) = -1 EACCES"));
}
END_TEST

/* A path of 500 unprintable bytes needs more than the line holds: it is cut, and ends in a newline. */
START_TEST(long_lines_are_cut)
{
    char path[501], got[2000];

    memset(path, 1, 500);
    path[500] = 0;
    trace(276, (uint64_t[6]){ 3, ARG(path), 4, ARG(path), 0 }, 0, got, sizeof got);
    ck_assert_uint_lt(strlen(got), 1400);
    ck_assert_int_eq(got[strlen(got) - 1], '\n');
}
END_TEST

int main(void)
{
    Suite *s = suite_create("linux-table");
    TCase *tc = tcase_create("table");
    SRunner *sr;
    int failed;

    tcase_add_test(tc, numbers_are_sorted_and_complete);
    tcase_add_test(tc, well_known_numbers);
    tcase_add_test(tc, rows_are_served);
    tcase_add_test(tc, open_flags_round_trip);
    tcase_add_test(tc, proc_names);
    tcase_add_test(tc, lines);
    tcase_add_test(tc, long_lines_are_cut);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed;
}
