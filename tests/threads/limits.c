/* No more threads are allowed (RLIMIT_NPROC): EAGAIN, and all goes on; likewise fork. As another user, since root has no such limit. */
#include "t.h"
#include <sys/resource.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *stand(void *arg)
{
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return arg;
}

int main(int argc, char **argv)
{
    struct rlimit rl = { 12, 12 };
    pthread_t t[64];
    int uid = 100000 + getpid() % 1000000;

    if (getuid() == 0)
        must(setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ? errno : 0, "setresuid");
    must(setrlimit(RLIMIT_NPROC, &rl) ? errno : 0, "setrlimit");
    for (long r = 0; r < size_arg(argc, argv); r++) {
        int n = 0, error = 0, tries;

        pthread_mutex_lock(&m);
        while (n < 64 && !(error = pthread_create(&t[n], NULL, stand, (void *)(t + n))))
            n++;
        printf("no more: %s\n", strerror(error));
        for (int i = 0; i < 20; i++)
            if (pthread_create(&t[63], NULL, stand, NULL) != EAGAIN)
                puts("one more");
        if (getuid() >= 100000) {
            pid_t p = fork();

            if (!p)
                _exit(0);
            printf("at least some %d, fork: %s\n", n > 3, p < 0 ? strerror(errno) : "done");
        }
        pthread_mutex_unlock(&m);
        for (int i = 0; i < n; i++)
            if (join(t[i]) != &t[i])
                puts("bad join");
        for (tries = 0; tries < 1000 && pthread_create(&t[0], NULL, stand, NULL) == EAGAIN; tries++)
            usleep(1000);               /* those that were joined may still be ending */
        printf("again %d\n", tries < 1000 && !join(t[0]));
    }
}
