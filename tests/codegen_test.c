/* Host code of single guest instructions against a golden table, so that a change of what is emitted shows as a reviewed
 * difference. tests/codegen/rv64-x86_64.t: guest text, guest bytes, host operations, host bytes; separated by tabs. `make
 * bless-codegen` rewrites the last two columns; `codegen_test --new` makes a table with one instruction for each row
 * of the ISA table. */
#include "jit/compile.h"
#include "passes/lift/guest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { PC = 0x10000, LINE = 8192 };
static const char table[] = "tests/codegen/rv64-x86_64.t";

static unsigned from_hex(const char *s, uint8_t *out, unsigned max)
{
    unsigned n = 0, v;

    for (; n < max && s[0] > ' ' && s[1] > ' ' && sscanf(s, "%2x", &v) == 1; s += 2)
        out[n++] = (uint8_t)v;
    return n;
}

/* "operations<TAB>bytes" of the code for one instruction. */
static void compile(const uint8_t *bytes, unsigned n, char *out)
{
    struct unit u = { .g = &guest_riscv64, .text = { PC, bytes, n }, .pc = PC, .bounds = { PC, PC + n },
                      .single = true, .name = "t" };
    struct cc_options o = { .isa = HOST_X86_64, .features = host_features_of(LEVEL_V3), .pipeline = "t3", .verify = true };
    struct code c;
    struct cc cc;

    cc_init(&cc);
    if (cc_compile(&cc, &u, &o, &c) != ST_OK) {
        sprintf(out, "0\t%s", cc.diag.msg);
    } else {
        out += sprintf(out, "%u\t", c.nhost);
        for (uint32_t i = 0; i < c.len && i < 2000; i++)
            out += sprintf(out, "%02x", c.text[i]);
    }
    cc_fini(&cc);
}

static void print_line(const uint8_t *bytes, unsigned n)
{
    struct ginsn in;
    char text[128], host[LINE];

    guest_riscv64.decode(bytes, n, PC, &in);
    guest_riscv64.format(&in, text, sizeof text);
    for (char *p = text; *p; p++)
        if (*p == '\t')
            *p = ' ';
    printf("%s\t", text);
    for (unsigned i = 0; i < n; i++)
        printf("%02x", bytes[i]);
    compile(bytes, n, host);
    printf("\t%s\n", host);
}

static int make_new(void)
{
    struct guest_rng g = { .s = { 1, 2 } };

    for (uint32_t r = 1; r < guest_riscv64.nrow; r++) {
        uint8_t b[16];
        unsigned n = guest_riscv64.encode_random(r, &g, 64, b);

        if (n)
            print_line(b, n);
    }
    return 0;
}

static int bless(void)
{
    FILE *in = fopen(table, "r");
    static char line[LINE];

    while (in && fgets(line, sizeof line, in)) {
        uint8_t b[16];
        char *hex = strchr(line, '\t');

        if (hex)
            print_line(b, from_hex(hex + 1, b, sizeof b));
    }
    return in ? fclose(in) : 1;
}

START_TEST(golden)
{
    FILE *in = fopen(table, "r");
    static char line[LINE], got[LINE];
    unsigned rows = 0, bad = 0;

    ck_assert_msg(in != NULL, "%s: not found", table);
    while (fgets(line, sizeof line, in)) {
        char *hex = strchr(line, '\t'), *want = hex ? strchr(hex + 1, '\t') : NULL;
        uint8_t b[16];

        ck_assert_msg(want != NULL, "%s: line %u: too few columns", table, rows + 1);
        line[strcspn(line, "\n")] = 0;
        compile(b, from_hex(hex + 1, b, sizeof b), got);
        rows++;
        if (strcmp(got, want + 1) && bad++ < 10)
            fprintf(stderr, "%.*s\n  was %s\n  is  %s\n", (int)(hex - line), line, want + 1, got);
    }
    fclose(in);
    ck_assert_uint_ge(rows, 120);
    ck_assert_msg(!bad, "%u of %u instructions have other code: make bless-codegen, and look at the difference", bad, rows);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *s = suite_create("code");
    TCase *t = tcase_create("codegen");
    SRunner *sr;
    int failed;

    if (argc > 1)
        return !strcmp(argv[1], "--new") ? make_new() : bless();
    tcase_add_test(t, golden);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
