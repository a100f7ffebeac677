#include "t.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static void unix_sockets(void)
{
    int sv[2], fds[2], n = 0;
    char b[64] = "", ctl[64];
    struct iovec io = { "msg", 3 }, in = { b, sizeof b };
    union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } u;
    struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &u, .msg_controllen = sizeof u.room };
    struct msghdr r = { .msg_iov = &in, .msg_iovlen = 1, .msg_control = ctl, .msg_controllen = sizeof ctl };
    struct mmsghdr mm[2];
    struct ucred cr;
    socklen_t len = sizeof cr;

    P(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv));
    P(pipe(fds));
    memset(&u, 0, sizeof u);
    u.h.cmsg_level = SOL_SOCKET; u.h.cmsg_type = SCM_RIGHTS; u.h.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&u.h), &fds[1], sizeof(int));
    P(sendmsg(sv[0], &m, 0));
    P(recvmsg(sv[1], &r, 0));
    S(b);
    memcpy(&n, CMSG_DATA((struct cmsghdr *)ctl), sizeof n);
    P(n);
    P(write(n, "via", 3)); P(read(fds[0], b, 10));
    P(getsockopt(sv[0], SOL_SOCKET, SO_PEERCRED, &cr, &len));
    Y(cr.pid == getpid() && cr.uid == getuid());
    P(send(sv[0], "abcdef", 6, MSG_NOSIGNAL));
    P(ioctl(sv[1], FIONREAD, &n)); P(n);
    P(recv(sv[1], b, 3, MSG_PEEK)); P(recv(sv[1], b, 6, MSG_WAITALL)); P(recv(sv[1], b, 6, MSG_DONTWAIT));
    memset(mm, 0, sizeof mm);
    mm[0].msg_hdr.msg_iov = &io; mm[0].msg_hdr.msg_iovlen = 1; mm[1] = mm[0];
    P(sendmmsg(sv[0], mm, 2, 0)); P(mm[1].msg_len);
    mm[0].msg_hdr.msg_iov = &in;
    P(recvmmsg(sv[1], mm, 1, MSG_DONTWAIT, NULL)); P(mm[0].msg_len);
    P(shutdown(sv[0], SHUT_WR)); P(read(sv[1], b, 10));
    close(sv[1]);
    signal(SIGPIPE, SIG_IGN);
    P(write(sv[0], "x", 1));
}

static void servers(void)
{
    struct sockaddr_un a = { AF_UNIX, "sock" }, got;
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
    socklen_t len = sizeof got;
    int s = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), k, one = 1;
    char b[64];
    struct timeval tv = { 0, 20000 };

    P(connect(c, (void *)&a, sizeof a));
    P(bind(s, (void *)&a, sizeof a)); P(bind(s, (void *)&a, sizeof a)); P(listen(s, 5)); P(connect(c, (void *)&a, sizeof a));
    P(k = accept4(s, (void *)&got, &len, SOCK_NONBLOCK)); P(len);
    P(fcntl(k, F_GETFL) & O_NONBLOCK); P(read(k, b, 1));
    len = sizeof got;
    P(getsockname(k, (void *)&got, &len)); S(got.sun_path);
    s = socket(AF_INET, SOCK_STREAM, 0);
    P(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
    P(bind(s, (void *)&in, sizeof in)); P(listen(s, 5));
    len = sizeof in;
    P(getsockname(s, (void *)&in, &len)); Y(in.sin_port != 0);
    c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int r = connect(c, (void *)&in, sizeof in);
    Y(r == 0 || errno == EINPROGRESS);
    len = sizeof peer;
    k = accept(s, (void *)&peer, &len);
    P(len); P(peer.sin_family); Y(peer.sin_addr.s_addr == in.sin_addr.s_addr);
    P(setsockopt(k, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    P(send(k, "tcp", 3, 0)); ms_sleep(10); P(read(c, b, 10));
    P(setsockopt(k, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
    P(recv(k, b, 1, 0));
    len = sizeof peer;
    P(getpeername(c, (void *)&peer, &len));
    s = socket(AF_INET, SOCK_DGRAM, 0);
    in.sin_port = 0;
    P(bind(s, (void *)&in, sizeof in));
    len = sizeof in;
    getsockname(s, (void *)&in, &len);
    P(sendto(s, "dgram", 5, 0, (void *)&in, sizeof in));
    len = sizeof peer;
    P(recvfrom(s, b, 64, 0, (void *)&peer, &len)); Y(peer.sin_port == in.sin_port);
    P(recvfrom(s, b, 64, MSG_DONTWAIT, NULL, NULL));
    P(socket(99, SOCK_STREAM, 0)); P(socket(AF_INET, 99, 0)); P(listen(0, 5) == -1);
    P(bind(s, BAD, 16)); P(sendto(s, BAD, 10, 0, (void *)&in, sizeof in));
}

int main(void)
{
    unix_sockets();
    servers();
    return 0;
}
