/* fork, vfork, posix_spawn, exec of guest files, host files and scripts. Output: process.want. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static volatile int shared;
static char self[4096];

static int child(int argc, char **argv)
{
    sigset_t m;

    sigprocmask(0, NULL, &m);
    printf("  child %s, %d arguments, FOO=%s, SIGSEGV ignored %d, blocked %d %d\n",
           strrchr(argv[0], '/') ? "PATH" : argv[0], argc, getenv("FOO") ? getenv("FOO") : "-",
           signal(SIGSEGV, SIG_DFL) == SIG_IGN, sigismember(&m, SIGUSR1), sigismember(&m, SIGSEGV));
    return 9;
}

static int status(pid_t p)
{
    int st;

    waitpid(p, &st, 0);
    return WIFEXITED(st) ? WEXITSTATUS(st) : -WTERMSIG(st);
}

static void file(const char *name, const char *text, int mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755);

    if (write(fd, text, strlen(text)) < 0)
        exit(1);
    close(fd);
    chmod(name, mode);
}

static int run(const char *name, char **argv)
{
    pid_t p = fork();

    if (!p) {
        execv(name, argv);
        _exit(100 + errno);
    }
    return status(p);
}

static void scripts(void)
{
    char text[8192], *argv[] = { "script", "x", "y", NULL };

    snprintf(text, sizeof text, "#! %s child  \nignored\n", self);
    file("s1", text, 0755);
    printf("guest script %d\n", run("./s1", argv));
    file("s2", "#!/bin/sh\necho \"  host shell $1\"\n", 0755);
    printf("host script %d\n", run("./s2", argv));
    file("s3", "#!./s1\n", 0755);
    printf("script of a script %d\n", run("./s3", argv));
    file("text", "hello", 0755);
    printf("text %d\n", run("./text", argv) == 100 + ENOEXEC);
    chmod("text", 0644);
    printf("no permission %d\n", run("./text", argv) == 100 + EACCES);
    printf("directory %d missing %d\n", run("/", argv) == 100 + EACCES, run("./none", argv) == 100 + ENOENT);
    errno = 0;
    execve(self, (char **)8, NULL);
    printf("bad argv %d\n", errno == EFAULT);
}

static void descriptors(void)
{
    char *argv[] = { "fdexec", "child", NULL };
    pid_t p = fork();

    if (!p) {
        sigset_t m;
        signal(SIGSEGV, SIG_IGN);
        sigemptyset(&m);
        sigaddset(&m, SIGUSR1);
        sigaddset(&m, SIGSEGV);
        sigprocmask(SIG_BLOCK, &m, NULL);
        fexecve(open(self, O_RDONLY), argv, environ);
        _exit(1);
    }
    printf("fexecve %d\n", status(p));
    p = fork();
    if (!p) {
        char buf[65536];
        ssize_t n;
        int fd = memfd_create("x", 0), in = open(self, O_RDONLY);
        while ((n = read(in, buf, sizeof buf)) > 0)
            if (write(fd, buf, n) != n)
                _exit(2);
        fexecve(fd, argv, environ);
        _exit(1);
    }
    printf("memfd %d\n", status(p));
}

/* Code made at run time, at one address, several times. */
static void new_code(void)
{
    unsigned *code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    for (int i = 1; i <= 3; i++) {
#ifdef __riscv
        code[0] = 0x00000513 | i << 20;         /* li a0, i */
        code[1] = 0x00008067;                   /* ret */
#else
        code[0] = 0x52800000 | i << 5;          /* mov w0, #i */
        code[1] = 0xd65f03c0;                   /* ret */
#endif
        __builtin___clear_cache((char *)code, (char *)(code + 2));
        printf("new code returns %d\n", ((int (*)(void))code)());
    }
    munmap(code, 4096);
    unsigned *again = mmap(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
#ifdef __riscv
    again[0] = 0x02a00513;
    again[1] = 0x00008067;
#else
    again[0] = 0x52800540;
    again[1] = 0xd65f03c0;
#endif
    printf("mapped anew returns %d\n", ((int (*)(void))again)());
}

int main(int argc, char **argv)
{
    char *args[] = { "me", "child", "two", NULL }, *host[] = { "sh", "-c", "echo \"  host $0 $FOO\"; exit 4", NULL };
    pid_t p;

    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 1 && !strcmp(argv[1], "child"))
        return child(argc, argv);
    self[readlink("/proc/self/exe", self, sizeof self - 1)] = 0;
    printf("exe %s\n", strrchr(self, '/'));
    p = vfork();
    if (!p) {
        shared = 5;
        _exit(3);
    }
    int st = status(p);
    printf("vfork shares %d, status %d\n", shared, st);
    setenv("FOO", "bar", 1);
    st = posix_spawn(&p, self, NULL, NULL, args, environ);
    printf("spawn %d %d\n", st, status(p));
    printf("spawn of nothing %d\n", posix_spawn(&p, "/nonexistent", NULL, NULL, args, environ) == ENOENT);
    st = posix_spawn(&p, "/bin/sh", NULL, NULL, host, environ);
    printf("host spawn %d %d\n", st, status(p));
    st = system("exit 6");
    printf("system %d\n", WEXITSTATUS(st));
    scripts();
    descriptors();
    new_code();
    return 0;
}
