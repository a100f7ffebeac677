/* killer ROUNDS FILE COMMAND...: starts the command, which writes records to FILE and reports them on its standard output, kills it with
 * SIGKILL after a random time, and looks for everything reported in the file. Prints the rounds, the reports, and what was lost. */
#include "record.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t lcg = 12345;

static unsigned below(unsigned n)
{
    lcg = lcg * 1664525u + 1013904223u;
    return (lcg >> 8) % n;
}

/* The number reported last. */
static uint32_t one(char **argv, unsigned us)
{
    uint32_t last = 0, n;
    int p[2];
    pid_t pid;

    if (pipe(p) || (pid = fork()) < 0)
        exit(2);
    if (!pid) {
        dup2(p[1], 1);
        close(p[0]);
        close(p[1]);
        execv(argv[0], argv);
        _exit(127);
    }
    close(p[1]);
    if (read(p[0], &n, sizeof n) == sizeof n)       /* it runs */
        last = n;
    usleep(us);
    kill(pid, SIGKILL);
    while (read(p[0], &n, sizeof n) == sizeof n)
        last = n;
    close(p[0]);
    waitpid(pid, NULL, 0);
    return last;
}

int main(int argc, char **argv)
{
    int rounds = atoi(argv[1]), lost = 0, idle = 0;
    unsigned long reports = 0;

    for (int i = 0; i < rounds; i++) {
        unlink(argv[2]);
        uint32_t last = one(argv + 3, below(i % 2 ? 3000 : 30000));
        int fd = open(argv[2], O_RDONLY);
        reports += last;
        idle += !last;
        for (uint32_t n = last > RECORDS - 8 ? last - (RECORDS - 8) : 1; n <= last; n++) {
            struct record r;
            /* The place of a record that far back may hold its successor by now. */
            if (pread(fd, &r, sizeof r, (off_t)(n % RECORDS) * (off_t)sizeof r) != sizeof r || !record_is(&r, n))
                lost += !record_is(&r, n + RECORDS);
        }
        close(fd);
    }
    printf("%d rounds, %lu records reported, %d lost, %d rounds without any\n", rounds, reports, lost, idle);
    return lost || idle > rounds / 10 || !reports;
}
