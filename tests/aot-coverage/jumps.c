/* Control flow that calls and returns do not describe: longjmp, coroutines on other stacks, signal handlers that jump out. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

static jmp_buf top;
static sigjmp_buf fault;
static ucontext_t back, co[3];
static int turn[3];
static char stack[3][65536];

static int dive(int n, int to)
{
    if (n == to)
        longjmp(top, n + 1);
    return dive(n + 1, to) + 1;
}
static void body(int id)
{
    for (int i = 0; i < 200; i++) {
        turn[id] += i * (id + 1);
        swapcontext(&co[id], id == 2 ? &back : &co[id + 1]);
    }
}
static void on_fault(int sig, siginfo_t *si, void *uc)
{
    (void)uc;
    siglongjmp(fault, sig == SIGSEGV ? 1 + (int)(long)si->si_addr : 999);
}
static volatile int alarms;
static void on_usr(int sig) { alarms += sig == SIGUSR1; }

int main(int argc, char **argv)
{
    int sum = 0;
    for (volatile int i = 0; i < 90; i++) {
        int r = setjmp(top);
        if (!r)
            dive(0, i);
        sum = sum * 3 + r;
    }
    printf("%d\n", sum);
    for (int i = 0; i < 3; i++) {
        getcontext(&co[i]);
        co[i].uc_stack.ss_sp = stack[i];
        co[i].uc_stack.ss_size = sizeof stack[i];
        co[i].uc_link = &back;
        makecontext(&co[i], (void (*)(void))body, 1, i);
    }
    for (int i = 0; i < 200; i++)
        swapcontext(&back, &co[0]);
    printf("%d %d %d\n", turn[0], turn[1], turn[2]);
    struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    sigaction(SIGSEGV, &sa, NULL);
    for (volatile long i = 0; i < 40; i++) {
        int r = sigsetjmp(fault, 1);
        if (!r)
            *(volatile char *)(i + argc - 1) = 1;
        sum += r;
    }
    signal(SIGUSR1, on_usr);
    for (int i = 0; i < 60; i++)
        kill(getpid(), SIGUSR1);
    printf("%d %d %s\n", sum, alarms, argv[argc - 1] ? "args" : "none");
    return 0;
}
