/* x86-64: one check for the results of several scalar operations in a row (isel_fprop.c). The checks cost more than the arithmetic.
 * Selection lets the operands live on; whether the registers that the allocator chose allow it is seen here. */
#include "jit/host/x86_64/emit.h"

#include <string.h>

static uint32_t ucomis(unsigned sz) { return XOP(sz == 8 ? 0x66 : 0, 1, 0x2e); }

static uint64_t least(unsigned sz) { return sz == 8 ? UINT64_C(1) << 52 : 0x00800000; }

static bool candidate(const struct mi *in)
{
    return in->op == X_FPROP && !(in->aux & FPA_PACKED) && in->cc != 0x5a;
}

static bool reads(const struct mi *in, unsigned reg)
{
    for (unsigned i = 1; i <= (unsigned)in->imm; i++)
        if (in->o[i].reg == reg)
            return true;
    return false;
}

/* May n be computed before the group is checked? It leaves all operands and results alone; those may be its own operands. */
static bool joins(const struct x86 *x, const struct mi *n)
{
    if (!n || !candidate(n) || n->sz != x->group[0]->sz || x->ngroup == ARRAY_LEN(x->group))
        return false;
    for (unsigned i = 0; i < x->ngroup; i++)
        if (reads(x->group[i], n->o[0].reg) || x->group[i]->o[0].reg == n->o[0].reg)
            return false;
    return true;
}

static bool tiny(const struct mi *in) { return (in->aux & FPC_MASK) == FPC_TINY; }

/* Does a later one's NaN tell of that of number k? */
static bool read_later(const struct x86 *x, unsigned k)
{
    for (unsigned i = k + 1; i < x->ngroup; i++)
        if (reads(x->group[i], x->group[k]->o[0].reg))
            return true;
    return false;
}

/* The absolute least of all results that may be tiny, in the scratch register: jumps when it is the least normal number or
 * below, which is looked at again, or when all are NaNs. */
static uint32_t check_least(struct x86 *x)
{
    unsigned t = x86_target.scratch_vec, sz = x->group[0]->sz, first = 0, n = 0;

    x->used |= HF_AVX512;
    for (unsigned i = 0; i < x->ngroup; i++) {
        if (!tiny(x->group[i]))
            continue;
        unsigned d = x->group[i]->o[0].reg;

        if (n++) {
            x_vec_rr(&x->b, XOP(0x66, 3, 0x51) | XV_EVEX | (sz == 8 ? XV_W : 0), true, t, n == 2 ? first : t, d);
            x_byte(&x->b, 0x0a);                /* vrange: least magnitude, sign cleared; of a number and a quiet NaN the number */
        }
        first = n == 1 ? d : first;
    }
    x86_lit1(x, ucomis(sz), t, least(sz));
    return x_jcc(&x->b, CC_BE);
}

/* NaNs by twos: one compare tells of both. `seen`: those that other checks have told of. */
static void check_nans(struct x86 *x, uint32_t *enter, unsigned seen)
{
    unsigned n = 0, first = XNONE, sz = x->group[0]->sz;

    for (unsigned i = 0; i <= x->ngroup; i++) {
        bool end = i == x->ngroup;
        unsigned d;

        if (!end && (seen >> i & 1))
            continue;
        if (end && first == XNONE)
            break;
        d = end ? first : x->group[i]->o[0].reg;
        if (first == XNONE) {
            first = d;
            continue;
        }
        x_rr(&x->b, ucomis(sz), 4, first, d);
        enter[n++] = x_jcc(&x->b, CC_P);
        first = XNONE;
    }
}

static void check_group(struct x86 *x)
{
    unsigned ntiny = 0, seen = 0, n = 0;
    uint32_t enter[6] = { 0 };
    const struct mi **group = NEWN(&x->cc->arena, const struct mi *, x->ngroup);
    struct xcold *c;
    bool coarse;

    for (unsigned i = 0; i < x->ngroup; i++) {
        group[i] = x->group[i];
        ntiny += tiny(group[i]);
        seen |= (unsigned)read_later(x, i) << i;
    }
    coarse = ntiny > 1 && (x->features & HF_AVX512);
    if (coarse)
        enter[n++] = check_least(x);
    for (unsigned i = 0; i < x->ngroup; i++)
        if (tiny(group[i]) && !coarse) {
            enter[n++] = x86_check_scalar(x, group[i]);
            seen |= 1u << i;
        }
    check_nans(x, enter + n, seen);
    c = x86_cold(x, COLD_GROUP, group[0], 0);
    memcpy(c->enter, enter, sizeof enter);
    c->group = group;
    c->n = (uint8_t)x->ngroup;
    c->coarse = coarse;
    c->back = x->b.n;
}

bool x86_group(struct x86 *x, const struct mi *in)
{
    if (!candidate(in))
        return false;
    x->group[x->ngroup++] = in;
    if (joins(x, in->next))
        return true;
    if (x->ngroup > 1)
        check_group(x);
    bool alone = x->ngroup == 1;

    x->ngroup = 0;
    return !alone;
}

/* All again, in order. Zeros and denormal numbers, which the check took as well, are not for the evaluator. */
void x86_slow_group(struct x86 *x, const struct xcold *c)
{
    uint32_t slow[8];
    unsigned n = 0;

    for (unsigned i = 0; i < c->n && c->coarse; i++)
        slow[n++] = x86_check_scalar(x, c->group[i]);
    if (c->coarse) {
        uint32_t at = x_jmp(&x->b);

        x_patch32(&x->b, at, (int32_t)c->back - (int32_t)(at + 4));
        for (unsigned i = 0; i < n; i++)
            x_patch32(&x->b, slow[i], (int32_t)(x->b.n - (slow[i] + 4)));
    }
    for (unsigned i = 0; i < c->n; i++)
        x86_slow(x, c->group[i]);
}
