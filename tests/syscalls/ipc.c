#include "t.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

union semun { int val; struct semid_ds *buf; unsigned short *array; };

int main(void)
{
    struct { long type; char text[32]; } m = { 5, "message" };
    struct sembuf up = { 0, 2, 0 }, down = { 0, -1, IPC_NOWAIT };
    struct shmid_ds sd;
    struct semid_ds ed;
    struct msqid_ds qd;
    unsigned short all[2] = { 3, 4 };
    int id, w;
    char *p, *q;

    P((id = shmget(IPC_PRIVATE, 10000, IPC_CREAT | 0600)) >= 0);
    p = shmat(id, NULL, 0);
    Y(p != (void *)-1);
    strcpy(p, "through shared memory");
    q = shmat(id, NULL, SHM_RDONLY);
    S(q);
    P(shmctl(id, IPC_STAT, &sd));
    P(sd.shm_segsz); P(sd.shm_nattch); P(sd.shm_perm.mode);
    if (fork() == 0) {
        strcpy(p, "from the child");
        _exit(shmdt(p));
    }
    wait(&w);
    S(q);
    P(shmdt(p)); P(shmdt(p)); P(shmctl(id, IPC_STAT, &sd)); P(sd.shm_nattch); P(shmctl(id, IPC_RMID, NULL)); P(shmdt(q));
    P(shmat(id, NULL, 0) == (void *)-1);

    P((id = semget(IPC_PRIVATE, 2, 0600)) >= 0);
    P(semctl(id, 0, SETALL, (union semun){ .array = all }));
    P(semop(id, &up, 1)); P(semctl(id, 0, GETVAL)); P(semctl(id, 1, GETVAL));
    for (int i = 0; i < 6; i++)
        P(semop(id, &down, 1));
    memset(&ed, 0x55, sizeof ed);
    P(semctl(id, 0, IPC_STAT, (union semun){ .buf = &ed }));
    P(ed.sem_nsems);
    P(ed.sem_perm.mode);
    Y(ed.sem_otime > 1600000000);
    Y(ed.sem_ctime > 1600000000);
    Y(ed.sem_perm.uid == getuid());
    ed.sem_perm.mode = 0640;
    P(semctl(id, 0, IPC_SET, (union semun){ .buf = &ed }));
    P(semctl(id, 0, IPC_STAT, (union semun){ .buf = &ed })); P(ed.sem_perm.mode);
    P(semtimedop(id, &(struct sembuf){ 0, -1, 0 }, 1, &(struct timespec){ 0, 10000000 }));
    P(semctl(id, 0, IPC_RMID));

    P((id = msgget(IPC_PRIVATE, 0600)) >= 0);
    P(msgsnd(id, &m, 8, 0));
    memset(&m, 0, sizeof m);
    P(msgctl(id, IPC_STAT, &qd)); P(qd.msg_qnum); P(qd.msg_cbytes);
    P(msgrcv(id, &m, 32, 0, IPC_NOWAIT)); P(m.type); S(m.text);
    P(msgrcv(id, &m, 32, 0, IPC_NOWAIT));
    P(msgctl(id, IPC_RMID, NULL));
    return 0;
}
