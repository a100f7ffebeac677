/* Sockets: control messages of each kind, many messages a call, options as structures. */
#include "../syscalls/t.h"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>

static char room[512] __attribute__((aligned(16)));
static struct msghdr message(struct iovec *io, void *buf, size_t n)
{
    *io = (struct iovec){ buf, n };
    memset(room, 0, sizeof room);
    return (struct msghdr){ .msg_iov = io, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
}

static void show(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        printf("level %d type %d len %d", c->cmsg_level, c->cmsg_type, (int)c->cmsg_len);
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
            struct ucred u;
            memcpy(&u, CMSG_DATA(c), sizeof u);
            printf(" mine %d", u.pid == getpid() && u.uid == getuid() && u.gid == getgid());
        } else if (c->cmsg_level == SOL_SOCKET && (c->cmsg_type == SCM_TIMESTAMP || c->cmsg_type == SCM_TIMESTAMPNS)) {
            struct timespec ts;
            memcpy(&ts, CMSG_DATA(c), sizeof ts);
            printf(" now %d", ts.tv_sec >= time(NULL) - 5 && ts.tv_sec <= time(NULL) + 1);
        } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo i;
            char name[IF_NAMESIZE] = "";
            memcpy(&i, CMSG_DATA(c), sizeof i);
            printf(" %s %s", inet_ntoa(i.ipi_addr), if_indextoname(i.ipi_ifindex, name));
        } else if (c->cmsg_level == IPPROTO_IP && (c->cmsg_type == IP_TTL || c->cmsg_type == IP_TOS)) {
            printf(" %d", c->cmsg_type == IP_TTL ? *(int *)CMSG_DATA(c) : *CMSG_DATA(c));
        }
        printf("\n");
    }
    printf("flags %x\n", m->msg_flags);
}

static void local(void)
{
    int sv[2], one = 1, got[4], n = 0;
    char b[64];
    struct iovec io;
    struct msghdr m;
    struct ucred uc;
    socklen_t len = sizeof uc;

    socketpair(AF_UNIX, SOCK_DGRAM, 0, sv);
    P(setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &one, 4));
    P(getsockopt(sv[0], SOL_SOCKET, SO_PEERCRED, &uc, &len)); Y(len == 12 && uc.pid == getpid() && uc.uid == getuid());
    m = message(&io, "hello", 5);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(12);
    memcpy(CMSG_DATA(c), (int[]){ 0, sv[0], 2 }, 12);
    m.msg_controllen = CMSG_SPACE(12);
    P(sendmsg(sv[0], &m, 0));
    m = message(&io, b, sizeof b);
    P(recvmsg(sv[1], &m, MSG_CMSG_CLOEXEC)); show(&m);
    for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
        if (c->cmsg_type == SCM_RIGHTS)
            memcpy(got, CMSG_DATA(c), 12), n = 3;
    for (int i = 0; i < n; i++)
        P(fcntl(got[i], F_GETFD));
    P(write(got[1], "through it", 10)); P(read(sv[1], b, 64));
    m = message(&io, "truncated", 9);
    c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(8);
    memcpy(CMSG_DATA(c), (int[]){ 0, 1 }, 8);
    m.msg_controllen = CMSG_SPACE(8);
    P(sendmsg(sv[0], &m, 0));
    setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &(int){ 0 }, 4);
    m = message(&io, b, 4);
    m.msg_controllen = CMSG_LEN(4);
    P(recvmsg(sv[1], &m, 0)); printf("%x %d\n", m.msg_flags, (int)m.msg_controllen);
    c = CMSG_FIRSTHDR(&m);
    m = message(&io, "bad", 3);
    c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(4);
    memcpy(CMSG_DATA(c), (int[]){ 777 }, 4);
    m.msg_controllen = CMSG_SPACE(4);
    P(sendmsg(sv[0], &m, 0));
}

static void datagrams(void)
{
    int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in at = { AF_INET, 0, { htonl(INADDR_LOOPBACK) } }, from;
    socklen_t len = sizeof at;
    char buf[4][16];
    struct iovec io[4];
    struct mmsghdr mm[4] = { 0 };
    struct msghdr m;

    P(bind(a, (void *)&at, sizeof at)); P(getsockname(a, (void *)&at, &len)); P(connect(b, (void *)&at, len));
    setsockopt(a, SOL_SOCKET, SO_TIMESTAMP, &one, 4); setsockopt(a, IPPROTO_IP, IP_PKTINFO, &one, 4);
    setsockopt(a, IPPROTO_IP, IP_RECVTTL, &one, 4); setsockopt(a, IPPROTO_IP, IP_RECVTOS, &one, 4);
    P(send(b, "one", 3, 0));
    m = message(&io[0], buf[0], 16);
    m.msg_name = &from; m.msg_namelen = sizeof from;
    P(recvmsg(a, &m, 0)); show(&m); P(m.msg_namelen);
    setsockopt(a, SOL_SOCKET, SO_TIMESTAMPNS, &one, 4);
    for (int i = 0; i < 4; i++) {
        io[i] = (struct iovec){ (char *)"abcd" + i, 4 - i };
        mm[i].msg_hdr = (struct msghdr){ .msg_iov = &io[i], .msg_iovlen = 1 };
    }
    P(sendmmsg(b, mm, 4, 0)); printf("%d %d %d %d\n", mm[0].msg_len, mm[1].msg_len, mm[2].msg_len, mm[3].msg_len);
    for (int i = 0; i < 4; i++)
        io[i] = (struct iovec){ buf[i], 16 };
    P(recvmmsg(a, mm, 3, MSG_WAITFORONE, &(struct timespec){ 1, 0 })); printf("%d %d %d\n", mm[0].msg_len, mm[1].msg_len, mm[2].msg_len);
    m = message(&io[0], buf[0], 16);
    P(recvmsg(a, &m, MSG_DONTWAIT)); show(&m);
    struct timespec ts = { 0, 20000000 };
    P(recvmsg(a, &m, MSG_DONTWAIT)); P(recvmmsg(b, mm, 2, 0, &ts)); P(sendmmsg(b, BAD, 2, 0)); P(recvmsg(a, BAD, 0));
    at.sin_port = htons(1);
    P(connect(b, (void *)&at, len)); P(send(b, "x", 1, 0));
    setsockopt(b, IPPROTO_IP, IP_RECVERR, &one, 4);
    send(b, "x", 1, 0);
    P(poll(&(struct pollfd){ b, 0, 0 }, 1, 200));
}

static void options(void)
{
    int t = socket(AF_INET, SOCK_STREAM, 0), l = socket(AF_INET, SOCK_STREAM, 0), c, v;
    struct sockaddr_in at = { AF_INET, 0, { htonl(INADDR_LOOPBACK) } };
    struct linger lg = { 1, 7 };
    struct timeval tv = { 3, 500000 };
    struct tcp_info ti;
    socklen_t len = sizeof at;
    struct sock_filter code[] = { { 6, 0, 0, 0xffff } };
    struct sock_fprog prog = { 1, code };

    P(setsockopt(t, SOL_SOCKET, SO_LINGER, &lg, sizeof lg)); memset(&lg, 0, sizeof lg);
    len = sizeof lg; P(getsockopt(t, SOL_SOCKET, SO_LINGER, &lg, &len)); printf("%d %d %d\n", lg.l_onoff, lg.l_linger, len);
    P(setsockopt(t, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv)); memset(&tv, 0, sizeof tv);
    len = sizeof tv; P(getsockopt(t, SOL_SOCKET, SO_SNDTIMEO, &tv, &len)); printf("%ld %ld %d\n", (long)tv.tv_sec, (long)tv.tv_usec, len);
    len = 4; P(getsockopt(t, SOL_SOCKET, SO_TYPE, &v, &len)); P(v);
    P(getsockopt(t, SOL_SOCKET, SO_DOMAIN, &v, &len)); P(v); P(getsockopt(t, SOL_SOCKET, SO_PROTOCOL, &v, &len)); P(v);
    P(setsockopt(t, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, 4)); P(getsockopt(t, IPPROTO_TCP, TCP_NODELAY, &v, &len)); P(v);
    P(setsockopt(t, IPPROTO_TCP, TCP_KEEPIDLE, &(int){ 33 }, 4)); P(getsockopt(t, IPPROTO_TCP, TCP_KEEPIDLE, &v, &len)); P(v);
    P(setsockopt(t, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog));
    P(setsockopt(t, SOL_SOCKET, 9999, &v, 4)); P(getsockopt(t, SOL_SOCKET, SO_TYPE, BAD, &len)); P(setsockopt(t, SOL_SOCKET, SO_LINGER, &v, 2));
    P(setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, 4)); P(bind(l, (void *)&at, sizeof at)); P(listen(l, 3));
    len = sizeof at; getsockname(l, (void *)&at, &len);
    P(connect(t, (void *)&at, len)); P((c = accept4(l, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0); P(fcntl(c, F_GETFL) & O_NONBLOCK);
    len = sizeof ti; memset(&ti, 0, sizeof ti);
    P(getsockopt(t, IPPROTO_TCP, TCP_INFO, &ti, &len)); P(ti.tcpi_state); Y(len >= 104);
    P(send(t, "oob", 3, MSG_OOB)); ms_sleep(10); P(ioctl(c, SIOCATMARK, &v)); P(v); P(ioctl(c, FIONREAD, &v)); P(v);
    P(shutdown(t, SHUT_WR)); P(ioctl(t, FIONBIO, &(int){ 1 })); P(read(t, &v, 4)); P(connect(t, (void *)&at, sizeof at));
}

static void interfaces(void)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0), nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    struct ifreq r = { .ifr_name = "lo" };
    struct ifconf cf = { .ifc_len = sizeof room, .ifc_buf = room };
    struct { struct nlmsghdr h; struct rtgenmsg g; } q = { { sizeof q, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 7, 0 }, { AF_UNSPEC } };
    static char buf[32768];

    P(ioctl(s, SIOCGIFFLAGS, &r)); P(r.ifr_flags & (IFF_UP | IFF_LOOPBACK)); P(ioctl(s, SIOCGIFMTU, &r)); P(r.ifr_mtu);
    P(ioctl(s, SIOCGIFINDEX, &r)); P(r.ifr_ifindex); P(ioctl(s, SIOCGIFADDR, &r));
    S(inet_ntoa(((struct sockaddr_in *)&r.ifr_addr)->sin_addr));
    P(ioctl(s, SIOCGIFCONF, &cf)); Y(cf.ifc_len >= (int)sizeof r && cf.ifc_len % sizeof r == 0);
    strcpy(r.ifr_name, "nosuch0"); P(ioctl(s, SIOCGIFFLAGS, &r)); P(ioctl(1, SIOCGIFFLAGS, &r));
    P(send(nl, &q, sizeof q, 0));
    long n = recv(nl, buf, sizeof buf, 0);
    struct nlmsghdr *h = (void *)buf;
    Y(NLMSG_OK(h, n) && h->nlmsg_type == RTM_NEWLINK && h->nlmsg_seq == 7);
    struct ifinfomsg *i = NLMSG_DATA(h);
    P(i->ifi_index); P(i->ifi_type);
}

int main(void)
{
    local();
    datagrams();
    options();
    interfaces();
    return 0;
}
