/* Writes records of a file in four ways, and reports each on descriptor 1 once it is written: what is reported must be in the file, whenever
 * this process is killed. With a second argument: writes to that file until it fails, and prints errno. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static int fill(const char *path)
{
    static char block[65536];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    long total = 0, n, last = 0;

    while ((n = write(fd, block, sizeof block)) > 0)
        total += last = n;
    printf("write: %s, %ld bytes after, file has as many: %d\n", strerrorname_np(errno), n, lseek(fd, 0, SEEK_END) == total);
    printf("short at the end or whole: %d\n", last > 0 && last <= (long)sizeof block);
    n = pwrite(fd, block, 1, total);
    printf("pwrite: %s\n", n < 0 ? strerrorname_np(errno) : "done");
    FILE *f = fopen(path, "a");
    if (f) {
        n = fwrite(block, 1, 100, f) == 100 && !fflush(f);
        printf("fflush: %s\n", n ? "done" : strerrorname_np(errno));
        fclose(f);
    }
    n = open("/proc/self/mem", O_RDONLY);
    printf("read: %s\n", pread((int)n, block, 1, 4096) < 0 ? strerrorname_np(errno) : "done");
    return 0;
}

int main(int argc, char **argv)
{
    int fd = open(argv[1], O_RDWR | O_CREAT, 0600);
    struct record *map, r;
    struct iovec v[2] = { { &r, 8 }, { (char *)&r + 8, sizeof r - 8 } };

    if (argc > 2)
        return fill(argv[2]);
    if (fd < 0 || ftruncate(fd, RECORDS * (off_t)sizeof r))
        return 1;
    map = mmap(NULL, RECORDS * sizeof r, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (uint32_t i = 1;; i++) {
        off_t at = (off_t)(i % RECORDS) * (off_t)sizeof r;
        record_make(&r, i);
        switch (i % 4) {
        case 0:
            lseek(fd, at, SEEK_SET);
            if (write(fd, &r, sizeof r) != sizeof r)
                return 2;
            break;
        case 1:
            if (pwrite(fd, &r, sizeof r, at) != sizeof r)
                return 2;
            break;
        case 2:
            if (pwritev(fd, v, 2, at) != sizeof r)
                return 2;
            break;
        default:
            map[i % RECORDS] = r;
        }
        if (write(1, &i, sizeof i) != sizeof i)
            return 3;
    }
}
