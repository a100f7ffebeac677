/* Thread-local variables of the models that a static program has, with odd alignments; a child's are its own; errno is one of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static __thread int count = 5;
static __thread char bytes[3] = {1, 2, 3};
__thread double real = 2.5;
static __thread struct {
    char c;
    long double q __attribute__((aligned(64)));
} wide = {'w', 1.25L};
static __thread long big[5000];
_Thread_local uint64_t last __attribute__((aligned(256)));
static __thread int (*pointer)(long);

__attribute__((noinline)) static int *where(void) { return &count; }
__attribute__((noinline)) static int change(long n)
{
    for (int i = 0; i < 5000; i++)
        big[i] += i * (n + 1);
    count += (int)n;
    bytes[n % 3] += (char)n;
    real *= (double)n + 1;
    wide.q += n;
    last += (uint64_t)n << 33;
    errno = (int)n + 100;
    return count;
}

static long sum(void)
{
    long s = count + bytes[0] + bytes[1] * 2 + bytes[2] * 4 + (long)real + (long)(wide.q * 4) + (long)(last >> 32) + errno + wide.c;

    for (int i = 0; i < 5000; i++)
        s = s * 3 + big[i];
    return s;
}

int main(void)
{
    pthread_key_t key;
    int status;

    printf("%d %d\n", (uintptr_t)&wide.q % 64 == 0, (uintptr_t)&last % 256 == 0);
    pointer = change;
    pthread_key_create(&key, NULL);
    for (long i = 0; i < 4; i++) {
        pid_t p;

        pthread_setspecific(key, (void *)(i * 7));
        printf("%d\n", pointer(i));
        fflush(stdout);
        if (!(p = fork())) {
            pointer(i + 10);
            printf("child %ld %ld %d\n", sum(), (long)pthread_getspecific(key), where() == &count);
            fflush(stdout);
            _exit(count);
        }
        waitpid(p, &status, 0);
        printf("%d %ld\n", WEXITSTATUS(status), sum());
    }
    return close(-1) == -1 && errno == EBADF ? 0 : 1;
}
