/* dlopen and dlclose in a loop, of two libraries that lie at the same addresses in turn; the same file twice at once; callbacks. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN = -2 };           /* LM_ID_NEWLM is -1 */

struct lib { void *h; int (*compute)(int), (*bump)(void), (*call)(int (*)(int), int); };

static void *find(void *h, const char *name)
{
    void *p = dlsym(h, name);

    if (!p) {
        printf("%s: %s\n", name, dlerror());
        exit(1);
    }
    return p;
}

static struct lib load(Lmid_t ns, const char *path)
{
    struct lib l = { ns == PLAIN ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : dlmopen(ns, path, RTLD_NOW | RTLD_LOCAL) };

    if (!l.h) {
        printf("%s: %s\n", path, dlerror());
        exit(1);
    }
    l.compute = (int (*)(int))find(l.h, "compute");
    l.bump = (int (*)(void))find(l.h, "bump");
    l.call = (int (*)(int (*)(int), int))find(l.h, "call");
    return l;
}

static int twice(int n) { return 2 * n; }

static int seen;
static int count(struct dl_phdr_info *i, size_t n, void *arg)
{
    (void)n;
    (void)arg;
    seen += strstr(i->dlpi_name, "libdyn") != NULL;
    return 0;
}

/* How many lines of /proc/self/maps name the file and are executable? */
static int mapped(const char *name)
{
    FILE *f = fopen("/proc/self/maps", "r");
    char line[4096], prot[8];
    int n = 0;

    while (f && fgets(line, sizeof line, f))
        n += sscanf(line, "%*s %7s", prot) == 1 && prot[2] == 'x' && strstr(line, name);
    if (f)
        fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    void *last[2] = { NULL, NULL };
    int same = 0;

    for (int i = 0; i < rounds; i++) {
        struct lib l = load(PLAIN, i & 1 ? "./libdyn2.so" : "./libdyn1.so");
        int a = l.compute(100 + i), b = l.bump(), c = l.call(twice, i);
        if (i < 4 || i == rounds - 1)
            printf("%d: %d %d %d\n", i, a, b, c);
        same += last[(i & 1) ^ 1] == (void *)l.compute;
        last[i & 1] = (void *)l.compute;
        dlclose(l.h);
    }
    printf("at the other's place %s, mapped now %d\n", same > rounds / 2 ? "mostly" : "rarely", mapped("libdyn"));
    struct lib one = load(PLAIN, "./libdyn1.so"), two = load(LM_ID_NEWLM, "./libdyn1.so");
    dl_iterate_phdr(count, NULL);
    printf("apart %d, objects in this namespace %d, mapped %d\n", one.compute != two.compute, seen, mapped("libdyn1.so"));
    for (int i = 0; i < 3; i++)
        one.bump();
    int b1 = one.bump(), b2 = two.bump(), c1 = one.compute(1000), c2 = two.compute(1000);
    printf("%d %d %d %d\n", b1, b2, c1, c2);
    dlclose(two.h);
    printf("%d, mapped %d\n", one.compute(1000), mapped("libdyn1.so"));
    dlclose(one.h);
    printf("none: %s\n", dlopen("./libnone.so", RTLD_NOW) ? "loaded" : "not there");
    fflush(stdout);
    return 0;
}
