/* Do a module's functions pass condition flags to each other? AAPCS64 (6.1.1) says no: NZCV is undefined at entries and returns, so the
 * compiler need not keep them there. Hand-written code may differ: a backward scan over the whole text finds where the flags are read
 * before they are written, and whether a call's target or return site is such a place. What stands behind a call of a function that never
 * returns is no return site, but often a block that others jump to; whether a callee returns that is reached through a register (a PLT's
 * entry, a function pointer) nobody knows, so such a block tells nothing then. The text may hold data, which looks like code here and there:
 * calls that leave the text are not believed. */
#include "passes/lift/aarch64/aarch64.h"

#include <stdlib.h>
#include <string.h>

enum { WRITES = 1, READS = 2, MAXSWEEPS = 64 };
enum { RETURNS = 1, GOES = 2 /* who knows where */ };

/* Rows whose class both writes all four flags and reads none, and those that read some. */
static unsigned effect(const struct ginsn *in)
{
    const struct ga64_row *r = &ga64_row[in->row];
    enum { NZCV = 1 << 14 | 3 << 11 | 4 << 7 | 2 << 3 };

    switch (r->cls) {
    case GA64_C_addsub_imm: case GA64_C_addsub_reg: case GA64_C_addsub_ext:
        return r->arg == OP(adds) || r->arg == OP(subs) ? WRITES : 0;
    case GA64_C_logic_imm: case GA64_C_logic_reg:
        return r->arg == OP(ands) || r->arg == OP(bics) ? WRITES : 0;
    case GA64_C_fp_cmp: return WRITES;
    case GA64_C_bcond: return (in->raw & 15) >= 14 ? 0 : READS;
    case GA64_C_csel: case GA64_C_ccmp_reg: case GA64_C_ccmp_imm: case GA64_C_addsub_carry: case GA64_C_fp_csel: case GA64_C_fp_ccmp:
        return READS;
    case GA64_C_flagm: return r->arg == OP(cfinv) ? READS : 0;
    case GA64_C_mrs: return ga64_sysreg(in->raw) == NZCV ? READS : 0;
    case GA64_C_msr: return ga64_sysreg(in->raw) == NZCV ? WRITES : 0;
    default: return 0;
    }
}

struct scan {
    uint32_t n;
    uint8_t *eff, *flow;        /* by word */
    uint32_t *target;           /* by word; n: none in the text */
    uint8_t *live;              /* flags are read from here on before they are written; one more, false */
    uint8_t *back;              /* what ends the function may be from here: RETURNS, GOES; one more, 0 */
    uint8_t *label;             /* a branch or jump goes here */
};

static bool live_before(const struct scan *s, uint32_t i)
{
    if (s->eff[i])
        return s->eff[i] & READS;
    switch (s->flow[i]) {
    case GF_NEXT: case GF_SYSCALL: case GF_BARRIER: return s->live[i + 1];
    case GF_BRANCH: return s->live[i + 1] || s->live[s->target[i]];
    case GF_JUMP: return s->live[s->target[i]];
    default: return false;      /* calls and returns: dead by the convention, which is what is being tested */
    }
}

static uint8_t returns_from(const struct scan *s, uint32_t i)
{
    uint8_t callee = s->target[i] == s->n ? GOES : s->back[s->target[i]];

    switch (s->flow[i]) {
    case GF_BRANCH: return s->back[i + 1] | s->back[s->target[i]];
    case GF_JUMP: return callee;
    case GF_CALL: return callee ? s->back[i + 1] : 0;
    case GF_RET: return RETURNS;
    case GF_IJUMP: return GOES;
    case GF_TRAP: return 0;
    default: return s->back[i + 1];
    }
}

static bool sweep(struct scan *s)
{
    bool changed = false;

    for (uint32_t i = s->n; i-- > 0;) {
        if (!s->live[i] && live_before(s, i))
            s->live[i] = changed = true;
        uint8_t back = s->back[i] | returns_from(s, i);
        changed |= back != s->back[i];
        s->back[i] = back;
    }
    return changed;
}

static bool passed(const struct scan *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        bool call = s->flow[i] == GF_CALL && s->target[i] < s->n;
        uint8_t back = call ? s->back[s->target[i]] : s->flow[i] == GF_ICALL ? GOES : 0;

        if (call && s->live[s->target[i]])
            return true;
        if (s->live[i + 1] && (back & RETURNS || (back && !s->label[i + 1])))
            return true;
    }
    return false;
}

static void decode_all(struct scan *s, const uint8_t *text)
{
    for (uint32_t i = 0; i < s->n; i++) {
        struct ginsn in;

        ga64_decode(text + (size_t)i * 4, 4, (uint64_t)i * 4, &in);
        s->eff[i] = (uint8_t)effect(&in);
        s->flow[i] = in.flow;
        s->target[i] = in.target / 4 < s->n ? (uint32_t)(in.target / 4) : s->n;
        s->label[s->target[i]] |= in.flow == GF_BRANCH || in.flow == GF_JUMP;
    }
}

bool ga64_flags_passed(const uint8_t *text, size_t len)
{
    struct scan s = { .n = (uint32_t)(len / 4) };
    uint8_t *by_word = calloc(5, s.n + 1);
    bool r = true;

    s.target = malloc((s.n + 1) * sizeof *s.target);
    if (by_word && s.target) {
        s.eff = by_word;
        s.flow = s.eff + s.n + 1;
        s.live = s.flow + s.n + 1;
        s.back = s.live + s.n + 1;
        s.label = s.back + s.n + 1;
        decode_all(&s, text);
        unsigned k = 0;
        while (k < MAXSWEEPS && sweep(&s))
            k++;
        r = k == MAXSWEEPS || passed(&s);       /* no compiler's text needs so many: better safe */
    }
    free(by_word);
    free(s.target);
    return r;
}
