/* guest: aarch64
 * Accesses that are misaligned where the architecture minds (DDI 0487, B2.5.2: exclusives, ordered accesses, atomics, on ARMv8.2
 * without FEAT_LSE2), or touch pages that may not be read or written: signal, code, address, the syndrome's class, WnR and fault
 * status.
 * A page may be half of an access. Output: arm_memory.want. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf env;
static int sig, code;
static uint64_t addr, esr;
static char *base;
static FILE *out;

static void leave(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;
    uint8_t *r = (uint8_t *)uc->uc_mcontext.__reserved;

    sig = s;
    code = si->si_code;
    addr = (uint64_t)si->si_addr;
    for (uint32_t *h = (uint32_t *)r; h[0]; r += h[1], h = (uint32_t *)r)
        if (h[0] == 0x45535201)
            esr = *(uint64_t *)(r + 8);
    if (sig != SIGILL && uc->uc_mcontext.fault_address != addr)
        fprintf(out, "fault_address differs: ");
    siglongjmp(env, 1);
}

#define T(text, a)                                                                                                          \
    do {                                                                                                                    \
        sig = code = 0;                                                                                                     \
        addr = esr = 0;                                                                                                     \
        if (!sigsetjmp(env, 1)) {                                                                                           \
            register uint64_t x0 __asm__("x0") = (uint64_t)(a);                                                             \
            __asm__ volatile(".arch armv8.2-a+rcpc\n" text                                                                  \
                             : "+r"(x0) : : "memory", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "v0", "v1", "v2", "v3");    \
        }                                                                                                                   \
        report(text, (uint64_t)(a));                                                                                        \
    } while (0)

static void report(const char *text, uint64_t a)
{
    fprintf(out, "%-44s ", text);
    if (!sig)
        fprintf(out, "done\n");
    else if (sig == SIGILL)
        fprintf(out, "signal %d code %d\n", sig, code);
    else
        fprintf(out, "signal %d code %d address %+ld class %#lx write %d status %#lx\n", sig, code, (long)(addr - a), esr >> 26,
                (int)(esr >> 6 & 1), esr & 63);
}

/* Pages: writable, read-only, none. */
static void all(void);

int main(void)
{
    char *text[30];
    size_t n;

    struct sigaction sa = { .sa_sigaction = leave, .sa_flags = SA_SIGINFO | SA_NODEFER };

    sigaction(SIGSEGV, &sa, 0);
    sigaction(SIGBUS, &sa, 0);
    sigaction(SIGILL, &sa, 0);
    base = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(base + 4096, 4096, PROT_READ);
    mprotect(base + 8192, 4096, PROT_NONE);
    for (int i = 0; i < 30; i++) {                      /* often enough to be compiled */
        out = open_memstream(&text[i], &n);
        all();
        fclose(out);
        if (!i)
            fputs(text[0], stdout);
        else if (strcmp(text[i], text[0]))
            printf("another result in round %d:\n%s", i, text[i]);
    }
    return 0;
}

static void all(void)
{
    char *p = base + 64, *ro = base + 4096, *none = base + 8192;
    T("ldxr x1,[x0]", p); T("ldxr x1,[x0]", p + 4); T("ldaxr w1,[x0]", p + 2); T("ldaxrh w1,[x0]", p + 1);
    T("ldxrb w1,[x0]", p + 1);
    T("add x4,x0,#4; ldxr x1,[x4]; stxr w2,x1,[x0]", p + 4);
    T("ldxp x1,x2,[x0]", p + 8); T("ldxp w1,w2,[x0]", p + 8); T("ldxp w1,w2,[x0]", p + 4);
    T("ldar x1,[x0]", p + 1); T("stlr x1,[x0]", p + 1); T("ldar x1,[x0]", p + 12); T("ldapr x1,[x0]", p + 4);
    T("ldadd x1,x2,[x0]", p + 4); T("cas x1,x2,[x0]", p + 4); T("casp x2,x3,x4,x5,[x0]", p + 8);
    T("casp w2,w3,w4,w5,[x0]", p + 4); T("casp w2,w3,w4,w5,[x0]", p + 8); T("swph w1,w2,[x0]", p + 1); T("swpb w1,w2,[x0]", p + 1);
    T("ldadd x1,x2,[x0]", ro); T("cas x1,x2,[x0]", ro); T("cas x1,x2,[x0]", none); T("stlr x1,[x0]", ro);
    T("ldxr x1,[x0]; stxr w2,x1,[x0]", ro); T("clrex; stxr w2,x1,[x0]", ro); T("clrex; stxr w2,x1,[x0]", p + 3);
    T("ldp x1,x2,[x0]", none - 8); T("stp x1,x2,[x0]", ro - 8); T("ldp q1,q2,[x0]", none - 16); T("ldr q1,[x0]", none - 8);
    T("str q1,[x0]", ro - 8); T("ldr x1,[x0]", none - 3); T("str x1,[x0,#8]!", ro); T("ldr x1,[x0],#8", none);
    T("ldr x1,[x0]", p + 3);
    T("ld4 {v0.16b-v3.16b},[x0]", none - 40); T("st3 {v0.8b-v2.8b},[x0]", ro - 12); T("ld2 {v0.s,v1.s}[1],[x0]", none - 4);
    T("ld3r {v0.8h-v2.8h},[x0]", none - 4); T("st1 {v0.16b},[x0],#16", ro); T("dc zva,x0", ro); T("dc cvac,x0", none + 5);
    T("dc cvau,x0", ro + 5); T("dc civac,x0", none); T("ldrsw x1,[x0]", none);
    T("ldr x1,[x0]", UINT64_C(0x0040000000000000)); T("ldr x1,[x0]", UINT64_C(0xffff000000000000)); T("udf #0", p);
}
