/* start ROUNDS COMMAND... [-- COMMAND...]...   times starts of processes, as little else as possible around them.
 *
 * In each round every command runs once, the first one another each time. Prints a JSON array with one object a command: "wall" and
 * "cpu" (user + system), nanoseconds from before posix_spawn() to after wait4(), one figure a round. Output of the commands is thrown
 * away; a command that fails ends everything with status 1. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { MAX_COMMANDS = 16 };
struct cost { long wall, cpu; };
extern char **environ;

static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static long ns_of(struct timeval t)
{
    return t.tv_sec * 1000000000L + t.tv_usec * 1000L;
}

/* Exits on failure. */
static struct cost run_one(char **argv, const posix_spawn_file_actions_t *quiet)
{
    struct rusage use;
    struct cost c;
    int status;
    pid_t pid;
    long before = now();

    if (posix_spawn(&pid, argv[0], quiet, NULL, argv, environ) || wait4(pid, &status, 0, &use) < 0 || status) {
        fprintf(stderr, "start: %s failed\n", argv[0]);
        exit(1);
    }
    c.wall = now() - before;
    c.cpu = ns_of(use.ru_utime) + ns_of(use.ru_stime);
    return c;
}

static void print_list(const char *name, const struct cost *c, int n, int cpu)
{
    printf("\"%s\": [", name);
    for (int i = 0; i < n; i++)
        printf("%s%ld", i ? ", " : "", cpu ? c[i].cpu : c[i].wall);
    printf("]");
}

int main(int argc, char **argv)
{
    int n = 0, rounds = argc > 1 ? atoi(argv[1]) : 0;
    char **command[MAX_COMMANDS];
    posix_spawn_file_actions_t quiet;
    struct cost *cost;

    for (int i = 2; i < argc; i++) {
        if (i == 2 || !argv[i - 1]) {
            if (n == MAX_COMMANDS)
                return 2;
            command[n++] = &argv[i];
        }
        if (!strcmp(argv[i], "--"))
            argv[i] = NULL;
    }
    if (rounds < 1 || !n || !(cost = calloc((size_t)rounds * (size_t)n, sizeof *cost)))
        return 2;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    for (int r = 0; r < rounds; r++)
        for (int k = 0; k < n; k++) {
            int c = (r + k) % n;
            cost[c * rounds + r] = run_one(command[c], &quiet);
        }
    for (int c = 0; c < n; c++) {
        printf("%s{", c ? ",\n" : "[");
        print_list("wall", cost + c * rounds, rounds, 0);
        printf(", ");
        print_list("cpu", cost + c * rounds, rounds, 1);
        printf("}");
    }
    printf("]\n");
    return 0;
}
