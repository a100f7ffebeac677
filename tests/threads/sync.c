/* Barriers, rwlocks, spin locks, once, thread-specific data and its destructors, timed waits; 200 threads at once; /proc/self/task. */
#include "t.h"
#include <dirent.h>
#include <semaphore.h>
#include <sched.h>

enum { N = 6, CROWD = 200 };
static pthread_barrier_t barrier;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static atomic_long serial, onces, destroyed, torn;
static long a, b, spun, rounds;
static __thread long local = 11;

static void init(void) { atomic_fetch_add(&onces, 1); }

static void destroy(void *val)
{
    atomic_fetch_add(&destroyed, (long)val);
    if ((long)val == 2)             /* set again by a destructor: called again */
        pthread_setspecific(key, (void *)1);
}

static void *work(void *arg)
{
    long me = (long)arg;

    local += me;
    pthread_setspecific(key, (void *)2);
    for (long i = 0; i < rounds; i++) {
        pthread_once(&once, init);
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serial, 1);
        if (i % N == me) {
            pthread_rwlock_wrlock(&rw);
            a++;
            sched_yield();
            b++;
        } else {
            pthread_rwlock_rdlock(&rw);
            if (a != b)
                atomic_fetch_add(&torn, 1);
        }
        pthread_rwlock_unlock(&rw);
        for (int j = 0; j < 20; j++) {
            pthread_spin_lock(&spin);
            spun++;
            pthread_spin_unlock(&spin);
        }
    }
    return (void *)local;
}

static void *stand(void *arg)
{
    sem_post(&sem);
    pthread_mutex_lock(&m);
    while (!a)
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return arg;
}

/* A sanitizer has a thread of its own, of which tsan.sh tells. */
static int tasks(void)
{
    DIR *d = opendir("/proc/self/task");
    int n = getenv("OTHER_TASKS") ? -1 : 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

static void timed(void)
{
    struct timespec at;

    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += 5000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    pthread_mutex_lock(&m);
    printf("timed: %d", pthread_cond_timedwait(&c, &m, &at) == ETIMEDOUT);
    pthread_mutex_unlock(&m);
    printf(" %d", sem_timedwait(&sem, &at) == -1 && errno == ETIMEDOUT);
    pthread_rwlock_wrlock(&rw);
    int r = pthread_rwlock_timedrdlock(&rw, &at);
    printf(" %d\n", r == ETIMEDOUT || r == EDEADLK);
    pthread_rwlock_unlock(&rw);
}

static void crowd(void)
{
    static pthread_t t[CROWD];
    pthread_attr_t attr;
    long sum = 0;
    int gone = 0;

    a = 0;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 65536);
    for (long i = 0; i < CROWD; i++)
        must(pthread_create(&t[i], &attr, stand, (void *)i), "pthread_create");
    for (int i = 0; i < CROWD; i++)
        sem_wait(&sem);
    printf("tasks %d\n", tasks());
    pthread_mutex_lock(&m);
    a = 1;
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
    for (int i = 0; i < CROWD; i++)
        sum += (long)join(t[i]);
    for (int i = 0; i < 1000 && (gone = tasks()) != 1; i++)     /* a joined thread may still be ending */
        usleep(5000);
    printf("crowd %ld, tasks %d\n", sum, gone);
}

int main(int argc, char **argv)
{
    pthread_t t[N];
    long sum = 0;

    rounds = 60 * size_arg(argc, argv);
    pthread_barrier_init(&barrier, NULL, N);
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    pthread_key_create(&key, destroy);
    sem_init(&sem, 0, 0);
    for (long i = 0; i < N; i++)
        t[i] = start(work, (void *)i);
    for (int i = 0; i < N; i++)
        sum += (long)join(t[i]);
    printf("locals %ld, serial %ld, once %ld, destroyed %ld, torn %ld, a %ld, b %ld, spun %ld\n", sum, (long)serial, (long)onces,
           (long)destroyed, (long)torn, a, b, spun);
    timed();
    crowd();
}
