/* Dense, sparse, nested, signed, 64-bit and string switches; a parser by recursive descent; a state machine. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int dense(int x)
{
    switch (x) {
    case -3:
        return 11;
    case -2:
        return 5;
    case -1:
        return x * 7;
    case 0:
        return 1;
    case 1:
        x += 9; /* fall through */
    case 2:
        return x ^ 3;
    case 3:
        return -x;
    case 4:
        return x << 3;
    case 5:
        return x | 64;
    case 6:
        return 77;
    case 7:
        return x % 3;
    case 8:
    case 9:
    case 10:
        return 100 + x;
    case 12:
        return 9;
    case 13:
        return 8;
    case 14:
        return 7;
    case 15:
        return 6;
    default:
        return x & 15;
    }
}
static int sparse(unsigned long long x)
{
    switch (x) {
    case 1:
        return 1;
    case 1000:
        return 2;
    case 1001:
        return 3;
    case 1002:
        return 4;
    case 1003:
        return 5;
    case 1004:
        return 6;
    case 1005:
        return 7;
    case 0x100000000ull:
        return 8;
    case 0x100000001ull:
        return 9;
    case 0x100000002ull:
        return 10;
    case 0x100000003ull:
        return 11;
    case 0x100000004ull:
        return 12;
    case 0x100000005ull:
        return 13;
    case ~0ull:
        return 14;
    }
    return 0;
}
static int kind(unsigned char c)
{
    switch (c) {
    case '0' ... '9':
        return 0;
    case 'a' ... 'f':
        return 1;
    case 'g' ... 'z':
        return 2;
    case 'A' ... 'Z':
        return 3;
    case ' ':
    case '\t':
    case '\n':
        return 4;
    case '(':
        return 5;
    case ')':
        return 6;
    case '+':
        return 7;
    case '-':
        return 8;
    case '*':
        return 9;
    case '/':
        return 10;
    case '%':
        return 11;
    case '^':
        return 12;
    case '!':
        return 13;
    case '"':
        return 14;
    default:
        return 15;
    }
}
static int machine(const char *s)
{
    int state = 0, out = 0;
    for (; *s; s++) {
        switch (state) {
        case 0:
            switch (kind((unsigned char)*s)) {
            case 0:
                state = 1;
                break;
            case 1:
            case 2:
                state = 2;
                break;
            case 5:
                state = 3;
                break;
            case 7:
            case 8:
                state = 4;
                break;
            case 14:
                state = 5;
                break;
            default:
                out++;
            }
            break;
        case 1:
            out = out * 3 + *s;
            state = isdigit((unsigned char)*s) ? 1 : 0;
            break;
        case 2:
            out ^= *s;
            state = isalnum((unsigned char)*s) ? 2 : 0;
            break;
        case 3:
            out += 17;
            state = 0;
            break;
        case 4:
            out -= *s;
            state = kind((unsigned char)*s) == 0 ? 1 : 0;
            break;
        case 5:
            state = *s == '"' ? 0 : *s == '!' ? 6 : 5;
            break;
        case 6:
            out += 1000;
            state = 5;
            break;
        }
    }
    return out * 8 + state;
}
static const char *at;
static long expr(int level)
{
    long a;
    while (*at == ' ')
        at++;
    if (level == 3) {
        switch (*at) {
        case '(':
            at++;
            a = expr(0);
            at++;
            return a;
        case '-':
            at++;
            return -expr(3);
        case '0' ... '9':
            return strtol(at, (char **)&at, 10);
        case 'x':
            at++;
            return 42;
        default:
            at++;
            return 0;
        }
    }
    for (a = expr(level + 1);;) {
        while (*at == ' ')
            at++;
        switch (*at) {
        case '+':
            if (level)
                return a;
            at++;
            a += expr(1);
            break;
        case '-':
            if (level)
                return a;
            at++;
            a -= expr(1);
            break;
        case '*':
            if (level != 1)
                return a;
            at++;
            a *= expr(2);
            break;
        case '/':
            if (level != 1)
                return a;
            at++;
            {
                long b = expr(2);
                a = b ? a / b : 0;
            }
            break;
        case '^':
            if (level != 2)
                return a;
            at++;
            {
                long b = expr(2), r = 1;
                while (b-- > 0)
                    r *= a;
                a = r;
            }
            break;
        default:
            return a;
        }
    }
}
int main(int argc, char **argv)
{
    long sum = 0;
    char line[256];
    for (int i = -5; i < 20; i++)
        sum = sum * 31 + dense(i);
    unsigned long long probe[] = {
        0, 1, 999, 1000, 1003, 1005, 1006, 0xffffffffull, 0x100000000ull, 0x100000003ull, 0x100000006ull, ~0ull};
    for (unsigned i = 0; i < sizeof probe / sizeof *probe; i++)
        sum = sum * 31 + sparse(probe[i]);
    printf("%ld\n", sum);
    for (int i = 0; i < 300; i++) {
        snprintf(line, sizeof line, "%d + (x - %d) * %d ^ 2 / %d - -%d \"s!%dq\" zed%x %% a", i, i * 3, i % 7, i % 5, i, i, i * 77);
        at = line;
        long v = expr(0);
        sum = sum * 131 + v + machine(line);
        if (i % 60 == 0)
            printf("%ld %s\n", v, line);
    }
    printf("%ld\n", sum);
    return argc > 9 ? (int)strlen(argv[9]) : (int)(sum & 63);
}
