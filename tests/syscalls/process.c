#include "t.h"
#include <sched.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/prctl.h>

#ifdef __x86_64__
#define CTID_ORDER(p) p, NULL
#else
#define CTID_ORDER(p) NULL, p
#endif

extern char **environ;
static const char *self;

static void status(const char *what, int w)
{
    if (WIFEXITED(w))
        printf("%s: exit %d\n", what, WEXITSTATUS(w));
    else if (WIFSIGNALED(w))
        printf("%s: signal %d\n", what, WTERMSIG(w));
    else if (WIFSTOPPED(w))
        printf("%s: stopped %d\n", what, WSTOPSIG(w));
    else
        printf("%s: continued\n", what);
    fflush(stdout);
}

static void forks(void)
{
    int p[2], w, x = 1;
    char b[20] = "";
    siginfo_t si = { 0 };
    struct rusage ru;
    pid_t pid;

    pipe(p);
    if ((pid = fork()) == 0) {
        x = 2;
        write(p[1], "child", 5);
        _exit(x + 40);
    }
    P(read(p[0], b, 20));
    S(b);
    P(wait4(pid, &w, 0, &ru) == pid);
    status("fork", w);
    P(x);
    P(waitpid(-1, &w, 0));
    if ((pid = vfork()) == 0) {
        x = 5;
        _exit(7);
    }
    P(waitpid(pid, &w, 0) == pid);
    status("vfork", w);
    P(x);
    if ((pid = fork()) == 0) {
        raise(SIGSTOP);
        ms_sleep(100);
        _exit(9);
    }
    P(waitpid(pid, &w, WUNTRACED) == pid);
    status("stop", w);
    kill(pid, SIGCONT);
    P(waitpid(pid, &w, WCONTINUED) == pid);
    status("cont", w);
    P(waitid(P_PID, pid, &si, WEXITED | WNOWAIT));
    P(si.si_code); P(si.si_status); P(si.si_signo);
    P(waitpid(pid, &w, WNOHANG) == pid);
    status("end", w);
    if ((pid = fork()) == 0) {
        P(getpid() == getpgrp());
        P(setpgid(0, 0));
        P(getpid() == getpgrp());
        P(setsid());
        if (fork() == 0) {
            P(setsid() == getpid());
            P(getsid(0) == getpid());
            _exit(0);
        }
        wait(NULL);
        _exit(0);
    }
    waitpid(pid, &w, 0);
    status("session", w);
    pid = syscall(SYS_clone, SIGCHLD, 0, NULL, NULL, NULL);
    if (pid == 0)
        _exit(11);
    waitpid(pid, &w, 0);
    status("clone", w);
    pid_t tid = 0, ptid = 0;
    pid = syscall(SYS_clone, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, 0, &ptid, CTID_ORDER(&tid));
    if (pid == 0)
        _exit(tid == getpid() ? 12 : 13);
    Y(ptid == pid);
    waitpid(pid, &w, 0);
    status("clone settid", w);
    P(prctl(PR_SET_CHILD_SUBREAPER, 1));
    if ((pid = fork()) == 0) {
        if (fork() == 0) {
            ms_sleep(20);
            _exit(21);
        }
        _exit(20);
    }
    waitpid(pid, &w, 0);
    status("middle", w);
    P(wait(&w) > 0);
    status("grandchild", w);
}

static void spawns(void)
{
    char *args[] = { "zero", "child", "a b", "", NULL }, *env[] = { "K=V", NULL }, *bad[] = { "x", NULL };
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t at;
    sigset_t s;
    pid_t pid = 0;
    int w;

    int r = posix_spawn(&pid, self, NULL, NULL, args, env);     /* printed when the child is done: it prints too */
    P(waitpid(pid, &w, 0) == pid);
    P(r);
    status("spawn", w);
    pid = -5;
    P(posix_spawn(&pid, "/nonexistent/program", NULL, NULL, bad, env));
    P(posix_spawn(&pid, "/dev/null", NULL, NULL, bad, env));
    P(waitpid(-1, &w, 0));
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_addopen(&fa, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawnattr_init(&at);
    sigfillset(&s);
    posix_spawnattr_setsigdefault(&at, &s);
    posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    signal(SIGUSR1, SIG_IGN);
    P(posix_spawn(&pid, self, &fa, &at, args, env));
    P(waitpid(pid, &w, 0) == pid);
    status("spawn to file", w);
    struct sigaction sa;
    sigaction(SIGUSR1, NULL, &sa);
    Y(sa.sa_handler == SIG_IGN);
    P(fflush(stdout));
    P(access("out", R_OK));
    FILE *f = popen("exit 3", "r");
    Y(f == NULL || 1);
    if (f)
        pclose(f);
    char *script[] = { "script", "arg", NULL };
    int fd = open("script", O_WRONLY | O_CREAT | O_TRUNC, 0700);
    dprintf(fd, "#!%s child from-script\n", self);
    close(fd);
    r = posix_spawn(&pid, "./script", NULL, NULL, script, env);
    P(waitpid(pid, &w, 0) == pid);
    P(r);
    status("script", w);
    P(execve("/nonexistent", bad, env));
    P(execve("/dev", bad, env));
    close(open("plain", O_WRONLY | O_CREAT, 0700));
    P(execve("plain", bad, env));
    P(execve(BAD, bad, env));
    if ((pid = fork()) == 0) {
        fcntl(1, F_SETFD, 0);
        int keep = open("/dev/null", O_RDONLY), gone = open("/dev/null", O_RDONLY | O_CLOEXEC);
        char k[20], g[20];
        sprintf(k, "%d", keep);
        sprintf(g, "%d", gone);
        char *v[] = { "fds", "fds", k, g, NULL };
        execve("/proc/self/exe", v, env);
        _exit(99);
    }
    waitpid(pid, &w, 0);
    status("exec of /proc/self/exe", w);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strncmp(argv[1], "child", 5)) {
        for (int i = argv[1][5] ? 1 : 0; i < argc; i++)
            printf("argv[] = \"%s\"\n", argv[i]);
        for (char **e = environ; *e; e++)
            printf("env %s\n", *e);
        return 33;
    }
    if (argc > 1 && !strcmp(argv[1], "fds")) {
        P(fcntl(atoi(argv[2]), F_GETFD));
        P(fcntl(atoi(argv[3]), F_GETFD));
        return 34;
    }
    self = realpath(argv[0], NULL);
    forks();
    spawns();
    return 0;
}
