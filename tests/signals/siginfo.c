// oracle: native
#include "s.h"
#include <mqueue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <netinet/in.h>

static volatile siginfo_t last;
static volatile int hits;
static void on(int sig, siginfo_t *si, void *uc) { last = *si; hits++; }
static pid_t me;
static timer_t tm;

static void common(const char *what)
{
    printf("%s: %d, signo %s, code %d, errno %d\n", what, hits, name_of(last.si_signo), last.si_code, last.si_errno);
}
static void sender(const char *what)
{
    common(what);
    printf("  pid %s, uid %d, value %d\n", last.si_pid == me ? "own" : last.si_pid == getppid() ? "parent" : last.si_pid ? "other" : "0", last.si_uid, last.si_value.sival_int);
    hits = 0;
}
static void timer(const char *what)
{
    common(what);
    printf("  id %d, overrun %d, value %d\n", last.si_timerid == (int)(long)tm, last.si_overrun, last.si_value.sival_int);
    hits = 0;
}
static void io(const char *what, int fd)
{
    common(what);
    printf("  fd %d, band %lx\n", last.si_fd == fd, last.si_band);
    hits = 0;
}
static pid_t wanted;
static void chld(const char *what)
{
    siginfo_t si;
    int how = WNOWAIT | (*what == 's' ? WSTOPPED : *what == 'c' ? WCONTINUED : WEXITED);
    while (waitid(P_PID, wanted, &si, how) < 0 && errno == EINTR)
        ;
    WAIT_FOR(hits);
    common(what);
    printf("  pid %d, uid %d, status %d, times %d\n", last.si_pid == wanted, last.si_uid, last.si_status, last.si_utime < 200 && last.si_stime < 200);
    hits = 0;
}
static sigjmp_buf jb;
static char *page;
static void fault(int sig, siginfo_t *si, void *uc) { last = *si; siglongjmp(jb, 1); }
#define FAULT(what, expr) do { if (!sigsetjmp(jb, 1)) { expr; } \
    printf("%s: %s, code %d, errno %d, address %ld\n", what, name_of(last.si_signo), last.si_code, last.si_errno, (long)((char *)last.si_addr - page)); } while (0)

static void raw(int code, int sig)
{
    siginfo_t si;
    memset(&si, 0, sizeof si);
    si.si_signo = 99;
    si.si_code = code;
    si.si_errno = 77;
    si.si_pid = 4711;
    si.si_uid = 815;
    si.si_value.sival_ptr = (void *)0x123456789abcdef0;
    errno = 0;
    long r = syscall(SYS_rt_sigqueueinfo, me, sig, &si);
    printf("rt_sigqueueinfo %d: %ld %s; signo %s code %d errno %d pid %d uid %d value %lx\n", code, r, strerrorname_np(errno), name_of(last.si_signo),
           last.si_code, last.si_errno, last.si_pid, last.si_uid, (long)last.si_value.sival_ptr);
    hits = 0;
}
static void faults(void)
{
    page = mmap(NULL, 3 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + (1 << 16), 1 << 16);
    int fd = memfd_create("f", 0);
    char *file = mmap(NULL, 1 << 17, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ftruncate(fd, 65536);
    mprotect(page, 1 << 16, PROT_READ);
    on3(SIGSEGV, fault, 0); on3(SIGBUS, fault, 0); on3(SIGILL, fault, 0); on3(SIGTRAP, fault, 0);
    FAULT("write read-only", page[5] = 1);
    FAULT("read unmapped", *(volatile char *)(page + 65536 + 7));
    FAULT("write unmapped", page[65536 + 9] = 1);
    FAULT("jump to unmapped", ((void (*)(void))(page + 65536 + 16))());
    FAULT("jump to data", ((void (*)(void))(page + 32))());
    page = file;
    FAULT("beyond the end of a file", file[65536 + 3] = 1);
    page = NULL;
    FAULT("null", *(volatile char *)page = 1);
    FAULT("null and offset", ((volatile char *)page)[100] = 1);
}

int main(void)
{
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 815 };
    struct itimerspec its = { { 0, 0 }, { 0, 1000000 } };
    struct itimerval iv = { { 0, 0 }, { 0, 1000 } };
    int p[2], sv[2], w;
    char c;

    me = getpid();
    for (int i = 1; i < 64; i++)
        if (i != SIGKILL && i != SIGSTOP && i != 32 && i != 33)
            on3(i, on, 0);
    kill(me, SIGUSR1); sender("kill");
    raise(SIGUSR1); sender("raise");
    syscall(SYS_tkill, gettid_(), SIGUSR1); sender("tkill");
    kill(me, SIGSEGV); sender("kill SEGV");
    kill(0, 0); kill(me, SIGRTMIN + 1); sender("kill rt");
    sigqueue(me, SIGUSR1, (union sigval){ .sival_int = 5 }); sender("sigqueue");
    sigqueue(me, SIGFPE, (union sigval){ .sival_int = 6 }); sender("sigqueue FPE");
    pthread_sigqueue(pthread_self(), SIGUSR2, (union sigval){ .sival_int = 7 }); sender("pthread_sigqueue");
    block(SIGCHLD);
    if (!(wanted = fork())) {
        kill(getppid(), SIGUSR1);
        usleep(20000);
        sigqueue(getppid(), SIGUSR1, (union sigval){ .sival_int = 9 });
        _exit(5);
    }
    WAIT_FOR(hits); sender("from a child: kill");
    WAIT_FOR(hits); sender("from a child: sigqueue");
    unblock(SIGCHLD); chld("exit"); wait(NULL);
    raw(SI_QUEUE, SIGUSR1); raw(-40, SIGUSR1); raw(SI_ASYNCIO, SIGUSR1); raw(SI_MESGQ, SIGRTMIN); raw(SI_TIMER, SIGRTMIN);
    raw(-100, SIGSEGV);
    /* timers */
    timer_create(CLOCK_MONOTONIC, &ev, &tm); timer_settime(tm, 0, &its, NULL); WAIT_FOR(hits); timer("timer_create"); timer_delete(tm);
    ev.sigev_notify = SIGEV_THREAD_ID; ev._sigev_un._tid = gettid_(); ev.sigev_signo = SIGRTMIN + 2;
    P(timer_create(CLOCK_REALTIME, &ev, &tm)); timer_settime(tm, 0, &its, NULL); WAIT_FOR(hits); timer("SIGEV_THREAD_ID"); timer_delete(tm);
    ev._sigev_un._tid = 1; P(timer_create(CLOCK_REALTIME, &ev, &tm));
    P(timer_create(CLOCK_REALTIME, NULL, &tm)); timer_settime(tm, 0, &its, NULL); WAIT_FOR(hits);
    common("no sigevent"); hits = 0; timer_delete(tm);
    setitimer(ITIMER_REAL, &iv, NULL); WAIT_FOR(hits); sender("ITIMER_REAL");
    setitimer(ITIMER_VIRTUAL, &iv, NULL); while (!hits) ; sender("ITIMER_VIRTUAL");
    setitimer(ITIMER_PROF, &iv, NULL); while (!hits) ; sender("ITIMER_PROF");
    alarm(1); WAIT_FOR(hits); sender("alarm");
    /* children */
    if (!(wanted = fork())) { signal(SIGTERM, SIG_DFL); raise(SIGTERM); }
    chld("killed"); wait(NULL);
    if (!(wanted = fork())) { raise(SIGSTOP); _exit(300); }
    chld("stopped"); signal(SIGCHLD, SIG_DFL); kill(wanted, SIGCONT); wait(NULL); on3(SIGCHLD, on, 0); hits = 0;
    if (!(wanted = fork())) { raise(SIGSTOP); for (;;) pause(); }
    chld("stopped"); kill(wanted, SIGCONT); chld("continued"); kill(wanted, SIGKILL); chld("killed"); wait(NULL);
    siginfo_t si;
    memset(&si, 1, sizeof si);
    if (!(wanted = fork())) _exit(77);
    P(waitid(P_PID, wanted, &si, WEXITED | WNOWAIT)); P(si.si_signo); P(si.si_code); P(si.si_status); Y(si.si_pid == wanted); P(si.si_errno);
    memset(&si, 1, sizeof si);
    P(waitid(P_ALL, 0, &si, WEXITED)); P(si.si_signo); P(si.si_code); P(si.si_status);
    P(waitid(P_ALL, 0, &si, WEXITED)); hits = 0;
    /* pipes, descriptors */
    pipe(p); close(p[0]); P(write(p[1], "x", 1)); sender("SIGPIPE");
    socketpair(AF_UNIX, SOCK_STREAM, 0, sv); close(sv[1]); P(send(sv[0], "x", 1, 0)); sender("SIGPIPE of a socket"); P(send(sv[0], "x", 1, MSG_NOSIGNAL)); P(hits);
    close(sv[0]); close(p[1]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
    fcntl(sv[0], F_SETOWN, me); P(fcntl(sv[0], F_GETOWN) == me); fcntl(sv[0], F_SETFL, O_ASYNC | O_NONBLOCK);
    write(sv[1], "x", 1); common("SIGIO"); hits = 0;
    P(fcntl(sv[0], F_SETSIG, SIGRTMIN + 5)); P(fcntl(sv[0], F_GETSIG) - SIGRTMIN); read(sv[0], &c, 1);
    hits = 0; write(sv[1], "x", 1); io("F_SETSIG", sv[0]);
    struct f_owner_ex ow = { F_OWNER_TID, gettid_() };
    P(fcntl(sv[0], F_SETOWN_EX, &ow)); read(sv[0], &c, 1); hits = 0; write(sv[1], "x", 1); io("F_OWNER_TID", sv[0]);
    hits = 0; close(sv[1]); io("hang-up", sv[0]);
    pipe(p); fcntl(p[0], F_SETOWN, me); fcntl(p[0], F_SETSIG, SIGRTMIN + 6); fcntl(p[0], F_SETFL, O_ASYNC); write(p[1], "a", 1); io("pipe", p[0]);
    /* message queue */
    char name[32];
    snprintf(name, sizeof name, "/aotc-%d", me);
    mqd_t q = mq_open(name, O_RDWR | O_CREAT | O_NONBLOCK, 0600, NULL);
    if (q != (mqd_t)-1) {
        ev.sigev_notify = SIGEV_SIGNAL; ev.sigev_signo = SIGUSR2; ev.sigev_value.sival_int = 4;
        mq_notify(q, &ev); mq_send(q, "m", 1, 0); sender("mq_notify");
        mq_unlink(name);
    }
    /* the file size limit, CPU time */
    struct rlimit rl = { 10, 10 }, old;
    getrlimit(RLIMIT_FSIZE, &old);
    rl.rlim_max = old.rlim_max;
    int fd = open("big", O_RDWR | O_CREAT | O_TRUNC, 0600);
    fflush(stdout);
    hits = 0;
    setrlimit(RLIMIT_FSIZE, &rl);
    w = (int)pwrite(fd, "xxxxxxxxxxxx", 12, 100);
    setrlimit(RLIMIT_FSIZE, &old);
    P(w); sender("SIGXFSZ");
    unlink("big");
    faults();
    return 0;
}
