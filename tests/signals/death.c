// oracle: native
/* How a process ends by each signal, and what its parent sees; stops and goes. */
#include "s.h"

static int sig;
static void ending(void) { raise(sig); }
static void by_kill(void) { kill(getpid(), sig); }
static void *other_thread(void *arg) { raise(sig); return NULL; }
static void from_thread(void) { pthread_t th; pthread_create(&th, NULL, other_thread, NULL); pause(); }
static void again(int s) { signal(s, SIG_DFL); raise(s); }
static void by_handler(void) { signal(sig, again); raise(sig); }
static void while_blocked(void) { block(sig); raise(sig); signal(sig, SIG_DFL); unblock(sig); }
static void *spin(void *arg) { volatile long x = 0; for (;;) x++; }
static void among_threads(void)
{
    pthread_t th;
    for (int i = 0; i < 3; i++)
        pthread_create(&th, NULL, spin, NULL);
    usleep(10000);
    kill(getpid(), sig);
    spin(NULL);
}
static void aborts(void) { abort(); }
static void abort_handled(int s) { printf("abort's handler\n"); }
static void abort_caught(void) { signal(SIGABRT, abort_handled); abort(); }
static void abort_blocked(void) { block_all(); signal(SIGABRT, SIG_IGN); abort(); }
static void *abort_(void *arg) { abort(); }
static void abort_thread(void) { pthread_t th; pthread_create(&th, NULL, abort_, NULL); pthread_join(th, NULL); }
static void null(void) { *(volatile int *)8 = 1; }
static void null_thread_(void) { null(); }
static void *null_(void *arg) { null(); return NULL; }
static void null_thread(void) { pthread_t th; pthread_create(&th, NULL, null_, NULL); pthread_join(th, NULL); }
static void trap(void) { __builtin_trap(); }
static void *leave(void *arg) { usleep(20000); _exit(33); }
static void exit_from_thread(void) { pthread_t th; pthread_create(&th, NULL, leave, NULL); pthread_exit(NULL); }
static void *last(void *arg) { usleep(20000); return NULL; }
static void last_thread(void) { pthread_t th; pthread_create(&th, NULL, last, NULL); pthread_exit(NULL); }
static void *kill_later(void *arg) { usleep(20000); kill(getpid(), SIGTERM); usleep(100000); return NULL; }
static void leader_gone(void) { pthread_t th; pthread_create(&th, NULL, kill_later, NULL); pthread_exit(NULL); }
static void alarm_(void) { alarm(1); spin(NULL); }
static void pipe_(void) { int p[2]; pipe(p); close(p[0]); write(p[1], "x", 1); }

int main(void)
{
    int w;

    for (sig = 1; sig <= 64; sig++) {
        if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU || sig == 32 || sig == 33)
            continue;
        printf("%d raise: %s\n", sig, child(ending));
        if (sig % 5 == 0 || sig < 12) {
            printf("%d kill: %s\n", sig, child(by_kill));
            printf("%d thread: %s\n", sig, sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH ? "" : child(from_thread));
            if (sig != SIGKILL) {
                printf("%d handler: %s\n", sig, child(by_handler));
                printf("%d blocked: %s\n", sig, child(while_blocked));
            }
        }
    }
    sig = SIGTERM; CHILD(among_threads);
    sig = SIGSEGV; CHILD(among_threads);
    sig = SIGKILL; CHILD(among_threads);
    sig = SIGRTMIN; CHILD(among_threads);
    CHILD(aborts); CHILD(abort_caught); CHILD(abort_blocked); CHILD(abort_thread); CHILD(null); CHILD(null_thread);
    CHILD(exit_from_thread); CHILD(last_thread); CHILD(leader_gone); CHILD(alarm_); CHILD(pipe_);
    for (sig = SIGCONT + 1; sig <= SIGTTOU; sig++) {
        fflush(stdout);
        pid_t pid = fork();
        if (!pid) {
            setpgid(0, 0);
            raise(sig);
            _exit(4);
        }
        waitpid(pid, &w, WUNTRACED);
        printf("%d: %s\n", sig, status_of(w));
        P(waitpid(pid, &w, WUNTRACED | WNOHANG));
        kill(pid, SIGCONT);
        waitpid(pid, &w, WCONTINUED);
        printf("%d: %s\n", sig, WIFEXITED(w) ? "continued 1" : status_of(w));
        if (!WIFEXITED(w))
            waitpid(pid, &w, 0);
        printf("%d: %s\n", sig, status_of(w));
    }
    return 0;
}
