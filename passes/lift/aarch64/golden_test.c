/* Golden rows of aarch64.t: decode, print, lift, verify, run by T0, compare. Every table row needs one.
 *
 * Row: encoding in hex, two spaces, text (as ga64_format prints it, tab as space), '|', inputs, '=>', what changes.
 *   xN=, sp=  register (hex; @off: address of the buffer + off)     vN=  vector register (up to 32 digits)
 *   mN=  64-bit word N of the 256-byte buffer     nzcv=  flags (8: n)     fpcr=, fpsr=     tp=  tpidr_el0
 *   ex=, e0=, e1=  the exclusive monitor (exaddr: ffffffffffffffff when open; exval0, exval1); only compared where named after =>
 *   pc=  where it goes on, the instruction being at 10000 (default: the next one)     exit=  enum vexit (default: jump)
 * Registers and words that are not named after => must not change. The page at 10000 holds bytes 0, 1, 2, ... at offset 1000 on. */
#include "jit/fpenv.h"
#include "jit/interp.h"
#include "passes/lift/aarch64/aarch64.h"
#include "passes/lift/region.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORDS = 32, BASE = 0x10000 };

/* A machine state that rows speak of. */
struct machine {
    uint64_t x[32], v[32][2], m[WORDS];
    uint64_t nzcv, fpcr, fpsr, tp, ex, e0, e1, pc;
    unsigned exit;
};

static _Alignas(64) uint64_t mem[WORDS];
static struct vcpu vcpu;
static struct cc cc;
static bool seen[GA64_NROW], monitor_named;

static const char *const exit_name[VX_COUNT] = {
    [VX_JUMP] = "jump", [VX_SYSCALL] = "syscall", [VX_ILLEGAL] = "illegal", [VX_BREAK] = "break", [VX_FETCH] = "fetch",
    [VX_CODE] = "code", [VX_FPMODE] = "fpmode", [VX_ALIGN] = "align", [VX_POLL] = "poll",
};

static bool set_exit(struct machine *m, const char *name)
{
    for (unsigned i = 0; i < VX_COUNT; i++)
        if (exit_name[i] && strcmp(exit_name[i], name) == 0) {
            m->exit = i;
            return true;
        }
    return false;
}

static void set_vector(uint64_t v[2], const char *hex)
{
    char high[17] = "";
    size_t n = strlen(hex);

    snprintf(high, sizeof high, "%.*s", n > 16 ? (int)(n - 16) : 0, hex);
    v[1] = strtoull(high, NULL, 16);
    v[0] = strtoull(n > 16 ? hex + n - 16 : hex, NULL, 16);
}

/* The field of a key without a number, or NULL. */
static uint64_t *named(struct machine *m, const char *key)
{
    const struct { const char *key; uint64_t *field; } t[] = {
        { "sp", &m->x[31] }, { "nzcv", &m->nzcv }, { "fpcr", &m->fpcr }, { "fpsr", &m->fpsr }, { "tp", &m->tp }, { "ex", &m->ex },
        { "e0", &m->e0 }, { "e1", &m->e1 }, { "pc", &m->pc },
    };

    monitor_named |= strcmp(key, "ex") == 0;
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        if (strcmp(t[i].key, key) == 0)
            return t[i].field;
    return NULL;
}

/* One `key=value` word. False: unknown. */
static bool set(struct machine *m, char *word)
{
    char *eq = strchr(word, '=');
    unsigned n = (unsigned)strtoul(word + 1, NULL, 10);
    uint64_t v, *field;

    if (!eq)
        return false;
    *eq = 0;
    if (strcmp(word, "exit") == 0)
        return set_exit(m, eq + 1);
    v = eq[1] == '@' ? (uint64_t)(uintptr_t)mem + strtoull(eq + 2, NULL, 16) : strtoull(eq + 1, NULL, 16);
    if ((field = named(m, word)))
        *field = v;
    else if (word[0] == 'x' && n < 31)
        m->x[n] = v;
    else if (word[0] == 'v' && n < 32)
        set_vector(m->v[n], eq + 1);
    else if (word[0] == 'm' && n < WORDS)
        m->m[n] = v;
    else
        return false;
    return true;
}

static bool set_all(struct machine *m, char *words)
{
    char *save = NULL;

    for (char *w = strtok_r(words, " \n", &save); w; w = strtok_r(NULL, " \n", &save))
        if (!set(m, w))
            return false;
    return true;
}

static uint64_t *home(uint32_t slot)
{
    return (uint64_t *)(vcpu.guest + guest_aarch64.slot[slot].off);
}

/* FPSR's bits 0..4 and FPF_* are each other's mirror. */
static unsigned mirrored(unsigned v)
{
    return (v & 1) << 4 | (v & 2) << 2 | (v & 4) | (v & 8) >> 2 | (v & 16) >> 4;
}

static void load_machine(const struct machine *m)
{
    memset(&vcpu, 0, sizeof vcpu);
    for (unsigned i = 0; i < 32; i++) {
        *home(GA64_SLOT_X + i) = m->x[i];
        memcpy(home(GA64_SLOT_V + i), m->v[i], 16);
    }
    for (unsigned i = 0; i < 4; i++)
        *home(GA64_S_n + i) = m->nzcv >> (3 - i) & 1;
    *home(GA64_S_fpcr) = m->fpcr;
    *home(GA64_S_qc) = m->fpsr >> 27 & 1;
    *home(GA64_S_tpidr) = m->tp;
    *home(GA64_S_exaddr) = m->ex;
    *home(GA64_S_exval0) = m->e0;
    *home(GA64_S_exval1) = m->e1;
    memcpy(mem, m->m, sizeof mem);
    vcpu.pc = BASE;
    vcpu.fp_rm = guest_aarch64.fp_rm(vcpu.guest);
    vcpu.fp_extra = m->fpsr & 0x80 ? FPF_ID : 0;
    vcpu.guest_fpcr = fpcr_make(vcpu.fp_rm & 7, mirrored((unsigned)m->fpsr & 31));
}

static void store_machine(struct machine *m)
{
    const uint64_t *qc = home(GA64_S_qc);

    m->nzcv = 0;
    for (unsigned i = 0; i < 32; i++) {
        m->x[i] = *home(GA64_SLOT_X + i);
        memcpy(m->v[i], home(GA64_SLOT_V + i), 16);
    }
    for (unsigned i = 0; i < 4; i++)
        m->nzcv |= *home(GA64_S_n + i) << (3 - i);
    m->fpcr = *home(GA64_S_fpcr);
    m->tp = *home(GA64_S_tpidr);
    m->ex = *home(GA64_S_exaddr);
    m->e0 = *home(GA64_S_exval0);
    m->e1 = *home(GA64_S_exval1);
    memcpy(m->m, mem, sizeof mem);
    m->pc = vcpu.pc;
    m->fpsr = mirrored(fpcr_flags(vcpu.guest_fpcr)) | (vcpu.fp_extra & FPF_ID ? 0x80 : 0) | (qc[0] || qc[1] ? 1u << 27 : 0);
}

static unsigned differs_at(const char *name, int i, uint64_t want, uint64_t got)
{
    if (want != got)
        fprintf(stderr, "  %s%d: want %" PRIx64 ", got %" PRIx64 "\n", name, i, want, got);
    return want != got;
}

/* Prints what differs; returns whether anything does. */
static bool differs(const struct machine *want, const struct machine *got)
{
    unsigned bad = 0;

    for (int i = 0; i < 32; i++)
        bad |= differs_at("x", i, want->x[i], got->x[i]) | differs_at("v.lo", i, want->v[i][0], got->v[i][0]) |
               differs_at("v.hi", i, want->v[i][1], got->v[i][1]) | differs_at("m", i, want->m[i], got->m[i]);
    bad |= differs_at("nzcv", 0, want->nzcv, got->nzcv) | differs_at("fpcr", 0, want->fpcr, got->fpcr) |
           differs_at("fpsr", 0, want->fpsr, got->fpsr) | differs_at("tp", 0, want->tp, got->tp) |
           differs_at("pc", 0, want->pc, got->pc) | differs_at("exit", 0, want->exit, got->exit);
    if (monitor_named)
        bad |= differs_at("ex", 0, want->ex, got->ex) | differs_at("e", 0, want->e0, got->e0) |
               differs_at("e", 1, want->e1, got->e1);
    return bad != 0;
}

struct run { const uint8_t *bytes; unsigned exit; };

static void lift_and_run(struct cc *c, void *arg)
{
    struct run *run = arg;
    struct unit u = { .g = &guest_aarch64, .text = { BASE, run->bytes, 4 }, .pc = BASE, .bounds = { BASE, BASE + 4 },
                      .max_insns = 1, .single = true, .name = "row" };
    struct region_info info;
    struct ir_func *f = lift_region(c, &u, &info);
    struct diag d;

    if (ir_verify(f, &d) != ST_OK) {
        ir_print(stderr, f);
        cc_bail(c, ST_BUG, d.off, "verify: %s", d.msg);
    }
    run->exit = t0_run_func(f, &vcpu);
}

/* Decodes, marks the row as seen, compares the text of a line with what format says. */
static bool text_matches(const char *line, const char *bar, const uint8_t bytes[4])
{
    struct ginsn in;
    char text[160], *p;
    size_t n = (size_t)(bar - line - 10);

    guest_aarch64.decode(bytes, 4, BASE, &in);
    seen[in.row] = true;
    guest_aarch64.format(&in, text, sizeof text);
    if ((p = strchr(text, '\t')))
        *p = ' ';
    while (n && line[10 + n - 1] == ' ')
        n--;
    if (strlen(text) == n && strncmp(text, line + 10, n) == 0)
        return true;
    fprintf(stderr, "text is \"%s\"\n", text);
    return false;
}

/* Checks one line; false with a message when it fails. */
static bool check_row(char *line)
{
    char *bar = strchr(line, '|'), *arrow = strstr(line, "=>");
    uint32_t w = (uint32_t)strtoul(line, NULL, 16);
    struct machine want = { .pc = BASE + 4, .ex = UINT64_MAX }, got;
    struct run run = { .exit = 0 };
    uint8_t bytes[4];

    if (!bar || !arrow || strspn(line, "0123456789abcdef") != 8)
        return fprintf(stderr, "not a row\n"), false;
    memcpy(bytes, &w, 4);
    run.bytes = bytes;
    if (!text_matches(line, bar, bytes))
        return false;
    *bar = *arrow = 0;
    if (!set_all(&want, bar + 1))
        return fprintf(stderr, "bad input\n"), false;
    load_machine(&want);
    monitor_named = false;
    if (!set_all(&want, arrow + 2))
        return fprintf(stderr, "bad output\n"), false;
    got = want;
    if (cc_try(&cc, lift_and_run, &run) != ST_OK)
        return fprintf(stderr, "%s\n", cc.diag.msg), false;
    store_machine(&got);
    got.exit = run.exit;
    cc_reset(&cc);
    return !differs(&want, &got);
}

/* Literal loads find bytes 0, 1, 2, ... 4 KiB after the instruction. */
static void map_literals(void)
{
    uint8_t *p = mmap((void *)(uintptr_t)(BASE + 4096), 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    ck_assert(p == (uint8_t *)(uintptr_t)(BASE + 4096));
    for (unsigned i = 0; i < 4096; i++)
        p[i] = (uint8_t)i;
}

START_TEST(golden_rows)
{
    char path[512];
    static char line[4096], copy[4096];
    unsigned bad = 0, n = 0, missing = 0;
    FILE *f;

    snprintf(path, sizeof path, "%.*s/aarch64.t", (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__);
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s (tests run in the project's root)", path);
    map_literals();
    cc_init(&cc);
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        n++;
        strcpy(copy, line);
        if (!check_row(copy))
            bad++, fprintf(stderr, "%s", line);
    }
    fclose(f);
    cc_fini(&cc);
    for (uint32_t row = 0; row < GA64_NROW; row++)
        if (!seen[row])
            missing++, fprintf(stderr, "no golden row for %s\n", guest_aarch64.row_name(row));
    ck_assert_uint_gt(n, GA64_NROW);
    ck_assert_msg(bad == 0 && missing == 0, "%u of %u rows fail, %u table rows have none", bad, n, missing);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("aarch64 golden rows");
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    tcase_add_test(t, golden_rows);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
