/* LD_PRELOAD for tests/images/crash: ends the process with SIGKILL at the CRASH_AT-th call (from 1) that changes files. With
 * CRASH_HALF a write is done by half first. CRASH_LOG: a file that gets the name of the call it died at. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int count;
static int at = -1, half;

static void die(const char *name)
{
    const char *log = getenv("CRASH_LOG");
    int fd = log ? (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;

    if (fd >= 0) {
        syscall(SYS_write, fd, name, strlen(name));
        syscall(SYS_write, fd, "\n", 1);
    }
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Is this the call to die at? */
static int now(void)
{
    if (at < 0) {
        const char *s = getenv("CRASH_AT");
        half = getenv("CRASH_HALF") != NULL;
        at = s ? atoi(s) : 0;
    }
    return atomic_fetch_add(&count, 1) + 1 == at;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define WRITER(name, params, args, params_half) \
    ssize_t name params { REAL(name); if (now()) { if (half) (void)!real params_half; die(#name); } return real args; }
#define OTHER(name, params, args) int name params { REAL(name); if (now()) die(#name); return real args; }

WRITER(write, (int fd, const void *p, size_t n), (fd, p, n), (fd, p, n / 2))
WRITER(pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), (fd, p, n / 2, o))
WRITER(pwrite64, (int fd, const void *p, size_t n, off64_t o), (fd, p, n, o), (fd, p, n / 2, o))
WRITER(writev, (int fd, const struct iovec *v, int n), (fd, v, n), (fd, v, n / 2))
WRITER(pwritev, (int fd, const struct iovec *v, int n, off_t o), (fd, v, n, o), (fd, v, n / 2, o))
WRITER(pwritev64, (int fd, const struct iovec *v, int n, off64_t o), (fd, v, n, o), (fd, v, n / 2, o))
OTHER(fsync, (int fd), (fd))
OTHER(fdatasync, (int fd), (fd))
OTHER(msync, (void *p, size_t n, int f), (p, n, f))
OTHER(ftruncate, (int fd, off_t n), (fd, n))
OTHER(ftruncate64, (int fd, off64_t n), (fd, n))
OTHER(fchmod, (int fd, mode_t m), (fd, m))
OTHER(posix_fallocate, (int fd, off_t o, off_t n), (fd, o, n))
OTHER(mkdir, (const char *p, mode_t m), (p, m))
OTHER(rmdir, (const char *p), (p))
OTHER(link, (const char *a, const char *b), (a, b))
OTHER(unlink, (const char *p), (p))
OTHER(unlinkat, (int d, const char *p, int f), (d, p, f))
OTHER(rename, (const char *a, const char *b), (a, b))
OTHER(renameat, (int d, const char *a, int e, const char *b), (d, a, e, b))
OTHER(renameat2, (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f))
OTHER(mkostemp, (char *t, int f), (t, f))
OTHER(flock, (int fd, int op), (fd, op))
