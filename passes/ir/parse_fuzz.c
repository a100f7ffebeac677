/* libFuzzer entry: any text is parsed, or refused with a message; what verifies prints to text that parses and prints the same. */
#include "passes/ir/ir.h"
#include "passes/ir/slot.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct guest_slot slots[] = {
    { "x1", 8, T_I64, 1, 0 }, { "x2", 16, T_I64, 2, 0 }, { "f0", 32, T_F64, 1, 0 }, { "v0", 48, T_V128, 0, 0 },
};

struct job { const char *text; size_t len; struct ir_func *f; };

static void parse_one(struct cc *cc, void *arg)
{
    struct job *j = arg;

    j->f = ir_parse(cc, j->text, j->len, slots, ARRAY_LEN(slots));
}

static char *print_one(const struct ir_func *f, size_t *n)
{
    char *buf = NULL;
    FILE *out = open_memstream(&buf, n);

    if (!out)
        abort();
    ir_print(out, f);
    fclose(out);
    return buf;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct job j = { .text = (const char *)data, .len = size }, k = { 0 };
    struct cc cc;
    struct diag d;
    char *first = NULL, *second = NULL;
    size_t n = 0, m = 0;

    cc_init(&cc);
    cc.arena.limit = 256 << 20;
    if (cc_try(&cc, parse_one, &j) == ST_OK) {
        bool ok = ir_verify(j.f, &d) == ST_OK;

        first = print_one(j.f, &n);
        k = (struct job){ .text = first, .len = n };
        if (ok) {
            if (cc_try(&cc, parse_one, &k) != ST_OK || ir_verify(k.f, &d) != ST_OK)
                abort();
            second = print_one(k.f, &m);
            if (n != m || memcmp(first, second, n) != 0)
                abort();
        }
    }
    free(first);
    free(second);
    cc_fini(&cc);
    return 0;
}
