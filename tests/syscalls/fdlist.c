#include "t.h"
#include <dirent.h>

/* The guest sees the descriptors that it opened, and the lowest free numbers. */
int main(void)
{
    DIR *d = opendir("/proc/self/fd");
    struct dirent *e;

    P(dirfd(d));
    while ((e = readdir(d)))
        if (e->d_name[0] != '.')
            printf("fd %s\n", e->d_name);
    closedir(d);
    P(open("/dev/null", O_RDONLY)); P(dup(1)); P(fcntl(1, F_DUPFD, 900)); P(fcntl(1, F_DUPFD, 900));
    return 0;
}
