// oracle: native
/* Clocks through the C library (the vDSO) and through the system call agree, and only go forward. */
#include "../syscalls/t.h"
#include <sys/auxv.h>
#include <sys/time.h>

static long long ns(struct timespec t) { return t.tv_sec * 1000000000ll + t.tv_nsec; }

int main(void)
{
    static const int id[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME,
                              CLOCK_TAI, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID };
    struct timespec a, b, c, r;
    struct timeval tv;
    unsigned char *vdso = (void *)getauxval(AT_SYSINFO_EHDR);

    Y(vdso && !memcmp(vdso, "\177ELF\2\1\1", 7));
    for (unsigned i = 0; i < sizeof id / sizeof *id; i++) {
        int bad = 0;
        for (int n = 0; n < 2000; n++) {
            bad += clock_gettime(id[i], &a) != 0;
            bad += syscall(SYS_clock_gettime, id[i], &b) != 0;
            bad += clock_gettime(id[i], &c) != 0;
            bad += ns(a) > ns(b) || ns(b) > ns(c) || a.tv_nsec < 0 || a.tv_nsec > 999999999;
        }
        printf("clock %d: %d ", id[i], bad);
        P(clock_getres(id[i], &r));
        printf("%ld %ld\n", (long)r.tv_sec, (long)r.tv_nsec);
    }
    P(clock_gettime(99, &a)); P(clock_getres(99, &a)); P(clock_getres(0, NULL)); P(syscall(SYS_clock_gettime, 0, BAD)); P(syscall(SYS_clock_getres, 0, BAD));
    P(gettimeofday(&tv, NULL)); Y(llabs(tv.tv_sec - time(NULL)) <= 1); P(syscall(SYS_gettimeofday, BAD, NULL)); P(syscall(SYS_gettimeofday, NULL, NULL));
    struct timezone tz = { 9, 9 };
    P(syscall(SYS_gettimeofday, NULL, &tz)); P(tz.tz_minuteswest);
    P(clock_settime(CLOCK_MONOTONIC, &a)); P(syscall(SYS_getcpu, BAD, NULL, NULL)); P(syscall(SYS_getcpu, NULL, NULL, NULL));
    return 0;
}
