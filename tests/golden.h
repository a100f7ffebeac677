/* The harness of a guest's golden rows (x.t beside its test): decode, print, lift, verify, run by T0, compare. Every table row
 * needs one.
 *
 * Row: encoding in hex, two spaces, text (as the guest's format prints it, tab as space), '|', inputs, '=>', what changes; inputs
 * and changes are words key=value, hex. Keys: the guest's fields, and
 *   mN=  64-bit word N of the 256-byte buffer (a value @off is the address of the buffer + off)
 *   pc=  where it goes on, the instruction being at 10000 (default: the next one)     exit=  enum vexit (default: jump)
 * What is not named after => must not change. */
#ifndef AOTC_TESTS_GOLDEN_H
#define AOTC_TESTS_GOLDEN_H

#include "jit/fpenv.h"
#include "jit/interp.h"
#include "passes/lift/region.h"

#include <check.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_WORDS = 32, GOLDEN_BASE = 0x10000, GOLDEN_MACHINE = 256, GOLDEN_ROWS = 4096 };

/* What a guest's machine state, a struct of uint64_t that rows speak of, begins with. */
struct golden_common { uint64_t m[GOLDEN_WORDS], pc, exit; };

/* A member: numbered ones are n of `words` words each. A member with `only_with` is compared where that one is named after =>. */
struct golden_field { const char *key; size_t off; unsigned n, words; const char *only_with; };
#define GOLDEN_FIELD(type, name, member) { name, offsetof(type, member), 0, 1, NULL }
#define GOLDEN_COMMON(type) { "m", offsetof(type, c.m), GOLDEN_WORDS, 1, NULL }, GOLDEN_FIELD(type, "pc", c.pc)

struct golden {
    const struct guest *g;
    const char *rows;           /* path of the .t file */
    const struct golden_field *field; unsigned nfield;
    const void *blank; size_t size;                     /* the machine that rows start from */
    void (*load)(const void *m, struct vcpu *v);        /* m's fields but the common ones to v, and back */
    void (*store)(void *m, const struct vcpu *v);
};

static _Alignas(64) uint64_t golden_mem[GOLDEN_WORDS];
static struct vcpu golden_vcpu;
static struct cc golden_cc;
static bool golden_seen[GOLDEN_ROWS];

static inline uint64_t *golden_home(const struct guest *g, const struct vcpu *v, uint32_t slot)
{
    return (uint64_t *)((uintptr_t)v->guest + g->slot[slot].off);
}

static bool golden_exit(struct golden_common *m, const char *name)
{
    static const char *const names[VX_COUNT] = {
        [VX_JUMP] = "jump", [VX_SYSCALL] = "syscall", [VX_ILLEGAL] = "illegal", [VX_BREAK] = "break", [VX_FETCH] = "fetch",
        [VX_CODE] = "code", [VX_FPMODE] = "fpmode", [VX_ALIGN] = "align", [VX_POLL] = "poll",
    };

    for (unsigned i = 0; i < VX_COUNT; i++)
        if (names[i] && strcmp(names[i], name) == 0) {
            m->exit = i;
            return true;
        }
    return false;
}

/* The words of what `key` names; NULL: nothing. *field: which. */
static uint64_t *golden_named(const struct golden *k, void *m, const char *key, unsigned *field)
{
    for (unsigned i = 0; i < k->nfield; i++) {
        const struct golden_field *f = &k->field[i];
        uint64_t *at = (uint64_t *)(void *)((char *)m + f->off);
        size_t len = strlen(f->key);
        const char *number = key + len;
        unsigned n;

        if (strncmp(key, f->key, len) != 0 || (*number == 0) != (f->n == 0) || strspn(number, "0123456789") != strlen(number))
            continue;
        n = (unsigned)strtoul(number, NULL, 10);
        *field = i;
        if (f->n == 0 || n < f->n)
            return at + n * f->words;
    }
    return NULL;
}

/* One key=value word. *named gets its field's bit. False: unknown. */
static bool golden_set(const struct golden *k, void *m, char *word, uint32_t *named)
{
    char *eq = strchr(word, '='), high[17] = "";
    unsigned field = 0;
    uint64_t *at;
    size_t n;

    if (!eq)
        return false;
    *eq++ = 0;
    n = strlen(eq);
    if (strcmp(word, "exit") == 0)
        return golden_exit(m, eq);
    if (!(at = golden_named(k, m, word, &field)))
        return false;
    *named |= 1u << field;
    if (*eq == '@') {
        *at = (uint64_t)(uintptr_t)golden_mem + strtoull(eq + 1, NULL, 16);
        return true;
    }
    if (k->field[field].words == 2) {
        snprintf(high, sizeof high, "%.*s", n > 16 ? (int)(n - 16) : 0, eq);
        at[1] = strtoull(high, NULL, 16);
        eq += n > 16 ? n - 16 : 0;
    }
    *at = strtoull(eq, NULL, 16);
    return true;
}

static bool golden_set_all(const struct golden *k, void *m, char *words, uint32_t *named)
{
    char *save = NULL;

    *named = 0;
    for (char *w = strtok_r(words, " \n", &save); w; w = strtok_r(NULL, " \n", &save))
        if (!golden_set(k, m, w, named))
            return false;
    return true;
}

static bool golden_compared(const struct golden *k, const struct golden_field *f, uint32_t named)
{
    for (unsigned i = 0; f->only_with && i < k->nfield; i++)
        if (strcmp(k->field[i].key, f->only_with) == 0)
            return named >> i & 1;
    return true;
}

/* Prints what differs; returns whether anything does. */
static bool golden_differs(const struct golden *k, const void *want, const void *got, uint32_t named)
{
    const struct golden_common *w = want, *g = got;
    bool bad = w->exit != g->exit;

    if (bad)
        fprintf(stderr, "  exit: want %" PRIu64 ", got %" PRIu64 "\n", w->exit, g->exit);
    for (const struct golden_field *f = k->field; f < k->field + k->nfield; f++) {
        const uint64_t *a = (const uint64_t *)(const void *)((const char *)want + f->off);
        const uint64_t *b = (const uint64_t *)(const void *)((const char *)got + f->off);

        for (unsigned i = 0; golden_compared(k, f, named) && i < (f->n ? f->n * f->words : 1); i++)
            if (a[i] != b[i]) {
                fprintf(stderr, "  %s%u%s: want %" PRIx64 ", got %" PRIx64 "\n", f->key, i / f->words, i % f->words ? " high" : "",
                        a[i], b[i]);
                bad = true;
            }
    }
    return bad;
}

struct golden_run { const struct golden *k; const uint8_t *bytes; size_t n; unsigned exit; };

static void golden_lift_and_run(struct cc *c, void *arg)
{
    struct golden_run *run = arg;
    struct unit u = { .g = run->k->g, .text = { GOLDEN_BASE, run->bytes, run->n }, .pc = GOLDEN_BASE,
                      .bounds = { GOLDEN_BASE, GOLDEN_BASE + run->n }, .max_insns = 1, .single = true, .name = "row" };
    struct region_info info;
    struct ir_func *f = lift_region(c, &u, &info);
    struct diag d;

    if (ir_verify(f, &d) != ST_OK) {
        ir_print(stderr, f);
        cc_bail(c, ST_BUG, d.off, "verify: %s", d.msg);
    }
    run->exit = t0_run_func(f, &golden_vcpu);
}

/* Decodes, marks the row as seen, compares the text that ends at bar with what format says. */
static bool golden_text(const struct golden_run *run, const char *text, const char *bar)
{
    struct ginsn in;
    char is[160], *tab;

    run->k->g->decode(run->bytes, run->n, GOLDEN_BASE, &in);
    golden_seen[in.row] = true;
    run->k->g->format(&in, is, sizeof is);
    if ((tab = strchr(is, '\t')))
        *tab = ' ';
    while (bar > text && bar[-1] == ' ')
        bar--;
    if (strlen(is) == (size_t)(bar - text) && strncmp(is, text, strlen(is)) == 0)
        return true;
    fprintf(stderr, "text is \"%s\"\n", is);
    return false;
}

/* Checks one line; false with a message when it fails. */
static bool golden_row(const struct golden *k, char *line)
{
    static _Alignas(16) uint64_t want[GOLDEN_MACHINE], got[GOLDEN_MACHINE];
    struct golden_common *w = (void *)want, *g = (void *)got;
    char *bar = strchr(line, '|'), *arrow = strstr(line, "=>");
    size_t digits = strspn(line, "0123456789abcdef");
    uint32_t word = (uint32_t)strtoul(line, NULL, 16), named;
    uint8_t bytes[4];
    struct golden_run run = { k, bytes, digits / 2, 0 };

    if (!bar || !arrow || (digits != 4 && digits != 8) || bar < line + digits + 2)
        return fprintf(stderr, "not a row\n"), false;
    memcpy(bytes, &word, 4);
    if (!golden_text(&run, line + digits + 2, bar))
        return false;
    *bar = *arrow = 0;
    memcpy(want, k->blank, k->size);
    w->pc = GOLDEN_BASE + run.n;
    if (!golden_set_all(k, want, bar + 1, &named))
        return fprintf(stderr, "bad input\n"), false;
    memset(&golden_vcpu, 0, sizeof golden_vcpu);
    golden_vcpu.pc = GOLDEN_BASE;
    memcpy(golden_mem, w->m, sizeof golden_mem);
    k->load(want, &golden_vcpu);
    if (!golden_set_all(k, want, arrow + 2, &named))
        return fprintf(stderr, "bad output\n"), false;
    memcpy(got, want, k->size);
    if (cc_try(&golden_cc, golden_lift_and_run, &run) != ST_OK)
        return fprintf(stderr, "%s\n", golden_cc.diag.msg), false;
    k->store(got, &golden_vcpu);
    memcpy(g->m, golden_mem, sizeof golden_mem);
    g->pc = golden_vcpu.pc;
    g->exit = run.exit;
    cc_reset(&golden_cc);
    return !golden_differs(k, want, got, named);
}

/* The whole file, inside a Check test. */
static void golden_check(const struct golden *k)
{
    static char line[4096], copy[4096];
    unsigned bad = 0, n = 0, missing = 0;
    FILE *f = fopen(k->rows, "r");

    ck_assert_msg(f != NULL, "%s (tests run in the project's root)", k->rows);
    ck_assert(k->size <= sizeof(uint64_t) * GOLDEN_MACHINE && k->g->nrow <= GOLDEN_ROWS && k->nfield <= 32);
    cc_init(&golden_cc);
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        n++;
        strcpy(copy, line);
        if (!golden_row(k, copy))
            bad++, fprintf(stderr, "%s", line);
    }
    fclose(f);
    cc_fini(&golden_cc);
    for (uint32_t row = 0; row < k->g->nrow; row++)
        if (!golden_seen[row])
            missing++, fprintf(stderr, "no golden row for %s\n", k->g->row_name(row));
    ck_assert_uint_gt(n, k->g->nrow);
    ck_assert_msg(bad == 0 && missing == 0, "%u of %u rows fail, %u table rows have none", bad, n, missing);
}

#endif
