/* libc's string routines (static glibc chooses them by IRELATIVE relocations): every alignment, lengths around all block sizes,
 * strings and buffers that end where the next page cannot be touched; results against plain loops. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <wchar.h>

enum { PAGE = 65536, MAX = 300 };
static unsigned char *end1, *end2, *area; /* no byte at or behind end1, end2 may be touched */
static unsigned long checks, wrong;

static void expect(const char *what, size_t off, size_t n, int fine)
{
    checks++;
    if (!fine && wrong++ < 10)
        printf("%s off %zu n %zu\n", what, off, n);
}
static unsigned char *guarded(void)
{
    unsigned char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    mprotect(p + 2 * PAGE, PAGE, PROT_NONE);
    return p + 2 * PAGE;
}
static int sign(int x) { return (x > 0) - (x < 0); }

/* One string of n bytes at s: every routine that reads one. */
static void reading(unsigned char *s, size_t n, size_t off)
{
    char *c = (char *)s;

    for (size_t i = 0; i < n; i++)
        s[i] = (unsigned char)(1 + (i * 7 + off) % 250);
    s[n] = 0;
    size_t at = n * 2 / 3;
    unsigned char was = s[at];
    if (n)
        s[at] = 255;
    expect("strlen", off, n, strlen(c) == n);
    expect("strnlen", off, n, strnlen(c, n + 5) == n && strnlen(c, n / 2) == n / 2);
    expect("strchr", off, n, strchr(c, 255) == (n ? c + at : NULL) && strchr(c, 0) == c + n);
    expect("strrchr", off, n, strrchr(c, 255) == (n ? c + at : NULL) && strrchr(c, 0) == c + n);
    expect("strchrnul", off, n, strchrnul(c, 255) == c + (n ? at : n) && strchrnul(c, 254) == c + n);
    expect("memchr", off, n, memchr(s, 255, n) == (n ? s + at : NULL) && memchr(s, 254, n) == NULL && memchr(s, 0, n + 1) == s + n);
    expect("memrchr", off, n, memrchr(s, 255, n) == (n ? s + at : NULL) && memrchr(s, 254, n) == NULL);
    expect("rawmemchr", off, n, rawmemchr(s, 0) == s + n);
    expect("strspn", off, n, strcspn(c, "\xff") == (n ? at : n) && strpbrk(c, "\xff\xfe") == (n ? c + at : NULL));
    if (n)
        s[at] = was;
}

static void copying(unsigned char *d, const unsigned char *s, size_t n, size_t off)
{
    memset(d - 8, 0xee, n + 8);
    expect("memcpy", off, n, memcpy(d, s, n) == d && !memcmp(d, s, n) && d[-1] == 0xee);
    memset(d, 0x5a, n);
    int fine = d[-1] == 0xee;
    for (size_t i = 0; i < n; i++)
        fine &= d[i] == 0x5a;
    expect("memset", off, n, fine);
    memset(d, 0, n);
    for (size_t i = 0; i < n; i++)
        fine &= d[i] == 0;
    expect("memset 0", off, n, fine);
    expect("mempcpy", off, n, mempcpy(d, s, n) == d + n && !memcmp(d, s, n));
    for (int delta = -9; delta <= 9 && n; delta += 3) {
        unsigned char *from = area + 500 + off, *to = from + delta;
        for (size_t i = 0; i < n; i++)
            from[i] = (unsigned char)(i * 3 + off);
        memmove(to, from, n);
        for (size_t i = 0; i < n; i++)
            fine &= to[i] == (unsigned char)(i * 3 + off);
    }
    expect("memmove", off, n, fine);
}

static void comparing(unsigned char *a, unsigned char *b, size_t n, size_t off)
{
    char *x = (char *)a, *y = (char *)b;

    for (size_t i = 0; i < n; i++)
        a[i] = b[i] = (unsigned char)('a' + (i * 5 + off) % 26);
    if (n)
        a[n - 1] = b[n - 1] = 0;
    expect("equal", off, n,
           !memcmp(a, b, n) && !bcmp(a, b, n) && (!n || (!strcmp(x, y) && !strncmp(x, y, n + 9) && !strcasecmp(x, y))));
    for (size_t at = 0; at + 1 < n; at += 1 + n / 5) {
        unsigned char was = b[at];
        b[at] = 200;
        expect("memcmp", off, n, sign(memcmp(a, b, n)) == -1 && sign(memcmp(b, a, n)) == 1 && !memcmp(a, b, at) && bcmp(a, b, n));
        expect("strcmp", off, n, sign(strcmp(x, y)) == -1 && sign(strcmp(y, x)) == 1);
        expect("strncmp", off, n, sign(strncmp(x, y, n)) == -1 && !strncmp(x, y, at) && sign(strncmp(y, x, at + 1)) == 1);
        b[at] = was;
    }
    if (n) {
        char *d = (char *)area + 700 + off;
        expect("strcpy", off, n, strcpy(d, x) == d && !strcmp(d, x) && stpcpy(d, x) == d + n - 1);
        memset(d, 'z', n + 20);
        expect("strncpy", off, n, strncpy(d, x, n + 4) == d && !d[n + 3] && d[n + 4] == 'z' && stpncpy(d, x, n / 2) == d + n / 2);
        d[0] = 0;
        expect("strcat", off, n, strlen(strcat(strcat(d, x), x)) == 2 * n - 2 && !memcmp(d + n - 1, x, n));
        expect("strstr", off, n,
               strstr(x, x + n / 2) != NULL && strstr(x, "ba") == NULL && memmem(a, n, a + n / 2, n - n / 2) != NULL);
    }
}

int main(void)
{
    end1 = guarded(), end2 = guarded();
    area = calloc(1, 1 << 16);
    for (size_t n = 0; n < MAX; n += n < 140 ? 1 : 13)
        for (size_t off = 0; off < 33; off += n < 70 ? 1 : 5) {
            reading(end1 - n - 1, n, off); /* ends with the page */
            reading(area + off, n, off);
            copying(end1 - n - off, end2 - n - off % 3, n, off);
            copying(area + 8 + off, end2 - n, n, off);
            comparing(end1 - n, end2 - n, n, off);
            comparing(area + 4096 + off, end2 - n - off, n, off);
        }
    for (size_t n = 1 << 10; n < 1 << 15; n = n * 3 / 2 + 7)
        for (size_t off = 0; off < 17; off += 3) {
            for (size_t i = 0; i < n; i++)
                end2[(long)i - (long)n] = (unsigned char)(i * 11 + off);
            copying(end1 - n - off, end2 - n, n, off);
            reading(end1 - n - 1, n, off);
        }
    wchar_t w[100];
    for (int n = 0; n < 99; n++) {
        wmemset(w, L'x', 100);
        w[n] = 0;
        expect("wide", 0, (size_t)n,
               wcslen(w) == (size_t)n && wcschr(w, 0) == w + n && wmemchr(w, 0, 100) == w + n &&
                   wcsnlen(w, 50) == (n < 50 ? n : 50));
    }
    printf("%lu checks, %lu wrong\n", checks, wrong);
    return wrong != 0;
}
