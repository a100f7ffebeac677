/* Included in front of every file of a ThreadSanitizer build. Guest memory lies where the sanitizer keeps nothing: it must not see it mapped, and
 * its own mmap() would refuse. So the calls that map there go to the kernel. */
#ifndef AOTC_TESTS_TSAN_H
#define AOTC_TESTS_TSAN_H

#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>

long syscall(long nr, ...) __attribute__((__nothrow__, __leaf__));

static inline int tsan_knows(const void *at) { return (unsigned long)at >> 44 >= 5; }

static inline void *tsan_mmap(void *at, size_t len, int prot, int flags, int fd, long off)
{
    return !at || tsan_knows(at) ? mmap(at, len, prot, flags, fd, off) : (void *)syscall(SYS_mmap, at, len, prot, flags, fd, off);
}

static inline int tsan_munmap(void *at, size_t len) { return tsan_knows(at) ? munmap(at, len) : (int)syscall(SYS_munmap, at, len); }
static inline int tsan_mprotect(void *at, size_t len, int prot) { return (int)syscall(SYS_mprotect, at, len, prot); }
static inline int tsan_madvise(void *at, size_t len, int advice) { return (int)syscall(SYS_madvise, at, len, advice); }

#define mmap(at, len, prot, flags, fd, off) tsan_mmap(at, len, prot, flags, fd, off)
#define munmap(at, len) tsan_munmap(at, len)
#define mprotect(at, len, prot) tsan_mprotect(at, len, prot)
#define madvise(at, len, advice) tsan_madvise(at, len, advice)
#define mremap(...) ((void *)syscall(SYS_mremap, __VA_ARGS__))

#endif
