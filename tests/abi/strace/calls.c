/* Calls whose structures --strace shows; run.sh has the lines. */
#include <linux/sched.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#ifndef SYS_clone3
#define SYS_clone3 435
#endif

int main(void)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0), u = socket(AF_UNIX, SOCK_DGRAM, 0);
    struct sockaddr_in a = { AF_INET, htons(80), { htonl(0x7f000001) } };
    struct sockaddr_in6 c = { AF_INET6, htons(53) };
    struct sockaddr_un b = { AF_UNIX, "/tmp/none/none" };
    struct iovec v[2] = { { "ab", 2 }, { "c", 1 } };
    struct msghdr m = { &b, sizeof b, v, 2 };
    struct clone_args ca = { .flags = 0x100000000ull | CLONE_PIDFD, .exit_signal = SIGCHLD, .stack = 4096 };
    struct mq_attr q = { 0, 3, 32 };
    socklen_t l = sizeof a;

    connect(s, (void *)&a, l);
    getpeername(s, (void *)&a, &l);
    sendmsg(u, &m, MSG_DONTWAIT);
    writev(99, v, 2);
    c.sin6_addr.s6_addr[15] = 1;
    bind(s, (void *)&c, sizeof c);
    syscall(SYS_clone3, &ca, sizeof ca);
    mq_open("/x/y", 0102, 0600, &q);
    return 0;
}
