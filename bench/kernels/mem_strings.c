/* libc's string functions on short and middling strings: length, compare, search, concatenate, split. */
#include "kernel.h"

enum { WORDS = 512 };

static uint64_t run(unsigned long n)
{
    static char word[WORDS][48], line[WORDS * 50];
    uint64_t seed = 41, h = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        unsigned len = 3 + (unsigned)(rnd(&seed) % 40);

        for (unsigned k = 0; k < len; k++)
            word[i][k] = (char)('a' + rnd(&seed) % 3);
    }
    while (n--) {
        char *end = line, *p;
        unsigned a = (unsigned)(rnd(&seed) % WORDS);

        for (unsigned i = 0; i < WORDS; i++) {
            size_t len = strlen(word[i]);

            h += (unsigned)(strcmp(word[i], word[a]) < 0) + len;
            memcpy(end, word[i], len);
            end += len;
            *end++ = ' ';
        }
        *end = 0;
        for (p = line; (p = strchr(p, ' ')) != NULL; p++)
            h++;
        p = strstr(line, word[a]);
        h = mix(h, p ? (uint64_t)(p - line) : 0);
        p = memchr(line, 'z', (size_t)(end - line));
        h += p != NULL;
        word[a][0] = (char)('a' + h % 3);
    }
    return h;
}

KERNEL(run, 40000)
