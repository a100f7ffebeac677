#include "t.h"
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

int main(void)
{
    struct termios t, u;
    struct winsize ws = { 24, 80, 1, 2 }, got;
    char b[64] = "", *name;
    int m = posix_openpt(O_RDWR | O_NOCTTY), s, n = 0;

    P(grantpt(m)); P(unlockpt(m));
    name = ptsname(m);
    Y(name && !strncmp(name, "/dev/pts/", 9));
    s = open(name, O_RDWR | O_NOCTTY);
    P(isatty(s)); P(isatty(m)); P(isatty(open("/dev/null", O_RDONLY)));
    P(tcgetattr(s, &t));
    printf("%o %o %o %o\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
    for (int i = 0; i < 19; i++)
        printf("%d ", t.c_cc[i]);
    printf("\n%d %d\n", (int)cfgetispeed(&t), (int)cfgetospeed(&t));
    u = t;
    cfmakeraw(&u);
    P(tcsetattr(s, TCSANOW, &u));
    P(tcgetattr(s, &t));
    printf("%o %o %o %o %d %d\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, t.c_cc[VMIN], t.c_cc[VTIME]);
    P(ioctl(s, TIOCSWINSZ, &ws)); P(ioctl(m, TIOCGWINSZ, &got));
    printf("%d %d %d %d\n", got.ws_row, got.ws_col, got.ws_xpixel, got.ws_ypixel);
    P(write(m, "typed", 5)); ms_sleep(5); P(ioctl(s, FIONREAD, &n)); P(n); P(read(s, b, 10)); S(b);
    P(tcflush(s, TCIOFLUSH)); P(tcdrain(s)); P(tcsendbreak(s, 0));
    P(ioctl(s, TIOCOUTQ, &n)); P(n);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        P(ioctl(s, TIOCSCTTY, 0));
        P(tcgetpgrp(s) == getpid()); P(tcgetsid(s) == getpid());
        P(open("/dev/tty", O_RDWR) >= 0);
        P(ioctl(s, TIOCNOTTY, 0));
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    int one = 1, fd[2];
    pipe(fd);
    P(ioctl(fd[0], FIONBIO, &one));
    P(read(fd[0], b, 1));
    P(ioctl(fd[0], FIOCLEX));
    P(fcntl(fd[0], F_GETFD));
    P(ioctl(fd[0], TCGETS, &t));
    P(ioctl(99, TCGETS, &t)); P(ioctl(s, TCGETS, BAD));
    return 0;
}
