/* Do a module's functions pass condition flags to each other? AAPCS64 (6.1.1) says no: NZCV is undefined at entries and returns, so
 * the compiler need not keep them there. Hand-written code may differ: a backward scan over the whole text finds where the flags are
 * read before they are written, and whether a call's target or return site is such a place. What stands behind a call of a function
 * that never returns is no return site, but often a block that others jump to; whether a callee returns that is reached through a
 * register (a PLT's entry, a function pointer) nobody knows, so such a block tells nothing then. The text may hold data, which looks
 * like code here and there: calls that leave the text are not believed. */
#include "passes/lift/aarch64/aarch64.h"

#include <stdlib.h>
#include <string.h>

enum { WRITES = 1, READS = 2, MAXSWEEPS = 64 };
enum { RETURNS = 1, GOES = 2 /* who knows where */ };

/* Rows whose class both writes all four flags and reads none, and those that read some. */
static unsigned effect(const struct ginsn *in)
{
    const struct ga64_row *r = &ga64_row[in->row];

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
    case GA64_C_mrs: return ga64_sysreg(in->raw) == GA64_NZCV ? READS : 0;
    case GA64_C_msr: return ga64_sysreg(in->raw) == GA64_NZCV ? WRITES : 0;
    default: return 0;
    }
}

/* An instruction that is not merely passed through; those between two of them neither touch flags nor lead elsewhere. */
struct node {
    uint32_t target;            /* the first node there or behind; n: none in the text */
    uint8_t eff, flow;
    uint8_t live;               /* flags are read from here on before they are written */
    uint8_t back;               /* what ends the function may be from here: RETURNS, GOES */
    uint8_t label;              /* a branch or jump goes here, or to what is passed through before */
};

struct scan { struct node *node; uint32_t n; };         /* node[n]: the end, where nothing is read and nothing returns */

static bool live_before(const struct scan *s, uint32_t i)
{
    const struct node *k = &s->node[i];

    if (k->eff)
        return k->eff & READS;
    switch (k->flow) {
    case GF_NEXT: return k[1].live;
    case GF_BRANCH: return k[1].live || s->node[k->target].live;
    case GF_JUMP: return s->node[k->target].live;
    default: return false;      /* calls and returns: dead by the convention, which is what is being tested */
    }
}

static uint8_t returns_from(const struct scan *s, uint32_t i)
{
    const struct node *k = &s->node[i];
    uint8_t there = k->target == s->n ? GOES : s->node[k->target].back;

    switch (k->flow) {
    case GF_BRANCH: return k[1].back | s->node[k->target].back;
    case GF_JUMP: return there;
    case GF_CALL: return there ? k[1].back : 0;
    case GF_RET: return RETURNS;
    case GF_IJUMP: return GOES;
    case GF_TRAP: return 0;
    default: return k[1].back;
    }
}

/* Until nothing changes, from the end to the start, since what is looked for goes up; false: too long for any compiler's text. */
static bool sweep(struct scan *s, bool (*one)(const struct scan *s, struct node *k, uint32_t i))
{
    for (unsigned n = 0; n < MAXSWEEPS; n++) {
        bool changed = false;

        for (uint32_t i = s->n; i-- > 0;)
            changed |= one(s, &s->node[i], i);
        if (!changed)
            return true;
    }
    return false;
}

static bool spread_live(const struct scan *s, struct node *k, uint32_t i)
{
    bool live = !k->live && live_before(s, i);

    k->live |= live;
    return live;
}

static bool spread_back(const struct scan *s, struct node *k, uint32_t i)
{
    uint8_t back = k->back | returns_from(s, i);
    bool changed = back != k->back;

    k->back = back;
    return changed;
}

static bool is_call(const struct node *k) { return k->flow == GF_CALL || k->flow == GF_ICALL; }

static bool passed(const struct scan *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const struct node *k = &s->node[i];
        uint8_t back = k->flow == GF_ICALL ? GOES : k->target < s->n ? s->node[k->target].back : 0;

        if (is_call(k) && k[1].live && (back & RETURNS || (back && !k[1].label)))
            return true;
    }
    return false;
}

/* Reading flags at the entry is passing them; reading them behind a call is if the callee returns, which few calls make it worth to find
 * out. */
static bool flags_passed(struct scan *s)
{
    bool ask = false;

    if (!sweep(s, spread_live))
        return true;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct node *k = &s->node[i];

        if (k->flow == GF_CALL && k->target < s->n && s->node[k->target].live)
            return true;
        ask |= is_call(k) && k[1].live;
    }
    return ask && (!sweep(s, spread_back) || passed(s));
}

/* Decides most words by their group (DDI 0487, C4.1) without decoding them; a test compares it with the decoder. */
bool ga64_flagscan_wants(uint32_t w)
{
    uint32_t op0 = w >> 25 & 15, top = w >> 24 & 31, opc = w >> 29 & 3;

    if (op0 < 4 || op0 >> 1 == 5)               /* reserved and SVE; branches and system */
        return true;
    if (op0 >> 1 == 4)                          /* adds, subs; ands */
        return (top == 0x11 && opc & 1) || ((w >> 23 & 63) == 0x24 && opc == 3);
    if ((op0 & 7) == 5)                         /* adds, subs; ands, bics; with carry, conditional */
        return (top == 0x0b && opc & 1) || (top == 0x0a && opc == 3) || (top == 0x1a && (w >> 21 & 1) == 0);
    return (w >> 24 & 0x5f) == 0x1e && w >> 21 & 1 && (w >> 10 & 3) != 2;       /* fcmp, fccmp, fcsel and their like */
}

/* at[]: by word, the first node at it or behind it. */
static void make_nodes(struct scan *s, const uint8_t *text, uint32_t *at, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        struct ginsn in;
        uint32_t w;

        at[i] = s->n;
        memcpy(&w, text + (size_t)i * 4, 4);
        if (!ga64_flagscan_wants(w))
            continue;
        ga64_decode(text + (size_t)i * 4, 4, (uint64_t)i * 4, &in);
        unsigned eff = effect(&in);
        unsigned flow = in.flow == GF_SYSCALL || in.flow == GF_BARRIER ? GF_NEXT : in.flow;
        if (flow != GF_NEXT || eff)
            s->node[s->n++] = (struct node){ .target = in.target / 4 < words ? (uint32_t)(in.target / 4) : words,
                                             .eff = (uint8_t)eff, .flow = (uint8_t)flow };
    }
    at[words] = s->n;
    s->node[s->n] = (struct node){ .flow = GF_TRAP };
    for (uint32_t i = 0; i < s->n; i++) {
        struct node *k = &s->node[i];

        k->target = at[k->target];
        s->node[k->target].label |= k->flow == GF_BRANCH || k->flow == GF_JUMP;
    }
}

bool ga64_flags_passed(const uint8_t *text, size_t len)
{
    uint32_t words = (uint32_t)(len / 4), *at = malloc((words + 1) * sizeof *at);
    struct scan s = { .node = malloc((words + 1) * sizeof *s.node) };
    bool r = true;

    if (at && s.node) {
        make_nodes(&s, text, at, words);
        r = flags_passed(&s);
    }
    free(at);
    free(s.node);
    return r;
}
