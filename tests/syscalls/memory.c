#include "t.h"
#include <setjmp.h>

static sigjmp_buf jb;
static volatile long fault_at, fault_code;
static void on_fault(int sig, siginfo_t *si, void *uc)
{
    fault_at = (long)si->si_addr;
    fault_code = si->si_code;
    siglongjmp(jb, sig);
}
/* 0, or the signal that reading (or writing) one byte raises. */
static int touch(volatile char *p, int write)
{
    int sig = sigsetjmp(jb, 1);
    if (sig) {
        printf("  at %s, code %ld\n", fault_at == (long)p ? "p" : "elsewhere", fault_code);
        return sig;
    }
    if (write)
        *p = 1;
    else
        (void)*p;
    return 0;
}

int main(void)
{
    struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    long pg = sysconf(_SC_PAGESIZE);
    unsigned char vec[8];
    char *p, *q, *b;
    int fd;

    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    P(pg);
    p = mmap(NULL, 8 * pg, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    Y(p != MAP_FAILED && !((long)p & (pg - 1)));
    p[5 * pg] = 7;
    P(munmap(p + pg, pg));
    P(touch(p + pg, 0));
    P(touch(p, 1));
    P(mprotect(p + 2 * pg, pg, PROT_READ));
    P(touch(p + 2 * pg, 0));
    P(touch(p + 2 * pg, 1));
    P(mprotect(p + 2 * pg, pg, PROT_NONE));
    P(touch(p + 2 * pg, 0));
    P(mprotect(p + pg, pg, PROT_READ));
    P(mprotect(p + 1, pg, PROT_READ));
    Y(mmap(p + pg, pg, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + pg);
    P((long)mmap(p + pg, pg, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    Y(mmap(p + 1, pg, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EINVAL);
    Y(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    Y(mmap(NULL, pg, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED && errno == EBADF);
    q = mremap(p + 4 * pg, 2 * pg, 200 * pg, MREMAP_MAYMOVE);
    Y(q != MAP_FAILED && q[pg] == 7);
    P(touch(p + 4 * pg, 0));
    P(touch(q + 199 * pg, 1));
    Y(mremap(q, 200 * pg, pg, 0) == q);
    P(touch(q + pg, 0));
    P(madvise(q, pg, MADV_DONTNEED));
    P(*q);
    P(mlock(q, pg)); P(munlock(q, pg));
    fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
    P(ftruncate(fd, pg + 10));
    p = mmap(NULL, 3 * pg, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    q = mmap(NULL, pg, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    strcpy(p, "shared");
    S(q);
    strcpy(q, "private");
    S(p);
    P(msync(p, pg, MS_SYNC));
    P(mincore(p, pg, vec));
    P(vec[0] & 1);
    P(touch(p + 2 * pg, 0));
    P(touch(p + pg + 100, 0));
    P((long)mmap(NULL, pg, PROT_READ, MAP_PRIVATE, fd, 100));
    b = sbrk(0);
    Y(sbrk(100000) == b);
    b[99999] = 1;
    P(touch(b + 99999, 1));
    Y(sbrk(-100000) == b + 100000);
    Y(sbrk(0) == b);
    Y((long)syscall(SYS_brk, 0) == (long)b);
    Y((long)syscall(SYS_brk, 1) == (long)b);
    P(touch((char *)16, 0));
    P(touch((char *)0x7ffffffff000, 0));
    p = malloc(50000000);
    memset(p, 1, 50000000);
    P(p[49999999]);
    free(p);
    P(munmap((void *)1, pg));
    return 0;
}
