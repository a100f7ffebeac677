/* System V and POSIX message queues and semaphores: structures, limits, notification. */
#include "../syscalls/t.h"
#include <mqueue.h>
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
union semun { int val; struct semid_ds *buf; unsigned short *array; struct seminfo *info; };

static void sems(void)
{
    int id = semget(IPC_PRIVATE, 3, 0600), idx = -1;
    struct { struct semid_ds d; unsigned char guard[8]; } e;
    struct seminfo si;
    struct sembuf two[2] = { { 0, 3, SEM_UNDO }, { 2, 1, 0 } };

    P(semop(id, two, 2)); P(semctl(id, 0, GETPID) == getpid()); P(semctl(id, 2, GETVAL)); P(semctl(id, 0, GETNCNT)); P(semctl(id, 0, GETZCNT));
    memset(&e, 0xee, sizeof e);
    P(semctl(id, 0, IPC_STAT, (union semun){ .buf = &e.d })); P(e.d.sem_nsems); P(e.guard[0]); P(e.guard[7]);
    Y(e.d.sem_otime >= e.d.sem_ctime && e.d.sem_otime - e.d.sem_ctime < 10);
    Y((unsigned)e.d.sem_perm.__key == 0 && e.d.sem_perm.cuid == getuid() && e.d.sem_perm.mode == 0600);
    Y(semctl(0, 0, IPC_INFO, (union semun){ .info = &si }) >= 0 && si.semmsl > 0 && si.semvmx == 32767);
    int top = semctl(0, 0, SEM_INFO, (union semun){ .info = &si });
    Y(top >= 0 && si.semusz >= 1);
    for (int i = 0; i <= top; i++)
        if (semctl(i, 0, SEM_STAT, (union semun){ .buf = &e.d }) == id)
            idx = i;
    Y(idx >= 0 && e.d.sem_nsems == 3);
    if (!fork()) {
        semop(id, &(struct sembuf){ 1, 5, SEM_UNDO }, 1);
        _exit(0);
    }
    wait(NULL);
    P(semctl(id, 1, GETVAL)); P(semop(id, BAD, 1)); P(semop(id, two, 5000)); P(semop(id, &(struct sembuf){ 9, 1, 0 }, 1));
    P(semctl(id, 0, SETVAL, (union semun){ .val = 40000 })); P(semctl(id, 0, IPC_STAT, (union semun){ .buf = BAD }));
    P(semctl(id, 0, IPC_SET, (union semun){ .buf = BAD })); P(semctl(id, 0, 77)); P(semctl(id, 0, IPC_RMID)); P(semop(id, two, 1));
}

static void messages(void)
{
    int id = msgget(IPC_PRIVATE, 0600);
    struct { long type; char t[16]; } m = { 3, "three" };
    struct { struct msqid_ds d; unsigned char guard[8]; } q;
    struct msginfo mi;

    P(msgsnd(id, &m, 6, 0)); m.type = 1; P(msgsnd(id, &m, 4, IPC_NOWAIT)); m.type = 0; P(msgsnd(id, &m, 4, 0));
    memset(&q, 0xee, sizeof q);
    P(msgctl(id, IPC_STAT, &q.d)); P(q.d.msg_qnum); P(q.d.__msg_cbytes); P(q.guard[0]);
    Y(q.d.msg_lspid == getpid() && q.d.msg_lrpid == 0 && q.d.msg_stime >= q.d.msg_ctime && q.d.msg_qbytes >= 16384);
    P(msgrcv(id, &m, 2, 3, IPC_NOWAIT)); P(msgrcv(id, &m, 2, 3, IPC_NOWAIT | MSG_NOERROR)); P(m.type); P(m.t[0]);
    P(msgrcv(id, &m, 16, -5, IPC_NOWAIT)); P(m.type); P(msgrcv(id, &m, 16, 0, IPC_NOWAIT)); P(msgrcv(id, BAD, 16, 0, IPC_NOWAIT));
    q.d.msg_qbytes = 100; P(msgctl(id, IPC_SET, &q.d)); m.type = 1;
    for (int i = 0; i < 8; i++)
        P(msgsnd(id, &m, 16, IPC_NOWAIT));
    Y(msgctl(0, IPC_INFO, (void *)&mi) >= 0 && mi.msgmax > 0); Y(msgctl(0, MSG_INFO, (void *)&mi) >= 0 && mi.msgpool >= 1 && mi.msgmap >= 1);
    P(msgctl(id, IPC_RMID, NULL)); P(msgsnd(id, &m, 1, 0));
}

static volatile int got, code;
static void on(int sig, siginfo_t *si, void *uc) { code = si->si_code; got = si->si_value.sival_int; }
static void by_thread(union sigval v) { got = v.sival_int; }

static void queues(void)
{
    char name[32], b[64];
    unsigned prio = 0;
    struct mq_attr a = { .mq_maxmsg = 3, .mq_msgsize = 32 }, was;
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77 };
    struct sigaction sa = { .sa_sigaction = on, .sa_flags = SA_SIGINFO };
    struct timespec past = { 1, 0 }, soon;

    snprintf(name, sizeof name, "/abi-%d", getpid());
    mqd_t q = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK, 0600, &a);
    Y(q >= 0);
    sigaction(SIGUSR1, &sa, NULL);
    P(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &a)); P(mq_getattr(q, &was)); printf("%lx %ld %ld %ld\n", was.mq_flags, was.mq_maxmsg, was.mq_msgsize, was.mq_curmsgs);
    P(mq_notify(q, &ev)); P(mq_notify(q, &ev)); P(mq_send(q, "low", 3, 1));
    P(got); P(code == SI_MESGQ);
    P(mq_send(q, "high", 4, 9)); P(mq_send(q, "mid", 3, 5)); P(mq_send(q, "full", 4, 5)); P(mq_send(q, b, 33, 5));
    P(mq_receive(q, b, 8, &prio)); P(mq_receive(q, b, 64, &prio)); P(prio); printf("%.4s\n", b);
    a.mq_flags = 0; P(mq_setattr(q, &a, &was)); P(was.mq_flags == O_NONBLOCK); P(was.mq_curmsgs);
    P(mq_receive(q, b, 64, &prio)); P(mq_receive(q, b, 64, NULL)); P(mq_timedreceive(q, b, 64, &prio, &past));
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 20000000; if (soon.tv_nsec > 999999999) soon.tv_sec++, soon.tv_nsec -= 1000000000;
    P(mq_timedreceive(q, b, 64, &prio, &soon)); P(mq_timedreceive(q, b, 64, &prio, (&(struct timespec){ 0, -1 })));
    ev = (struct sigevent){ .sigev_notify = SIGEV_THREAD, .sigev_notify_function = by_thread, .sigev_value.sival_int = 88 };
    P(mq_notify(q, &ev)); P(mq_send(q, "to a thread", 11, 0));
    for (int i = 0; i < 1000 && got != 88; i++)
        ms_sleep(1);
    P(got); P(mq_notify(q, NULL)); P(mq_unlink(name)); P(mq_unlink(name)); P(mq_close(q)); P(mq_close(q));
}

static void timers(void)
{
    struct sigevent ev = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = by_thread, .sigev_value.sival_int = 99 };
    timer_t t;

    P(timer_create(CLOCK_MONOTONIC, &ev, &t)); P(timer_settime(t, 0, (&(struct itimerspec){ { 0, 0 }, { 0, 5000000 } }), NULL));
    for (int i = 0; i < 1000 && got != 99; i++)
        ms_sleep(1);
    P(got); P(timer_delete(t));
}

int main(void)
{
    sems();
    messages();
    queues();
    timers();
    return 0;
}
