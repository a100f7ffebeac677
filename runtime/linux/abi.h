/* The generic 64-bit Linux ABI's structures (asm-generic headers), where hosts differ from it, and open flags. */
#ifndef AOTC_RUNTIME_LINUX_ABI_H
#define AOTC_RUNTIME_LINUX_ABI_H

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

/* asm-generic/fcntl.h: the flags that some architectures number in another way. */
enum { G_O_DIRECT = 040000, G_O_LARGEFILE = 0100000, G_O_DIRECTORY = 0200000, G_O_NOFOLLOW = 0400000,
       G_O_MOVED = G_O_DIRECT | G_O_LARGEFILE | G_O_DIRECTORY | G_O_NOFOLLOW };
#if defined(__aarch64__)
enum { H_O_DIRECT = 0200000, H_O_LARGEFILE = 0400000, H_O_DIRECTORY = 040000, H_O_NOFOLLOW = 0100000,
       H_O_MOVED = H_O_DIRECT | H_O_LARGEFILE | H_O_DIRECTORY | H_O_NOFOLLOW };
#else
enum { H_O_DIRECT = G_O_DIRECT, H_O_LARGEFILE = G_O_LARGEFILE, H_O_DIRECTORY = G_O_DIRECTORY, H_O_NOFOLLOW = G_O_NOFOLLOW,
       H_O_MOVED = G_O_MOVED };
#endif

/* Open flags of the asm-generic ABI <-> the host kernel's (not libc's O_*, whose O_LARGEFILE is 0). */
static inline uint64_t abi_open_flags_to_host(uint64_t f)
{
    return (f & ~(uint64_t)G_O_MOVED) | (f & G_O_DIRECT ? H_O_DIRECT : 0) | (f & G_O_LARGEFILE ? H_O_LARGEFILE : 0) |
           (f & G_O_DIRECTORY ? H_O_DIRECTORY : 0) | (f & G_O_NOFOLLOW ? H_O_NOFOLLOW : 0);
}

static inline uint64_t abi_open_flags_from_host(uint64_t f)
{
    return (f & ~(uint64_t)H_O_MOVED) | (f & H_O_DIRECT ? G_O_DIRECT : 0) | (f & H_O_LARGEFILE ? G_O_LARGEFILE : 0) |
           (f & H_O_DIRECTORY ? G_O_DIRECTORY : 0) | (f & H_O_NOFOLLOW ? G_O_NOFOLLOW : 0);
}

#endif
