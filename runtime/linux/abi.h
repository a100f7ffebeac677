/* The generic 64-bit Linux ABI's structures (asm-generic headers), where hosts differ from it, and open flags, which differ by guest and by host. */
#ifndef AOTC_RUNTIME_LINUX_ABI_H
#define AOTC_RUNTIME_LINUX_ABI_H

#include "passes/lift/guest.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* asm-generic/stat.h */
struct g_stat {
    uint64_t dev, ino;
    uint32_t mode, nlink, uid, gid;
    uint64_t rdev, pad1;
    int64_t size;
    int32_t blksize, pad2;
    int64_t blocks;
    int64_t atime; uint64_t atime_nsec;
    int64_t mtime; uint64_t mtime_nsec;
    int64_t ctime; uint64_t ctime_nsec;
    uint32_t unused[2];
};
static_assert(sizeof(struct g_stat) == 128, "struct stat");
static_assert(offsetof(struct g_stat, mode) == 16, "st_mode");
static_assert(offsetof(struct g_stat, size) == 48, "st_size");
static_assert(offsetof(struct g_stat, blocks) == 64, "st_blocks");
static_assert(offsetof(struct g_stat, atime) == 72, "st_atime");

/* uapi/linux/eventpoll.h: packed on x86-64 alone. */
struct g_epoll_event { uint32_t events, pad; uint64_t data; };
static_assert(sizeof(struct g_epoll_event) == 16, "struct epoll_event");

/* asm-generic/ipcbuf.h, asm-generic/sembuf.h: x86-64 pads the two times. */
struct g_ipc_perm {
    int32_t key;
    uint32_t uid, gid, cuid, cgid, mode;
    uint16_t seq, pad;
    uint64_t unused[2];
};
struct g_semid_ds { struct g_ipc_perm perm; int64_t otime, ctime; uint64_t nsems, unused[2]; };
static_assert(sizeof(struct g_ipc_perm) == 48, "struct ipc64_perm");
static_assert(sizeof(struct g_semid_ds) == 88, "struct semid64_ds");

/* Open flags that some architectures number in another way; the host kernel's numbers (not libc's, whose O_LARGEFILE is 0). */
#if defined(__aarch64__)
enum { H_O_DIRECT = 0200000, H_O_LARGEFILE = 0400000, H_O_DIRECTORY = 040000, H_O_NOFOLLOW = 0100000 };
#else
enum { H_O_DIRECT = 040000, H_O_LARGEFILE = 0100000, H_O_DIRECTORY = 0200000, H_O_NOFOLLOW = 0400000 };
#endif

static inline uint64_t abi_open_flags_to_host(const struct guest_abi *g, uint64_t f)
{
    return (f & ~(uint64_t)(g->o.direct | g->o.largefile | g->o.directory | g->o.nofollow)) | (f & g->o.direct ? H_O_DIRECT : 0) |
           (f & g->o.largefile ? H_O_LARGEFILE : 0) | (f & g->o.directory ? H_O_DIRECTORY : 0) |
           (f & g->o.nofollow ? H_O_NOFOLLOW : 0);
}

static inline uint64_t abi_open_flags_from_host(const struct guest_abi *g, uint64_t f)
{
    return (f & ~(uint64_t)(H_O_DIRECT | H_O_LARGEFILE | H_O_DIRECTORY | H_O_NOFOLLOW)) | (f & H_O_DIRECT ? g->o.direct : 0) |
           (f & H_O_LARGEFILE ? g->o.largefile : 0) | (f & H_O_DIRECTORY ? g->o.directory : 0) |
           (f & H_O_NOFOLLOW ? g->o.nofollow : 0);
}

#endif
