#include "t.h"
#include <dirent.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <sys/xattr.h>

static void basics(void)
{
    char b[64] = "";
    struct iovec v[2] = { { "abc", 3 }, { "defgh", 5 } }, w[2] = { { b, 2 }, { b + 2, 20 } };
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0640);

    P(fd);
    P(write(fd, "hello world", 11));
    P(lseek(fd, -5, SEEK_END));
    P(read(fd, b, 20));
    S(b);
    P(pwrite(fd, "XY", 2, 1));
    memset(b, 0, sizeof b);
    P(pread(fd, b, 5, 0));
    S(b);
    P(ftruncate(fd, 4));
    P(lseek(fd, 0, SEEK_END));
    P(writev(fd, v, 2));
    P(lseek(fd, 0, SEEK_SET));
    memset(b, 0, sizeof b);
    P(readv(fd, w, 2));
    S(b);
    P(preadv(fd, w, 2, 4));
    P(pwritev(fd, v, 2, 100));
    P(fallocate(fd, 0, 0, 8192));
    P(lseek(fd, 0, SEEK_END));
    P(fsync(fd));
    P(fdatasync(fd));
    P(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    P(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
    P(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    P(fcntl(fd, F_GETFD));
    P(fcntl(fd, F_SETFD, FD_CLOEXEC));
    P(fcntl(fd, F_GETFD));
    P(dup(fd));
    P(dup2(fd, 20));
    P(dup3(fd, 21, O_CLOEXEC));
    P(dup3(fd, fd, 0));
    P(fcntl(fd, F_DUPFD, 30));
    P(fcntl(fd, F_DUPFD_CLOEXEC, 30));
    P(fcntl(31, F_GETFD));
    P(close(20)); P(close(21)); P(close(30)); P(close(31)); P(close(4)); P(close(fd)); P(close(fd));
    P(open("missing", O_RDONLY));
    P(open("f", O_CREAT | O_EXCL, 0600));
    P(open("f", O_DIRECTORY));
    P(open(".", O_WRONLY));
    P(open(".", O_DIRECTORY | O_RDONLY));
    P(close(3));
    P(open(".", O_TMPFILE | O_RDWR, 0600) >= 0);
    P(close(3));
}

static void names(void)
{
    char b[300] = "";
    DIR *d;
    struct dirent *e;
    unsigned n = 0, sum = 0;

    P(mkdir("d", 0755));
    P(mkdir("d", 0755));
    P(symlink("f", "d/link"));
    P(readlink("d/link", b, sizeof b));
    S(b);
    P(readlink("f", b, sizeof b));
    P(link("f", "d/hard"));
    P(rename("d/hard", "d/soft"));
    P(access("d/soft", R_OK | W_OK));
    P(access("d/none", F_OK));
    P(faccessat(AT_FDCWD, "f", R_OK, AT_EACCESS));
    P(chdir("d"));
    Y(getcwd(b, sizeof b) && !strcmp(strrchr(b, '/'), "/d"));
    P(syscall(SYS_getcwd, b, 2));
    P(open("..", O_PATH));
    P(fchdir(3));
    P(close(3));
    P(rmdir("d"));
    P(chmod("f", 04751));
    umask(022);
    P(umask(077));
    P(mknod("fifo", S_IFIFO | 0666, 0));
    for (int i = 0; i < 300; i++) {
        sprintf(b, "d/file-with-a-long-name-%d", i);
        close(open(b, O_CREAT | O_WRONLY, 0600));
    }
    d = opendir("d");
    while ((e = readdir(d)))
        n++, sum += e->d_type * strlen(e->d_name);
    closedir(d);
    printf("%u names, %u\n", n, sum);
    P(unlink("d/link"));
    P(unlink("d"));
    P(renameat2(AT_FDCWD, "f", AT_FDCWD, "d/soft", RENAME_NOREPLACE));
    P(renameat2(AT_FDCWD, "f", AT_FDCWD, "d/soft", RENAME_EXCHANGE));
    P(openat(AT_FDCWD, "d/soft", O_NOFOLLOW));
    P(close(3));
    P(symlink("d", "loop"));
    P(open("loop", O_NOFOLLOW | O_RDONLY));
    P(truncate("d/soft", 3));
    P(truncate("nowhere", 3));
}

static void stats(void)
{
    struct stat a, b;
    struct statx x;
    struct statfs f;
    struct timespec ts[2] = { { 1000000000, 123456789 }, { 1500000000, 987654321 } };

    P(utimensat(AT_FDCWD, "d/soft", ts, 0));
    P(stat("d/soft", &a));
    printf("%o %ld %ld %ld.%09ld %ld.%09ld %d %d\n", a.st_mode, (long)a.st_size, (long)a.st_nlink, (long)a.st_atim.tv_sec,
           a.st_atim.tv_nsec, (long)a.st_mtim.tv_sec, a.st_mtim.tv_nsec, (int)a.st_uid, (int)a.st_gid);
    P(statx(AT_FDCWD, "d/soft", 0, STATX_ALL, &x));
    Y(x.stx_ino == a.st_ino && x.stx_size == (uint64_t)a.st_size && x.stx_mode == a.st_mode &&
      x.stx_blocks == (uint64_t)a.st_blocks);
    Y(x.stx_mtime.tv_nsec == a.st_mtim.tv_nsec && x.stx_ctime.tv_nsec == a.st_ctim.tv_nsec &&
      x.stx_blksize == (uint32_t)a.st_blksize);
    P(open("d/soft", O_RDWR));
    P(fstat(3, &b));
    Y(!memcmp(&a, &b, sizeof a));
    P(fstatat(3, "", &b, AT_EMPTY_PATH));
    Y(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
    P(lstat("loop", &b));
    printf("%o %ld\n", b.st_mode, (long)b.st_size);
    P(stat("/dev/null", &b));
    printf("%o %lx\n", b.st_mode, (long)b.st_rdev);
    P(fchmod(3, 0600)); P(fchown(3, -1, -1)); P(chown("d/soft", -1, -1));
    P(statfs(".", &f));
    Y(f.f_type && f.f_bsize && f.f_namelen == 255);
    P(fstatfs(3, &f));
    P(futimens(3, NULL));
    P(close(3));
    P(setxattr("d/soft", "user.k", "value", 5, 0) == 0 || errno == ENOTSUP);
    P(getxattr("d/soft", "user.none", NULL, 0));
}

static void moves(void)
{
    char b[100] = "";
    int p[2], q[2];
    loff_t off = 2;

    P(pipe2(p, O_NONBLOCK));
    P(read(p[0], b, 1));
    P(open("f", O_RDWR | O_TRUNC | O_CREAT, 0600));
    P(write(5, "0123456789abcdef", 16));
    P(sendfile(p[1], 5, &off, 5));
    P(off);
    P(read(p[0], b, 50));
    S(b);
    off = 8;
    P(splice(5, &off, p[1], NULL, 4, 0));
    P(pipe(q));
    P(tee(p[0], q[1], 10, 0));
    memset(b, 0, sizeof b);
    P(read(q[0], b, 50));
    S(b);
    P(open("g", O_RDWR | O_CREAT, 0600));
    off = 0;
    P(copy_file_range(5, &off, 8, NULL, 6, 0));
    P(lseek(8, 0, SEEK_CUR));
    P(memfd_create("m", MFD_ALLOW_SEALING));
    P(write(9, "seal", 4));
    P(fcntl(9, F_ADD_SEALS, F_SEAL_WRITE));
    P(write(9, "x", 1));
    P(fcntl(9, F_GET_SEALS));
    P(fcntl(p[0], F_SETPIPE_SZ, 65536));
    P(fcntl(p[0], F_GETPIPE_SZ));
    P(posix_fadvise(5, 0, 0, POSIX_FADV_SEQUENTIAL));
    P(syscall(SYS_close_range, 3, ~0u, 0));
    P(write(5, "x", 1));
}

static void locks(void)
{
    struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 5 }, g = l;
    int fd = open("lock", O_RDWR | O_CREAT, 0600);
    pid_t pid;

    P(fcntl(fd, F_SETLK, &l));
    pid = fork();
    if (!pid) {
        P(fcntl(fd, F_SETLK, &g));
        P(fcntl(fd, F_GETLK, &g));
        printf("%d %ld %ld %d\n", g.l_type, (long)g.l_start, (long)g.l_len, g.l_pid == getppid());
        fflush(stdout);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    P(flock(fd, LOCK_EX | LOCK_NB));
    P(flock(open("lock", O_RDWR), LOCK_EX | LOCK_NB));
    P(fcntl(fd, F_OFD_SETLK, &l));
}

int main(void)
{
    basics();
    names();
    stats();
    moves();
    locks();
    sync();
    return 0;
}
