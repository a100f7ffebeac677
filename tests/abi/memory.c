/* Calls about memory, and shared memory segments at places of the caller's choice. */
#include "../syscalls/t.h"
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/uio.h>
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
enum { PG = 4096 };

static void pages(void)
{
    unsigned char vec[8] = { 0 };
    char *p = mmap(NULL, 8 * PG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int fd = open("f", O_RDWR | O_CREAT, 0600);

    p[0] = p[PG] = 1;
    P(mincore(p, 8 * PG, vec));
    printf("%d %d\n", vec[0] & 1, vec[1] & 1);
    P(mincore(p + 1, PG, vec)); P(mincore(p, PG, BAD));
    P(mlock(p, 2 * PG)); P(munlock(p, 2 * PG)); P(mlock2(p, PG, MLOCK_ONFAULT)); P(mlock2(p, PG, 8));
    P(munmap(p + 4 * PG, PG));
    P(mincore(p, 8 * PG, vec)); P(mlock(p, 8 * PG)); P(msync(p, 8 * PG, MS_SYNC)); P(msync(p, PG, MS_SYNC | MS_ASYNC));
    P(msync(p + 1, PG, MS_SYNC));
    P(madvise(p, PG, MADV_DONTNEED)); P(p[0]);
    P(madvise(p, PG, 999)); P(madvise(p, 8 * PG, MADV_WILLNEED));
    P(mlockall(64)); P(munlockall());
    P(ftruncate(fd, 4 * PG));
    for (int i = 0; i < 4; i++)
        pwrite(fd, &(char){ 'a' + i }, 1, i * PG);
    char *s = mmap(NULL, 4 * PG, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    P(remap_file_pages(s, PG, 0, 2, 0)); P(s[0]);
    P(remap_file_pages(s + PG, 2 * PG, 0, 0, 0)); printf("%c%c%c%c\n", s[0], s[PG], s[2 * PG], s[3 * PG]);
    P(remap_file_pages(s, PG, PROT_READ, 2, 0)); P(remap_file_pages(p, PG, 0, 2, 0));
    s[0] = 'z';
    P(msync(s, 4 * PG, MS_SYNC));
    char c;
    P(pread(fd, &c, 1, 2 * PG)); P(c);
    P(mmap(NULL, PG, PROT_READ, MAP_SHARED, fd, 1) == MAP_FAILED);
    P(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    P(mremap(s, 4 * PG, 0, MREMAP_MAYMOVE) == MAP_FAILED);
    char *moved = mremap(p, PG, 3 * PG, MREMAP_MAYMOVE);
    Y(moved != MAP_FAILED);
    Y(mmap(moved, PG, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    int pidfd = syscall(SYS_pidfd_open, getpid(), 0);
    P(syscall(SYS_process_madvise, pidfd, &(struct iovec){ moved, PG }, 1, MADV_COLD, 0));
}

static void fds(void)
{
    int fd = memfd_create("name", MFD_ALLOW_SEALING | MFD_CLOEXEC), sec = syscall(SYS_memfd_secret, 0);
    char link[64], to[64] = { 0 };

    P(ftruncate(fd, PG)); P(fcntl(fd, F_GETFD));
    char *p = mmap(NULL, PG, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    strcpy(p, "in a memfd");
    pread(fd, to, 11, 0);
    S(to);
    P(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)); P(munmap(p, PG)); P(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK));
    P(fcntl(fd, F_GET_SEALS)); P(write(fd, "x", 1)); P(ftruncate(fd, 0));
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    memset(to, 0, sizeof to);
    readlink(link, to, sizeof to - 1);
    S(to);
    if (sec >= 0) {
        P(ftruncate(sec, PG));
        p = mmap(NULL, PG, PROT_READ | PROT_WRITE, MAP_SHARED, sec, 0);
        Y(p != MAP_FAILED);
        strcpy(p, "secret");
        S(p);
        P(write(1, p, 0)); P(write(fd, p, 6));
    }
}

static void segments(void)
{
    int id = shmget(IPC_PRIVATE, 3 * PG, IPC_CREAT | 0600), many[80];
    char *room = mmap(NULL, 16 * PG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *p;
    struct shmid_ds ds;
    struct shminfo si;
    struct shm_info sn;

    strcpy(room + 4 * PG, "there");
    P(shmat(id, room + 4 * PG, 0) == (void *)-1);
    P(shmat(id, room + 4 * PG + 5, SHM_REMAP) == (void *)-1);
    P(shmat(id, NULL, SHM_REMAP) == (void *)-1);
    P(shmat(-5, room, SHM_REMAP) == (void *)-1);
    S(room + 4 * PG);
    P(shmat(id, room + 4 * PG + 5, SHM_REMAP | SHM_RND) == room + 4 * PG);
    P(room[4 * PG]); strcpy(room + 4 * PG, "segment");
    P(munmap(room + 8 * PG, 3 * PG));
    P((p = shmat(id, room + 8 * PG, SHM_RDONLY)) == room + 8 * PG);
    S(p);
    P(mprotect(p, PG, PROT_READ | PROT_WRITE)); P(shmctl(id, IPC_STAT, &ds)); P(ds.shm_nattch); P(ds.shm_segsz);
    Y(ds.shm_cpid == getpid() && ds.shm_lpid == getpid() && ds.shm_atime && ds.shm_ctime);
    P(munmap(p + PG, PG)); P(shmdt(p)); P(shmdt(p));
    P(shmctl(id, IPC_STAT, &ds)); P(ds.shm_nattch); Y(ds.shm_dtime != 0);
    ds.shm_perm.mode = 0400;
    P(shmctl(id, IPC_SET, &ds)); P(shmctl(id, IPC_STAT, &ds)); printf("%o\n", ds.shm_perm.mode);
    P(shmctl(id, SHM_LOCK, NULL)); P(shmctl(id, SHM_UNLOCK, NULL));
    Y(shmctl(0, IPC_INFO, (void *)&si) >= 0); P(si.shmmni); P(si.shmmin);
    Y(shmctl(0, SHM_INFO, (void *)&sn) >= 0 && sn.used_ids > 0 && sn.shm_tot >= 3);
    P(shmctl(id, IPC_RMID, NULL)); P(shmdt(room + 4 * PG));
    int all = 0;
    for (int i = 0; i < 80; i++) {
        many[i] = shmget(IPC_PRIVATE, PG, IPC_CREAT | 0600);
        p = shmat(many[i], NULL, 0);
        shmctl(many[i], IPC_RMID, NULL);
        if (p != (void *)-1)
            all += *p = 1;
    }
    P(all);
    P(shmget(IPC_PRIVATE, 0, 0600)); P(shmget(0x7abc1234, PG, 0));
}

static void others(void)
{
    char here[64] = "unchanged", there[64] = "read by process_vm_readv";
    struct iovec l = { here, 25 }, r = { there, 25 }, bad = { BAD, 4 };

    P(process_vm_readv(getpid(), &l, 1, &r, 1, 0)); S(here);
    strcpy(here, "written");
    P(process_vm_writev(getpid(), &l, 1, &r, 1, 0)); S(there);
    P(process_vm_readv(getpid(), &l, 1, &bad, 1, 0)); P(process_vm_readv(getpid(), &l, 1, &r, 1, 1));
    pid_t kid = fork();
    if (!kid)
        for (;;)
            pause();
    strcpy(there, "changed here alone");
    P(process_vm_readv(kid, &l, 1, &r, 1, 0)); S(here);
    kill(kid, SIGKILL);
    waitpid(kid, NULL, 0);
    P(process_vm_readv(kid, &l, 1, &r, 1, 0));
}

int main(void)
{
    pages();
    fds();
    segments();
    others();
    return 0;
}
