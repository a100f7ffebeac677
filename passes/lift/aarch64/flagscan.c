/* Do a module's functions pass condition flags to each other? AAPCS64 (6.1.1) says no: NZCV is undefined at entries and returns, so the
 * compiler need not keep them there. Hand-written code may differ: a backward scan over the whole text finds where the flags are read
 * before they are written, and whether a call's target or return site is such a place. What stands behind a call of a function that never
 * returns is no return site: often a block that others jump to. */
#include "passes/lift/aarch64/aarch64.h"

#include <stdlib.h>
#include <string.h>

enum { WRITES = 1, READS = 2, MAXSWEEPS = 64 };

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
    uint8_t *back;              /* a return may be reached from here; one more, false */
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

static bool returns_from(const struct scan *s, uint32_t i)
{
    switch (s->flow[i]) {
    case GF_BRANCH: return s->back[i + 1] || s->back[s->target[i]];
    case GF_JUMP: return s->target[i] == s->n || s->back[s->target[i]];
    case GF_CALL: return (s->target[i] == s->n || s->back[s->target[i]]) && s->back[i + 1];
    case GF_RET: case GF_IJUMP: return true;
    case GF_TRAP: return false;
    default: return s->back[i + 1];
    }
}

static bool sweep(struct scan *s)
{
    bool changed = false;

    for (uint32_t i = s->n; i-- > 0;) {
        if (!s->live[i] && live_before(s, i))
            s->live[i] = changed = true;
        if (!s->back[i] && returns_from(s, i))
            s->back[i] = changed = true;
    }
    return changed;
}

static bool passed(const struct scan *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        bool call = s->flow[i] == GF_CALL, known = call && s->target[i] < s->n;

        if (known && s->live[s->target[i]])
            return true;
        if ((call || s->flow[i] == GF_ICALL) && s->live[i + 1] && (!known || s->back[s->target[i]]))
            return true;
    }
    return false;
}

bool ga64_flags_passed(const uint8_t *text, size_t len)
{
    struct scan s = { .n = (uint32_t)(len / 4) };
    bool r = true;

    s.eff = malloc(s.n + 1);
    s.flow = malloc(s.n + 1);
    s.live = calloc(1, s.n + 1);
    s.back = calloc(1, s.n + 1);
    s.target = malloc((s.n + 1) * sizeof *s.target);
    if (s.eff && s.flow && s.live && s.back && s.target) {
        for (uint32_t i = 0; i < s.n; i++) {
            struct ginsn in;

            ga64_decode(text + i * 4, 4, (uint64_t)i * 4, &in);
            s.eff[i] = (uint8_t)effect(&in);
            s.flow[i] = in.flow;
            s.target[i] = in.target / 4 < s.n ? (uint32_t)(in.target / 4) : s.n;
        }
        for (unsigned k = 0; k < MAXSWEEPS && sweep(&s); k++)
            ;
        r = passed(&s);
    }
    free(s.eff);
    free(s.flow);
    free(s.live);
    free(s.back);
    free(s.target);
    return r;
}
