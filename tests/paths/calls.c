/* Every call that takes a path, in a root full of links. Run by aotrun -L ROOT, and natively under chroot(ROOT): both print the same. */
#include "../syscalls/t.h"
#include <dirent.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <sys/xattr.h>

#define LINK(path) show_link(#path, path)
static void show_link(const char *text, const char *path)
{
    char b[4096];
    ssize_t n = readlink(path, b, sizeof b);
    printf("readlink %s = %.*s%s\n", text, (int)(n < 0 ? 0 : n), b, n < 0 ? strerrorname_np(errno) : "");
}

static void cat(const char *path)
{
    char b[100] = "";
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, b, sizeof b - 1);
    b[n < 0 ? 0 : n] = 0;
    b[strcspn(b, "\n")] = 0;
    printf("cat %s = %s\n", path, fd < 0 ? strerrorname_np(errno) : b);
    close(fd);
}

static void cwd(void)
{
    char b[4096];
    printf("cwd %s\n", getcwd(b, sizeof b) ? b : strerrorname_np(errno));
}

static long perms(const char *path)
{
    struct stat st;
    return lstat(path, &st) ? -errno : st.st_mode;
}

static void opens(void)
{
    static const char *const paths[] = { "/d/f", "/d/abs", "/d/up", "/dl/f", "/d/loop", "/d/dangling", "/d/f/", "/d/", "//d//f", "/d/../d/f", "/../../d/f",
                                         "/none", "/d/f/x", "d/f", "", "/", "/d/long" };
    struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS };

    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat st;
        struct statx sx;
        printf("%s: open %s", paths[i], open(paths[i], O_RDONLY | O_CLOEXEC) < 0 ? strerrorname_np(errno) : "ok");
        printf(" stat %s", stat(paths[i], &st) ? strerrorname_np(errno) : "ok");
        printf(" lstat %s", lstat(paths[i], &st) ? strerrorname_np(errno) : S_ISLNK(st.st_mode) ? "link" : "ok");
        printf(" statx %s", statx(AT_FDCWD, paths[i], 0, STATX_BASIC_STATS, &sx) ? strerrorname_np(errno) : "ok");
        printf(" access %s", access(paths[i], R_OK) ? strerrorname_np(errno) : "ok");
        printf(" nofollow %s", open(paths[i], O_RDONLY | O_NOFOLLOW | O_CLOEXEC) < 0 ? strerrorname_np(errno) : "ok");
        printf(" path %s", open(paths[i], O_PATH | O_NOFOLLOW | O_CLOEXEC) < 0 ? strerrorname_np(errno) : "ok");
        printf(" openat2 %s\n", syscall(SYS_openat2, AT_FDCWD, paths[i], &how, sizeof how) < 0 ? strerrorname_np(errno) : "ok");
        closefrom(3);
    }
    P(open(BAD, O_RDONLY));
    P(open(NULL, O_RDONLY));
    P(stat(BAD, BAD));
    char big[5000];
    memset(big, 'x', sizeof big);
    memcpy(big, "/d/", 3);
    big[4999] = 0;
    P(open(big, O_RDONLY));
    P(mkdir(big, 0700));
    big[300] = 0;
    P(open(big, O_RDONLY));
    P(mkdir(big, 0700));
    P(readlink(big, big, 10));
}

static void creation(void)
{
    P(open("/d/new", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640));
    P(open("/d/new", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640));
    P(perms("/d/new"));
    P(open("/d/dangling", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    P(open("/d/dangling", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    P(perms("/made"));
    P(open("/d/loop", O_CREAT | O_WRONLY, 0600));
    P(open("/d/", O_CREAT | O_WRONLY, 0600));
    P(open("/d", O_CREAT, 0600));
    P(open("/no/dir", O_CREAT | O_WRONLY, 0600));
    P(open("/d", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) >= 0);
    closefrom(3);
    P(mkdir("/dl/sub", 0750));
    P(mkdir("/dl/sub/", 0750));
    P(mkdir("/dl/sub2/", 0750));
    P(mkdir("/", 0750));
    P(mkdir("/d/dangling2", 0750));
    P(perms("/d/sub"));
    P(mknod("/dl/fifo", S_IFIFO | 0600, 0));
    P(symlink("/d/f", "/dl/sym"));
    LINK("/d/sym");
    P(link("/dl/abs", "/dl/hard"));
    LINK("/d/hard");
    P(linkat(AT_FDCWD, "/dl/abs", AT_FDCWD, "/dl/hard2", AT_SYMLINK_FOLLOW));
    P(perms("/d/hard2"));
    P(rename("/dl/hard2", "/dl/sub/moved"));
    P(rename("/dl/none", "/dl/x"));
    P(perms("/d/sub/moved"));
    P(syscall(SYS_renameat2, AT_FDCWD, "/dl/sub/moved", AT_FDCWD, "/dl/new", 1));
    P(syscall(SYS_renameat2, AT_FDCWD, "/dl/sub/moved", AT_FDCWD, "/dl/new", 2));
    P(unlink("/dl/sub"));
    P(rmdir("/dl/sub"));
    P(unlink("/dl/sym/"));
    P(unlink("/dl/sym"));
    P(unlink("/dl/sub/moved"));
    P(rmdir("/dl/sub/"));
    P(rmdir("/dl"));
    P(rmdir("/d/."));
    P(rmdir("/dl/.."));
    P(unlink("/none"));
}

static void attributes(void)
{
    struct timespec ts[2] = { { 1000, 1 }, { 2000, 2 } };
    struct statfs fs;
    struct stat st;
    char b[100] = "";

    P(chmod("/d/abs", 0604));
    P(perms("/d/f"));
    P(syscall(452, AT_FDCWD, "/d/abs", 0700, AT_SYMLINK_NOFOLLOW));
    P(chown("/d/abs", getuid(), getgid()));
    P(lchown("/d/abs", getuid(), getgid()));
    P(chown("/d/loop", 0, 0));
    P(utimensat(AT_FDCWD, "/d/abs", ts, 0));
    P(stat("/d/f", &st) ? -1 : st.st_mtim.tv_sec);
    ts[1].tv_sec = 4000;
    P(utimensat(AT_FDCWD, "/d/abs", ts, AT_SYMLINK_NOFOLLOW));
    P(lstat("/d/abs", &st) ? -1 : st.st_mtim.tv_sec);
    P(stat("/d/abs", &st) ? -1 : st.st_mtim.tv_sec);
    int fd = open("/d/f", O_RDWR);
    ts[1].tv_sec = 3000;
    P(syscall(SYS_utimensat, fd, NULL, ts, 0));
    P(stat("/d/f", &st) ? -1 : st.st_mtim.tv_sec);
    P(truncate("/d/abs", 3));
    P(stat("/d/f", &st) ? -1 : st.st_size);
    P(fstatat(fd, "", &st, AT_EMPTY_PATH) ? -1 : st.st_size);
    P(fstatat(AT_FDCWD, "/d/f", &st, 0x40000000));
    P(statfs("/d/abs", &fs));
    P(statfs("/none", &fs));
    P(setxattr("/d/abs", "user.k", "v", 1, 0));
    P(getxattr("/d/f", "user.k", b, sizeof b));
    P(listxattr("/d/up", b, sizeof b));
    P(lgetxattr("/d/abs", "user.k", b, sizeof b));
    P(lgetxattr("/dl/", "user.k", b, sizeof b));
    P(lsetxattr("/d/abs", "user.k", "v", 1, 0));
    P(removexattr("/d/abs", "user.k"));
    P(getxattr("/d/f", "user.k", b, sizeof b));
    P(access("/d/abs", W_OK));
    P(faccessat(AT_FDCWD, "/d/abs", X_OK, AT_EACCESS));
    P(faccessat(AT_FDCWD, "/d/dangling2", F_OK, AT_SYMLINK_NOFOLLOW));
    P(faccessat(fd, "", R_OK, AT_EMPTY_PATH));
    int in;
    for (int n = 0; (in = inotify_init1(IN_CLOEXEC)) < 0 && errno == EMFILE && n < 100; n++)
        ms_sleep(50);                   /* a user's instances are few, and others may have them all */
    P(inotify_add_watch(in, "/d/abs", IN_MODIFY));
    P(inotify_add_watch(in, "/d/f", IN_MODIFY));
    P(inotify_add_watch(in, "/d/abs", IN_MODIFY | IN_DONT_FOLLOW));
    P(inotify_add_watch(in, "/none", IN_MODIFY));
    struct { struct file_handle h; char room[128]; } h = { .h.handle_bytes = 128 };
    int id;
    Y(name_to_handle_at(AT_FDCWD, "/d/abs", &h.h, &id, AT_SYMLINK_FOLLOW) == 0 || errno == EOPNOTSUPP);
    P(name_to_handle_at(AT_FDCWD, "/none", &h.h, &id, 0));
    P(mount("none", "/none", "tmpfs", 0, NULL));
    P(umount2("/none", 0));
    P(syscall(SYS_acct, "/none"));
    close(fd);
    close(in);
}

static void directories(void)
{
    int d = open("/d/deep", O_RDONLY | O_DIRECTORY), p = open("/d/deep", O_PATH);
    struct stat st;
    char b[20];

    P(chdir("/dl/deep"));
    cwd();
    cat("g");
    cat("../f");
    cat("../../d/f");
    cat("../../../../../../d/f");
    cat("abs");
    cat("./abs");
    cat("../deep/abs");
    cat("top/d/f");
    LINK("abs");
    LINK("../deep/abs");
    LINK("top/d/abs");
    P(openat(d, "g", O_RDONLY) > 0);
    P(openat(d, "abs", O_RDONLY) > 0);
    P(openat(d, "../../../../d/f", O_RDONLY) > 0);
    P(openat(p, "abs", O_RDONLY) > 0);
    P(openat(p, "", O_RDONLY));
    P(openat(d, "/d/abs", O_RDONLY) > 0);
    P(openat(-1, "/d/abs", O_RDONLY) > 0);
    P(openat(-1, "g", O_RDONLY));
    P(fstatat(d, "abs", &st, 0));
    P(S_ISREG(st.st_mode));
    P(fstatat(d, "abs", &st, AT_SYMLINK_NOFOLLOW));
    P(S_ISLNK(st.st_mode));
    P(fstatat(d, "../abs", &st, 0));
    P(mkdirat(d, "n", 0700));
    P(mkdirat(d, "../deep/n2", 0700));
    P(mkdirat(d, "top/d/deep/n3", 0700));
    P(unlinkat(d, "n", AT_REMOVEDIR));
    P(unlinkat(d, "top/d/deep/n2", AT_REMOVEDIR));
    P(rmdir("/d/deep/n3"));
    P(fchdir(d));
    P(chdir(".."));
    cwd();
    P(chdir("../../.."));
    cwd();
    P(chdir("/none"));
    P(chdir("/d/f"));
    P(chdir("/d/deep/top/dl"));
    cwd();
    P(syscall(SYS_getcwd, b, 2));
    P(syscall(SYS_getcwd, b, 3));
    P(syscall(SYS_getcwd, BAD, 100));
    closefrom(3);
    P(chdir("/"));
}

static void told(void)
{
    char name[64];
    int fd = open("/d/abs", O_RDONLY);
    FILE *f;

    chdir("/dl/deep");
    LINK("/proc/self/exe");
    LINK("/proc/self/cwd");
    LINK("/proc/self/root");
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    show_link("fd", name);
    snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), fd);
    show_link("pid fd", name);
    snprintf(name, sizeof name, "/proc/thread-self/fd/%d", fd);
    show_link("thread fd", name);
    snprintf(name, sizeof name, "/proc/self/task/%d/exe", getpid());
    show_link("task exe", name);
    snprintf(name, sizeof name, "/proc/%d/cwd", getpid());
    show_link("pid cwd", name);
    cat("/proc/self/cwd/g");
    cat("/proc/self/root/d/abs");
    P(open("/proc/self/exe", O_RDONLY) > 0);
    P(perms("/proc/self/exe") & S_IFMT);
    P(access("/proc/self/exe", X_OK));
    P(lseek(fd, 0, SEEK_SET));
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    cat(name);
    bool mine = false, root = false;
    f = fopen("/proc/self/maps", "r");
    for (char line[4200]; fgets(line, sizeof line, f);) {
        mine |= strstr(line, " /bin/calls\n") != NULL;
        root |= strstr(line, "R/bin") != NULL;
    }
    fclose(f);
    printf("maps name the program %d, the root %d\n", mine, root);
    char want[32], got[32] = "";
    prctl(PR_GET_NAME, want);
    f = fopen("/proc/self/comm", "r");
    fgets(got, sizeof got, f);
    fclose(f);
    printf("comm %s, %s", want, got);
    printf("execfn %s\n", (char *)getauxval(AT_EXECFN));
    /* /proc/self/mem has the guest's own bytes */
    static const char secret[] = "in memory";
    int m = open("/proc/self/mem", O_RDONLY);
    P(pread(m, got, sizeof secret, (long)secret));
    S(got);
    /* stat: the start of the stack is above this frame and not far */
    char line[1024];
    unsigned long start = 0;
    f = fopen("/proc/self/stat", "r");
    fgets(line, sizeof line, f);
    fclose(f);
    char *p = strrchr(line, ')');
    for (int i = 3; i <= 28 && p; i++)
        p = strchr(p + 1, ' ');
    if (p)
        start = strtoul(p, NULL, 10);
    Y(start > (unsigned long)line && start - (unsigned long)line < 1 << 20);
    P(chdir("/"));
    closefrom(3);
}

static void sockets(void)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX }, got;
    socklen_t len = sizeof got;
    int s = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), a;

    strcpy(un.sun_path, "/dl/sock");
    P(bind(s, (struct sockaddr *)&un, sizeof un));
    P(bind(c, (struct sockaddr *)&un, sizeof un));
    P(perms("/d/sock") & S_IFMT);
    P(listen(s, 1));
    P(getsockname(s, (struct sockaddr *)&got, &len) ? -1 : (long)(strstr(got.sun_path, "/sock") != NULL && strchr("d", got.sun_path[1]) != NULL));
    P(connect(c, (struct sockaddr *)&un, sizeof un));
    len = sizeof got;
    P((a = accept(s, (struct sockaddr *)&got, &len)) > 0 ? (long)len : -1);
    strcpy(un.sun_path, "/none");
    P(connect(c, (struct sockaddr *)&un, sizeof un));
    un.sun_path[0] = 0;
    P(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&un, sizeof(sa_family_t)));
    strcpy(un.sun_path, "rel");
    P(bind(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&un, sizeof un));
    P(perms("/rel") & S_IFMT);
    /* datagrams between two names */
    int from = socket(AF_UNIX, SOCK_DGRAM, 0), to = socket(AF_UNIX, SOCK_DGRAM, 0);
    strcpy(un.sun_path, "/dl/from");
    P(bind(from, (struct sockaddr *)&un, sizeof un));
    strcpy(un.sun_path, "/dl/to");
    P(bind(to, (struct sockaddr *)&un, sizeof un));
    P(sendto(from, "x", 1, 0, (struct sockaddr *)&un, sizeof un));
    len = sizeof got;
    P(recvfrom(to, got.sun_path, 1, MSG_PEEK, NULL, NULL));
    P(recvfrom(to, &(char){ 0 }, 1, 0, (struct sockaddr *)&got, &len));
    Y(!strcmp(got.sun_path, "/dl/from") || !strcmp(got.sun_path, "/d/from"));      /* the directory's real name is as good */
    len = 4;
    P(getsockname(from, (struct sockaddr *)&got, &len));
    Y(len > 4);
    un.sun_family = AF_INET;
    P(connect(c, (struct sockaddr *)&un, 2));
    closefrom(3);
}

/* No descriptor is free: only calls that open files may notice. */
static void no_descriptors(void)
{
    struct stat st;
    char b[20];
    int n = 0;

    setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 20, 20 });
    while (open("/d/f", O_RDONLY | O_CLOEXEC) >= 0)
        n++;
    printf("opened %d, then %s\n", n, strerrorname_np(errno));
    P(stat("/d/f", &st));
    P(lstat("/d/abs", &st));
    P(S_ISLNK(st.st_mode));
    P(access("/none", F_OK));
    P(readlink("/d/abs", b, sizeof b));
    P(mkdir("/d/full", 0700));
    P(rmdir("/d/full"));
    P(chmod("/d/f", 0644));
    P(stat("d/f", &st));
    P(close(19));
    P(open("/d/f", O_RDONLY));
    P(fcntl(19, F_DUPFD, 3));
    closefrom(3);
    P(open("/d/f", O_RDONLY));
    closefrom(3);
}

/* fork, exec, wait: the child prints. */
static void spawn(const char *path, const char *arg0, int dirfd, int flags)
{
    char *argv[] = { (char *)arg0, "one", NULL }, *envp[] = { "K=V", NULL };

    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        syscall(SYS_execveat, dirfd, path, argv, envp, flags);
        printf("exec %s: %s\n", path, strerrorname_np(errno));
        fflush(stdout);
        _exit(1);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("%s: status %#x\n", path, status);
}

static void execs(void)
{
    static const char *const paths[] = { "/bin/calls", "/d/prog", "bin/calls", "/d/s1", "/d/s4", "/d/s5", "/d/s6", "/d/noexec", "/d/f", "/d", "/none", "/d/loop",
                                         "/d/badinterp", "/d/text", "/d/spaces", "/d/empty", "/d/f/x", "/proc/self/exe", "" };
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        spawn(paths[i], "zero", AT_FDCWD, 0);
    int d = open("/d", O_RDONLY | O_DIRECTORY), f = open("/bin/calls", O_RDONLY);
    spawn("prog", "byfd", d, 0);
    spawn("prog", "byfd", d, AT_SYMLINK_NOFOLLOW);
    spawn("", "fexec", f, AT_EMPTY_PATH);
    spawn("", "fexec", f, 0);
    int m = memfd_create("mem", 0), n;
    char b[65536];
    while ((n = read(f, b, sizeof b)) > 0)
        write(m, b, n);
    lseek(f, 0, SEEK_SET);
    spawn("", "memfd", m, AT_EMPTY_PATH);
    spawn("s1", "script", d, 0);
    fcntl(d, F_SETFD, FD_CLOEXEC);
    spawn("s1", "script", d, 0);
    closefrom(3);
    chdir("/d");
    spawn("./s1", "rel", AT_FDCWD, 0);
    spawn("../bin/calls", "rel", AT_FDCWD, 0);
    chdir("/");
}

/* What a program that was executed sees of itself. */
static int child(int argc, char **argv)
{
    char b[4096], comm[20];
    struct stat st;

    printf("child:");
    for (int i = 0; i < argc; i++)
        printf(" [%s]", argv[i]);
    if (stat("/proc", &st)) {
        printf(" execfn %s\n", (char *)getauxval(AT_EXECFN));
        return 6;
    }
    int fd = open("/proc/self/cmdline", O_RDONLY);
    ssize_t n = read(fd, b, sizeof b);
    printf(" cmdline");
    for (char *p = b; p < b + n; p += strlen(p) + 1)
        printf(" [%s]", p);
    prctl(PR_GET_NAME, comm);
    n = readlink("/proc/self/exe", b, sizeof b - 1);
    b[n < 0 ? 0 : n] = 0;
    bool memfd = strstr(b, "memfd:") != NULL || strstr(b, "/fd/") != NULL, by_fd = !strcmp(argv[0], "fexec") || memfd;
    printf(" comm %s exe %s execfn %s env %s\n", by_fd ? "?" : comm, memfd ? "?" : b, by_fd ? "?" : (char *)getauxval(AT_EXECFN), getenv("K") ? getenv("K") : "-");
    return 5;
}

static void fds(void)
{
    int lowest = open("/d/f", O_RDONLY), n = 0;

    P(lowest);
    P(dup2(lowest, 5));
    P(close(5));
    DIR *d = opendir("/proc/self/fd");
    while (readdir(d))
        n++;
    closedir(d);
    P(n);                               /* . .. 0 1 2, the file, the directory */
    closefrom(3);
    P(open("/d/f", O_RDONLY));
    P(stat("/d/f", &(struct stat){ 0 }));
    closefrom(3);
}

/* calls -x FILE ARG...: executes FILE.   calls -s: stays for a while.   Else, with arguments: tells of itself. */
int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "-x")) {
        execv(argv[2], argv + 2);
        printf("exec %s: %s\n", argv[2], strerrorname_np(errno));
        return 1;
    }
    if (argc > 1 && !strcmp(argv[1], "-s"))
        return puts("here"), fflush(stdout), sleep(20), 0;
    if (argc > 1)
        return child(argc, argv);
    umask(022);
    P(chdir("/"));
    opens();
    creation();
    attributes();
    directories();
    told();
    sockets();
    fds();
    execs();
    no_descriptors();
    P(chroot("/none"));
    if (!chroot("/d/deep/.."))
        cat("/deep/g"), cat("/f"), cat("/d/f"), spawn("/prog2", "inside", AT_FDCWD, 0);
    return 0;
}
