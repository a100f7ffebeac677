/* Golden rows of riscv64.t: decode, print, lift, verify, run by T0, compare. Every table row needs one.
 *
 * Row: encoding in hex, two spaces, text (as grv64_format prints it, tab as space), '|', inputs, '=>', what changes.
 *   xN=, fN=  register (hex; @off in inputs: address of the buffer + off)     mN=  64-bit word N of the 256-byte buffer
 *   rm= / frm=  rounding mode     ff=  sticky flags     res=, val=  the reservation (resaddr, resval)
 *   pc=  where it goes on, the instruction being at 10000 (default: the next one)     exit=  enum vexit (default: jump)
 * Registers and words that are not named after => must not change. */
#include "jit/fpenv.h"
#include "jit/interp.h"
#include "passes/lift/riscv64/riscv64.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 32, BASE = 0x10000 };

/* A machine state that rows speak of. */
struct machine {
    uint64_t x[32], f[32], frm, res, val, pc;
    uint64_t m[WORDS];
    unsigned ff, exit;
};

static _Alignas(64) uint64_t mem[WORDS];
static struct vcpu vcpu;
static struct cc cc;
static bool seen[GRV64_NROW];

static const char *const exit_name[VX_COUNT] = {
    [VX_JUMP] = "jump", [VX_SYSCALL] = "syscall", [VX_ILLEGAL] = "illegal", [VX_BREAK] = "break", [VX_FETCH] = "fetch",
    [VX_CODE] = "code", [VX_FPMODE] = "fpmode", [VX_ALIGN] = "align",
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

/* One `key=value` word. False: unknown. */
static bool set(struct machine *m, char *word)
{
    char *eq = strchr(word, '=');
    unsigned n = (unsigned)strtoul(word + 1, NULL, 10);
    uint64_t v;

    if (!eq)
        return false;
    *eq = 0;
    if (strcmp(word, "exit") == 0)
        return set_exit(m, eq + 1);
    v = eq[1] == '@' ? (uint64_t)(uintptr_t)mem + strtoull(eq + 2, NULL, 16) : strtoull(eq + 1, NULL, 16);
    if (strcmp(word, "rm") == 0 || strcmp(word, "frm") == 0)
        m->frm = v;
    else if (strcmp(word, "ff") == 0)
        m->ff = (unsigned)v;
    else if (strcmp(word, "res") == 0)
        m->res = v;
    else if (strcmp(word, "val") == 0)
        m->val = v;
    else if (strcmp(word, "pc") == 0)
        m->pc = v;
    else if (word[0] == 'x' && n < 32)
        m->x[n] = v;
    else if (word[0] == 'f' && n < 32)
        m->f[n] = v;
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
    return (uint64_t *)(vcpu.guest + guest_riscv64.slot[slot].off);
}

static void load_machine(const struct machine *m)
{
    memset(&vcpu, 0, sizeof vcpu);
    for (unsigned i = 1; i < 32; i++)
        *home((uint32_t)(GRV64_SLOT_X + (int)i)) = m->x[i];
    for (unsigned i = 0; i < 32; i++)
        *home(GRV64_SLOT_F + i) = m->f[i];
    *home(GRV64_S_frm) = m->frm;
    *home(GRV64_S_resaddr) = m->res;
    *home(GRV64_S_resval) = m->val;
    memcpy(mem, m->m, sizeof mem);
    vcpu.pc = BASE;
    vcpu.fp_rm = guest_riscv64.fp_rm(vcpu.guest);
    vcpu.guest_fpcr = fpcr_make(vcpu.fp_rm, m->ff);
}

static void store_machine(struct machine *m)
{
    for (unsigned i = 1; i < 32; i++)
        m->x[i] = *home((uint32_t)(GRV64_SLOT_X + (int)i));
    for (unsigned i = 0; i < 32; i++)
        m->f[i] = *home(GRV64_SLOT_F + i);
    m->frm = *home(GRV64_S_frm);
    m->res = *home(GRV64_S_resaddr);
    m->val = *home(GRV64_S_resval);
    memcpy(m->m, mem, sizeof mem);
    m->pc = vcpu.pc;
    m->ff = fpcr_flags(vcpu.guest_fpcr);
}

/* Prints what differs; returns whether anything does. */
static bool differs(const struct machine *want, const struct machine *got)
{
    bool bad = false;

#define CMP(field, name, i) \
    if (want->field != got->field) \
        bad = true, fprintf(stderr, "  %s%d: want %" PRIx64 ", got %" PRIx64 "\n", name, i, (uint64_t)want->field, \
                            (uint64_t)got->field);
    for (int i = 1; i < 32; i++)
        CMP(x[i], "x", i)
    for (int i = 0; i < 32; i++)
        CMP(f[i], "f", i)
    for (int i = 0; i < WORDS; i++)
        CMP(m[i], "m", i)
    CMP(frm, "frm", 0)
    CMP(ff, "ff", 0)
    CMP(res, "res", 0)
    CMP(val, "val", 0)
    CMP(pc, "pc", 0)
    CMP(exit, "exit", 0)
#undef CMP
    return bad;
}

struct run { const uint8_t *bytes; size_t n; unsigned exit; };

static void lift_and_run(struct cc *c, void *arg)
{
    struct run *run = arg;
    struct unit u = { .g = &guest_riscv64, .text = { BASE, run->bytes, run->n }, .pc = BASE, .bounds = { BASE, BASE + run->n },
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

/* Checks one line; false with a message when it fails. */
static bool check_row(char *line)
{
    char text[128], *bar = strchr(line, '|'), *arrow = strstr(line, "=>"), *p;
    size_t digits = strspn(line, "0123456789abcdef");
    uint32_t w = (uint32_t)strtoul(line, NULL, 16);
    struct run run = { .n = digits / 2 };
    struct machine want = { .res = 0 }, got;
    uint8_t bytes[4];
    struct ginsn in;

    if (!bar || !arrow || (digits != 4 && digits != 8))
        return fprintf(stderr, "not a row\n"), false;
    memcpy(bytes, &w, 4);
    run.bytes = bytes;
    guest_riscv64.decode(bytes, run.n, BASE, &in);
    seen[in.row] = true;
    guest_riscv64.format(&in, text, sizeof text);
    if ((p = strchr(text, '\t')))
        *p = ' ';
    for (p = bar; p > line && p[-1] == ' ';)
        p--;
    if (strlen(text) != (size_t)(p - line - (ptrdiff_t)digits - 2) || strncmp(text, line + digits + 2, strlen(text)) != 0)
        return fprintf(stderr, "text is \"%s\"\n", text), false;
    *bar = *arrow = 0;
    want.pc = BASE + run.n;
    if (!set_all(&want, bar + 1))
        return fprintf(stderr, "bad input\n"), false;
    load_machine(&want);
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

START_TEST(golden_rows)
{
    char path[512], line[1024], copy[1024];
    unsigned bad = 0, n = 0;
    FILE *f;

    snprintf(path, sizeof path, "%.*s/riscv64.t", (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__);
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s (tests run in the project's root)", path);
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
    ck_assert_uint_gt(n, GRV64_NROW);
    ck_assert_uint_eq(bad, 0);
    for (uint32_t row = 0; row < GRV64_NROW; row++)
        ck_assert_msg(seen[row], "no golden row for %s", guest_riscv64.row_name(row));
}
END_TEST

START_TEST(random_instances_decode_to_their_row)
{
    struct guest_rng rng = { .s = { 42, 4711 } };
    uint8_t b[16];
    struct ginsn in;

    for (uint32_t row = 1; row < GRV64_NROW; row++) {
        unsigned made = 0;

        for (unsigned i = 0; i < 200; i++) {
            unsigned n = guest_riscv64.encode_random(row, &rng, 64, b), got;

            if (n == 0)
                continue;
            made++;
            guest_riscv64.decode(b, n, BASE, &in);
            got = in.row;
            ck_assert_uint_eq(in.len, n);
            /* A general row may draw a special case: fence/pause, ori/prefetch, slot 0 forms. */
            ck_assert_msg(got == row || grv64_row[got].mask > grv64_row[row].mask, "%s came back as %s (%08x)",
                          guest_riscv64.row_name(row), guest_riscv64.row_name(got), in.raw);
            if (in.flow == GF_BRANCH || in.flow == GF_JUMP || in.flow == GF_CALL)
                ck_assert_uint_eq(in.target, BASE + 64);
        }
        ck_assert_msg(made > 0, "%s cannot be encoded", guest_riscv64.row_name(row));
    }
}
END_TEST

START_TEST(random_instances_keep_to_the_masks)
{
    struct guest_rng rng = { .s = { 1, 2 }, .dst = 0xf0, .base = 0x300, .src = 0xfffff0, .fdst = 0xff };
    uint8_t b[16];
    struct ginsn in;

    for (uint32_t row = 1; row < GRV64_NROW; row++)
        for (unsigned i = 0; i < 50; i++) {
            unsigned n = guest_riscv64.encode_random(row, &rng, 8, b);

            if (n == 0)
                continue;
            guest_riscv64.decode(b, n, BASE, &in);
            if (grv64_row[in.row].cls == GRV64_C_bin && in.rd)
                ck_assert_msg(0xf0 >> in.rd & 1, "%s writes x%u", guest_riscv64.row_name(row), in.rd);
            if (grv64_row[in.row].cls == GRV64_C_store || grv64_row[in.row].cls == GRV64_C_amo)
                ck_assert_msg(0x300 >> in.rs1 & 1, "%s addresses x%u", guest_riscv64.row_name(row), in.rs1);
        }
}
END_TEST

START_TEST(flows)
{
    static const struct { uint32_t w; enum gflow flow; } t[] = {
        { 0x0080006f, GF_JUMP }, { 0x008000ef, GF_CALL }, { 0x008002ef, GF_CALL }, { 0x00008067, GF_RET }, { 0x00028067, GF_RET },
        { 0x00050067, GF_IJUMP }, { 0x000500e7, GF_ICALL }, { 0x000e0367, GF_IJUMP }, { 0x8082, GF_RET }, { 0x8502, GF_IJUMP },
        { 0x9502, GF_ICALL }, { 0xa001, GF_JUMP }, { 0xc101, GF_BRANCH }, { 0x00000073, GF_SYSCALL }, { 0x00100073, GF_TRAP },
        { 0x9002, GF_TRAP }, { 0, GF_TRAP }, { 0x0000100f, GF_BARRIER }, { 0x00359073, GF_BARRIER }, { 0x00302573, GF_NEXT },
        { 0x00159073, GF_NEXT }, { 0x00200073, GF_TRAP },
    };

    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        struct ginsn in;
        uint8_t b[4];

        memcpy(b, &t[i].w, 4);
        guest_riscv64.decode(b, 4, BASE, &in);
        ck_assert_msg(in.flow == t[i].flow, "%08x: flow %u", t[i].w, in.flow);
    }
}
END_TEST

START_TEST(truncated)
{
    static const uint8_t b[] = { 0x13, 0x05, 0x00 };
    struct ginsn in;

    for (size_t n = 1; n <= 3; n++) {
        guest_riscv64.decode(b, n, BASE, &in);
        ck_assert_uint_eq(in.row, 0);
        ck_assert_uint_eq(in.flow, GF_TRAP);
        ck_assert_uint_eq(in.len, n);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("riscv64");
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    tcase_add_test(t, golden_rows);
    tcase_add_test(t, random_instances_decode_to_their_row);
    tcase_add_test(t, random_instances_keep_to_the_masks);
    tcase_add_test(t, flows);
    tcase_add_test(t, truncated);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
