// oracle: native
/* Job control at a terminal: foreground and background groups, stops and goes, orphans, hang-up. */
#include "s.h"
#include <sys/ioctl.h>
#include <termios.h>

static int m, s, w;
static volatile int hits, last;
static void on(int sig) { hits++; last = sig; }
static pid_t job(void (*f)(void), int fg)
{
    pid_t pid = fork();
    if (!pid) {
        setpgid(0, 0);
        if (fg)
            tcsetpgrp(s, getpid());
        for (int i = 1; i < 32; i++)
            signal(i, SIG_DFL);
        unblock_all();
        f();
        fflush(stdout);
        _exit(0);
    }
    setpgid(pid, pid);
    if (fg)
        tcsetpgrp(s, pid);
    return pid;
}
static void await(const char *what, pid_t pid, int flags)
{
    int r = waitpid(pid, &w, flags);
    printf("%s: %d, %s\n", what, r == pid, r == pid ? status_of(w) : strerrorname_np(errno));
}
static void reads(void) { char c[100]; int n = read(s, c, 100); _exit(n > 0 ? n : 200); }
static void writes(void) { _exit(write(s, "x", 1)); }
static void sets(void) { struct termios t; tcgetattr(s, &t); _exit(tcsetattr(s, TCSANOW, &t)); }
static void reads_ignoring(void) { char c; signal(SIGTTIN, SIG_IGN); read(s, &c, 1); _exit(errno); }
static void reads_blocking(void) { char c; block(SIGTTIN); read(s, &c, 1); _exit(errno); }
static void writes_ignoring(void) { struct termios t; signal(SIGTTOU, SIG_IGN); tcgetattr(s, &t); _exit(tcsetattr(s, TCSANOW, &t) ? errno : 77); }
static void reads_handling(void)
{
    char c;
    struct sigaction sa = { .sa_handler = on };
    sigaction(SIGTTIN, &sa, NULL);
    int r = read(s, &c, 1);
    _exit(r < 0 ? errno : 0);
}
static void spins(void) { for (volatile long x = 0;; x++) ; }
static void waits(void) { for (;;) pause(); }
static void polls(void) { int r = poll(NULL, 0, 400); _exit(r < 0 ? errno : 50); }
static void sleeps(void) { _exit(nanosleep(&(struct timespec){ 0, 400000000 }, NULL) ? errno : 51); }
static void catches(void)
{
    signal(SIGTSTP, on); signal(SIGCONT, on); signal(SIGINT, on);
    write(s, "r", 1);
    while (hits < 3)
        usleep(1000);
    _exit(60 + hits);
}
static void stops_self(void)            /* what an editor does: restore, stop by default, go on */
{
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    _exit(61);
}
static void key(int c) { ms_sleep(30); char k = (char)c; write(m, &k, 1); }
static void handlers(int sig) { hits++; signal(SIGTSTP, SIG_DFL); kill(0, SIGTSTP); }
static void orphan(void)
{
    /* our child's group becomes orphaned when we end; it is stopped: SIGHUP and SIGCONT come */
    int p[2];
    char c = 0;
    pipe(p);
    pid_t pid = fork();
    if (!pid) {
        setpgid(0, 0);
        signal(SIGHUP, on); signal(SIGCONT, on);
        kill(getpid(), SIGSTOP);
        ms_sleep(20);
        dprintf(1, "orphan: %d\n", hits);
        signal(SIGTSTP, SIG_DFL);
        dprintf(1, "orphan stops: %d\n", raise(SIGTSTP));               /* ignored: nobody could wake it */
        dprintf(1, "orphan reads: %s\n", read(s, &c, 1) < 0 ? strerrorname_np(errno) : "?");
        _exit(0);
    }
    close(p[1]);
    waitpid(pid, &w, WUNTRACED);
    _exit(5);
}

static void session(void)
{
    struct sigaction sa = { .sa_handler = on, .sa_flags = SA_RESTART };
    pid_t pid;
    char c;

    setsid();
    m = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(m); unlockpt(m);
    s = open(ptsname(m), O_RDWR);
    P(ioctl(s, TIOCSCTTY, 0) == 0);
    Y(tcgetsid(s) == getpid() && tcgetpgrp(s) == getpid());
    signal(SIGTTOU, SIG_IGN);
    pid = job(reads, 0); await("background read", pid, WUNTRACED); P(tcsetpgrp(s, pid)); kill(-pid, SIGCONT);
    await("foreground", pid, WCONTINUED); write(m, "hello\n", 6); await("read", pid, 0); tcsetpgrp(s, getpid());
    pid = job(writes, 0); await("background write", pid, WUNTRACED);
    pid = job(sets, 0); await("background tcsetattr", pid, WUNTRACED); kill(-pid, SIGCONT); await("again", pid, WUNTRACED);
    tcsetpgrp(s, pid); kill(-pid, SIGCONT); await("foreground", pid, 0); tcsetpgrp(s, getpid());
    pid = job(reads_ignoring, 0); await("ignores TTIN", pid, 0);
    pid = job(reads_blocking, 0); await("blocks TTIN", pid, 0);
    pid = job(writes_ignoring, 0); await("ignores TTOU", pid, 0);
    pid = job(reads_handling, 0); await("handles TTIN", pid, 0);
    struct termios t;
    tcgetattr(s, &t); t.c_lflag |= TOSTOP; tcsetattr(s, TCSANOW, &t);
    pid = job(writes, 0); await("TOSTOP", pid, WUNTRACED); kill(pid, SIGKILL); await("killed", pid, 0);
    t.c_lflag &= ~TOSTOP; tcsetattr(s, TCSANOW, &t);
    for (int i = 0; i < 2; i++) {
        pid = job(i ? spins : waits, 1);
        key(26); await("^Z", pid, WUNTRACED); kill(pid, SIGCONT); await("SIGCONT", pid, WCONTINUED);
        key(26); await("^Z", pid, WUNTRACED); kill(pid, SIGTERM); P(waitpid(pid, &w, WNOHANG)); kill(pid, SIGCONT); await("TERM", pid, 0);
        pid = job(i ? spins : waits, 1); key(3); await("^C", pid, WUNTRACED);
        pid = job(i ? spins : waits, 1); key(28); await("^\\", pid, WUNTRACED);
    }
    pid = job(polls, 1); key(26); await("^Z in poll", pid, WUNTRACED); kill(pid, SIGCONT); await("poll goes on", pid, 0);
    pid = job(sleeps, 1); key(26); await("^Z in nanosleep", pid, WUNTRACED); kill(pid, SIGCONT); await("sleep goes on", pid, 0);
    pid = job(catches, 1); ms_sleep(60); key(26); key(3); ms_sleep(30); kill(pid, SIGCONT); await("caught", pid, WUNTRACED);
    pid = job(stops_self, 1); await("stops itself", pid, WUNTRACED); kill(pid, SIGCONT); await("on", pid, 0);
    tcsetpgrp(s, getpid());
    sigaction(SIGCHLD, &sa, NULL); hits = 0;
    pid = job(waits, 0);
    kill(pid, SIGSTOP); await("STOP", pid, WUNTRACED); WAIT_FOR(hits); P(hits); kill(pid, SIGTERM); kill(pid, SIGCONT); await("TERM", pid, 0);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGWINCH, on); hits = 0;
    ioctl(m, TIOCSWINSZ, &(struct winsize){ 10, 20 }); WAIT_FOR(hits); P(hits); P(last);
    pid = job(orphan, 0); await("orphan's parent", pid, 0); ms_sleep(100);
    signal(SIGHUP, on); hits = 0;
    P(kill(0, 0));
    close(m);                           /* hang-up: the session's leader hears of it */
    WAIT_FOR(hits); P(hits); P(last); P(read(s, &c, 1));
}

int main(void)
{
    CHILD(session);
    return 0;
}
