/* Guest paths under -L against the kernel's own answers under chroot: random paths over a small tree full of links, in both forms
 * (followed or not), look-ups and creations; then what ROOT over the host means. */
#include "runtime/linux/path.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CASES = 6000 };
static char base[PATH_MAX];
static struct rt rt;

static void run(const char *fmt, const char *a)
{
    char cmd[2 * PATH_MAX];

    snprintf(cmd, sizeof cmd, fmt, a, a, a, a);
    ck_assert_int_eq(system(cmd), 0);
}

/* Links absolute and relative, to what is there and to what is not, upwards beyond the root, in circles, through each other. */
static void make_tree(const char *name)
{
    char at[PATH_MAX + 8];

    snprintf(at, sizeof at, "%s/%s", base, name);
    run("mkdir -p %s && cd %s && mkdir -p qa/qb/qc qd/qe && echo 1 >qf && echo 2 >qa/qf && echo 3 >qa/qb/qf && echo 4 >qd/qe/qf &&"
        "ln -s /qa ql && ln -s ../../../../qa/qb qd/qu && ln -s qb qa/ql && ln -s /qd/qe/qf qa/qb/ql && ln -s /qx/qnew qd/ql &&"
        "ln -s qloop qloop && ln -s /qd/qloop qd/qloop && ln -s .. qa/qb/qu && ln -s / qd/qe/ql && ln -s /qd/qmade qa/qb/qc/ql &&"
        "ln -s ../qmade qd/qe/qu && ln -s ql/qb/qu/ql qu", at);
}

static unsigned long seed = 1;
static unsigned rnd(unsigned n)
{
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(seed >> 33) % n;
}

static void random_path(char *out, bool relative)
{
    static const char *const part[] = { "qa", "qb", "qc", "qd", "qe", "qf", "ql", "ql", "qu", "qu",
                                       "qloop", "qnew", "..", "..", ".", "qmade" };
    unsigned n = 1 + rnd(5);

    *out = 0;
    for (unsigned i = 0; i < n; i++) {
        if (i || !relative)
            strcat(out, rnd(12) ? "/" : "//");
        strcat(out, part[rnd(sizeof part / sizeof *part)]);
    }
    if (!rnd(6))
        strcat(out, "/");
}

/* One question: its path and what was asked; the answer is an inode's birth name (its content stands for it), or an error. */
struct answer { int64_t error; char what[24]; };
enum ask { FOLLOW, NOFOLLOW, CREAT, EXCL, MKDIR, ASKS };

static void describe(int fd, struct answer *a)
{
    struct stat st;
    char link[64];
    ssize_t n;

    a->error = fstat(fd, &st) ? errno : 0;
    n = readlinkat(fd, "", link, sizeof link);
    snprintf(a->what, sizeof a->what, "%o %ld %.*s", st.st_mode & S_IFMT, S_ISDIR(st.st_mode) ? 0 : (long)st.st_size,
             n > 0 ? (int)n : 0, link);
    close(fd);
}

static const int flags[ASKS] = { O_PATH, O_PATH | O_NOFOLLOW, O_CREAT | O_WRONLY, O_CREAT | O_EXCL | O_RDWR, 0 };

static void ask_kernel(const char *path, enum ask ask, struct answer *a)
{
    int fd = ask == MKDIR ? mkdir(path, 0755) : open(path, flags[ask] | O_CLOEXEC, 0644);

    a->error = fd < 0 ? errno : 0;
    if (fd >= 0 && ask != MKDIR)
        describe(fd, a);
}

static void ask_path(const char *path, enum ask ask, struct answer *a)
{
    static struct path_look l;
    struct path_place p;
    int64_t fd;

    if (ask == MKDIR) {
        fd = path_parent(&rt, AT_FDCWD, path, &p);
        a->error = fd < 0 ? -fd : mkdirat(p.dir, p.name, 0755) ? errno : 0;
        if (fd >= 0)
            path_close(&p);
        return;
    }
    l = (struct path_look){ .rt = &rt, .flags = (uint64_t)flags[ask] | O_CLOEXEC, .mode = 0644 };
    fd = path_open(&l, AT_FDCWD, path);
    a->error = fd < 0 ? -fd : 0;
    if (fd >= 0)
        describe((int)fd, a);
}

/* The same questions in the same order to both; the tree changes under way. */
static void answers(struct answer *a, unsigned long from, const char *root, void (*ask)(const char *, enum ask, struct answer *))
{
    static const char *const dirs[] = { "", "/qa", "/qa/qb", "/qd/qe" };
    char path[PATH_MAX], dir[PATH_MAX + 16];

    seed = from;
    for (unsigned i = 0; i < CASES; i++) {
        unsigned d = rnd(sizeof dirs / sizeof *dirs);
        random_path(path, rnd(3) == 0);
        enum ask what = i < CASES / 2 ? rnd(2) : rnd(8) ? rnd(2) : rnd(ASKS);
        snprintf(dir, sizeof dir, "%s%s", root, *dirs[d] || *root ? dirs[d] : "/");
        if (chdir(dir))
            exit(9);
        ask(path, what, &a[i]);
    }
}

static void report(const struct answer *a, const struct answer *b, unsigned long from)
{
    char path[PATH_MAX];

    seed = from;
    for (unsigned i = 0; i < CASES; i++) {
        unsigned d = rnd(4);
        random_path(path, rnd(3) == 0);
        enum ask what = i < CASES / 2 ? rnd(2) : rnd(8) ? rnd(2) : rnd(ASKS);
        ck_assert_msg(a[i].error == b[i].error && !strcmp(a[i].what, b[i].what),
                      "case %u, directory %u, ask %d, %s: chroot %s '%s', here %s '%s'", i, d, (int)what, path,
                      strerror((int)a[i].error), a[i].what, strerror((int)b[i].error), b[i].what);
    }
}

static bool enter_root(const char *root)
{
    return !chroot(root) || (!unshare(CLONE_NEWUSER) && !chroot(root));
}

static void compare(unsigned long from)
{
    struct answer *a = mmap(NULL, 2 * CASES * sizeof *a, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char root[PATH_MAX + 8];
    int status;

    run("rm -rf %s/A %s/B", base);
    make_tree("A");
    make_tree("B");
    pid_t pid = fork();
    if (!pid) {
        snprintf(root, sizeof root, "%s/A", base);
        if (!enter_root(root))
            _exit(7);
        answers(a, from, "", ask_kernel);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "chroot: status %#x", status);
    snprintf(root, sizeof root, "%s/B", base);
    rt = (struct rt){ .self_fd = -1 };
    ck_assert(path_init(&rt, root));
    answers(a + CASES, from, root, ask_path);
    report(a, a + CASES, from);
    ck_assert_int_eq(chdir(base), 0);
    close(rt.root_fd);
    munmap(a, 2 * CASES * sizeof *a);
    run("diff -r --no-dereference %s/A %s/B", base);
}

START_TEST(as_under_chroot)
{
    for (unsigned long s = 1; s <= 8; s++)
        compare(s * 7919);
}
END_TEST

/* --- ROOT over the host --- */

static void look(const char *path, const char *content, bool in_root)
{
    static struct path_look l;
    char got[64] = "";

    l = (struct path_look){ .rt = &rt, .flags = O_RDONLY | O_CLOEXEC };
    int64_t fd = path_open(&l, AT_FDCWD, path);
    if (!content) {
        ck_assert_msg(fd == -ENOENT, "%s: %d", path, (int)fd);
        return;
    }
    ck_assert_msg(fd >= 0, "%s: %d", path, (int)fd);
    ck_assert_int_gt(read((int)fd, got, sizeof got - 1), 0);
    got[strcspn(got, "\n")] = 0;
    ck_assert_msg(!strcmp(got, content) && l.in_root == in_root, "%s: %s, in_root %d", path, got, l.in_root);
    close((int)fd);
}

static void create(const char *path)
{
    static struct path_look l;

    l = (struct path_look){ .rt = &rt, .flags = O_WRONLY | O_CREAT | O_CLOEXEC, .mode = 0600 };
    int64_t fd = path_open(&l, AT_FDCWD, path);
    ck_assert_msg(fd >= 0, "%s: %d", path, (int)fd);
    ck_assert_int_eq(write((int)fd, "new\n", 4), 4);
    close((int)fd);
}

/* H is a host directory of which ROOT (R) has a twin at the same absolute path. */
static char H[PATH_MAX], R[PATH_MAX], buf[PATH_MAX];
static const char *in(const char *dir, const char *name)
{
    snprintf(buf, sizeof buf, "%.2000s/%s", dir, name);
    return buf;
}

static void lay_over(void)
{
    char cmd[3 * PATH_MAX];

    snprintf(H, sizeof H, "%.1000s/host", base);
    snprintf(R, sizeof R, "%.1000s/R", base);
    run("rm -rf %s/host %s/R", base);
    snprintf(cmd, sizeof cmd,
             "H=%s R=%s; mkdir -p $H/only $H/both $R$H/both $R$H/mine $R/tmp $R/var && cd $H && echo host >both/f &&"
             "echo host >h && echo host >only/f &&"
             "echo root >$R$H/both/f && echo root >$R$H/r && ln -s $H/both/f abs && ln -s both/f rel && ln -s /qroot/f only/out &&"
             "mkdir $R/qroot && echo qroot >$R/qroot/f && ln -s /tmp $R/var/spool && ln -s $H/h $R$H/tohost", H, R);
    ck_assert_int_eq(system(cmd), 0);
    rt = (struct rt){ .self_fd = -1 };
    ck_assert(path_init(&rt, R));
}

START_TEST(over_the_host)
{
    lay_over();
    look(in(H, "both/f"), "root", true);
    look(in(H, "h"), "host", false);
    look(in(H, "only/f"), "host", false);
    look(in(H, "nothing"), NULL, false);
    look(in(R, "qroot/f"), "qroot", true);              /* a name from both sides */
    look(in(H, "abs"), "root", true);                   /* an absolute link on the host is a guest path */
    look(in(H, "rel"), "root", true);
    look(in(H, "only/out"), "qroot", true);
    look(in(H, "tohost"), "host", false);               /* dangling in ROOT, but the host has it */
    look(in(H, "only/../h"), "host", false);
    look(in(H, "only/../both/f"), "root", true);
    ck_assert_int_eq(chdir(in(H, "only")), 0);
    look("f", "host", false);
    look("out", "qroot", true);
    look("../h", "host", false);
    ck_assert_int_eq(chdir(in(R, "qroot")), 0);
    look("f", "qroot", false);                          /* relative: in_root says nothing */
    look("../../../../../../../../qroot/f", "qroot", true);
    ck_assert_str_eq(path_told(&rt, in(R, "qroot")), "/qroot");
    ck_assert_str_eq(path_told(&rt, R), "/");
    ck_assert_str_eq(path_told(&rt, in(R, "")), "/");
    ck_assert_str_eq(path_told(&rt, H), H);
    close(rt.root_fd);
}
END_TEST

/* The host's places, from ROOT itself and back. */
START_TEST(places)
{
    char name[64], b[PATH_MAX];

    lay_over();
    snprintf(name, sizeof name, "tmp/aotc-path-%d", (int)getpid());
    ck_assert_int_eq(chdir(R), 0);
    create(name);
    look(name, "new", false);
    ck_assert_int_eq(chdir(in(R, "var")), 0);
    snprintf(name, sizeof name, "../tmp/aotc-path-%d", (int)getpid());
    look(name, "new", false);
    ck_assert_int_eq(chdir("/tmp"), 0);
    look(name + 7, "new", false);
    look("../qroot/f", "qroot", true);
    look("x/../../qroot/f", NULL, false);               /* no such directory on the way */
    ck_assert_int_eq(unlink(name + 7), 0);
    int64_t fd = path_file(&rt, AT_FDCWD, "..", false);
    ck_assert(fd >= 0 && path_of_fd((int)fd, b) > 0);
    ck_assert_str_eq(b, R);
    close((int)fd);
    ck_assert_int_eq(chdir(R), 0);
    fd = path_file(&rt, AT_FDCWD, "proc", true);
    ck_assert(fd >= 0 && path_of_fd((int)fd, b) > 0);
    ck_assert_str_eq(b, "/proc");
    close((int)fd);
    ck_assert_int_eq(chdir(base), 0);
    close(rt.root_fd);
}
END_TEST

START_TEST(new_names)
{
    lay_over();
    create(in(H, "both/new"));                          /* the directory is ROOT's */
    ck_assert_int_eq(access(in(H, "both/new"), F_OK), -1);
    look(in(H, "both/new"), "new", true);
    create(in(H, "h"));                                 /* the name is the host's */
    look(in(H, "h"), "new", false);
    create(in(H, "only/new"));                          /* so is the directory */
    ck_assert_int_eq(access(in(H, "only/new"), F_OK), 0);
    char name[64];
    snprintf(name, sizeof name, "/var/spool/aotc-path-%d", (int)getpid());
    create(name);                                       /* ROOT's link leads to /tmp, which is the host's */
    snprintf(name, sizeof name, "/tmp/aotc-path-%d", (int)getpid());
    ck_assert_int_eq(unlink(name), 0);
    close(rt.root_fd);
}
END_TEST

START_TEST(errors)
{
    char longest[PATH_MAX] = "/";
    struct path_look l = { .rt = &rt, .flags = O_RDONLY };

    lay_over();
    memset(longest + 1, 'x', PATH_MAX - 2);
    ck_assert_int_eq(path_open(&l, AT_FDCWD, longest), -ENAMETOOLONG);
    ck_assert_int_eq(path_open(&l, 999, "x"), -EBADF);
    ck_assert_int_eq(path_open(&l, AT_FDCWD, in(H, "both/f/x")), -ENOTDIR);
    ck_assert_int_eq(chdir(in(H, "only")), 0);
    ck_assert_int_eq(path_open(&l, AT_FDCWD, "f/../x"), -ENOTDIR);
    ck_assert_int_eq(path_open(&l, AT_FDCWD, "../only/f/../x"), -ENOTDIR);
    ck_assert(path_is_kernel("/proc/self") && path_is_kernel("//./dev/null") && path_is_kernel("/sys"));
    ck_assert(!path_is_kernel("/process") && !path_is_kernel("/tmp/x") && !path_is_kernel("proc"));
    ck_assert(!path_is_kernel("/proc/../etc"));
    close(rt.root_fd);
    ck_assert(!path_init(&rt, in(H, "none")) && errno == ENOENT);
    rt = (struct rt){ .self_fd = -1 };
    ck_assert(path_init(&rt, "/") && !rt.root_path);
}
END_TEST

/* A sandbox, or an old kernel, that does not know openat2: names in ROOT still come first, links lead where they lead. */
START_TEST(without_openat2)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog prog = { sizeof code / sizeof *code, code };

    lay_over();
    ck_assert(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));
    look(in(H, "both/f"), "root", true);
    look(in(H, "h"), "host", false);
    look(in(H, "nothing"), NULL, false);
    create(in(H, "both/new"));
    look(in(H, "both/new"), "new", true);
    ck_assert_int_eq(chdir(in(H, "only")), 0);
    look("f", "host", false);
    look("../h", "host", false);
    close(rt.root_fd);
}
END_TEST

/* Beside this program, but not below /tmp, which is always the host's. */
static void choose_base(void)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    const char *home = getenv("HOME");

    exe[n > 0 ? n : 0] = 0;
    if (!strncmp(exe, "/tmp/", 5) || !strncmp(exe, "/var/tmp/", 9))
        snprintf(exe, sizeof exe, "%s", home ? home : "/root");
    else
        *strrchr(exe, '/') = 0;
    snprintf(base, sizeof base, "%.3000s/path_test.%d", exe, (int)getpid());
    if (mkdir(base, 0755)) {
        perror(base);
        exit(1);
    }
}

int main(void)
{
    Suite *s = suite_create("linux-path");
    TCase *tc = tcase_create("path");
    SRunner *sr;
    char cmd[PATH_MAX + 16];
    int failed;

    choose_base();
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, as_under_chroot);
    tcase_add_test(tc, over_the_host);
    tcase_add_test(tc, places);
    tcase_add_test(tc, new_names);
    tcase_add_test(tc, errors);
    tcase_add_test(tc, without_openat2);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    snprintf(cmd, sizeof cmd, "rm -rf %s", base);
    return system(cmd) || failed;
}
