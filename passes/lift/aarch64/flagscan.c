/* Do a module's functions pass condition flags to each other? AAPCS64 (6.1.1) says no: NZCV is undefined at entries and returns, so
 * the compiler need not keep them there. Hand-written code may differ: a backward scan over the whole text finds where the flags are
 * read before they are written, and whether a call's target or return site is such a place. What stands behind a call of a function
 * that never returns is no return site, but often a block that others jump to; whether a callee returns that is reached through a
 * register (a PLT's entry, a function pointer) nobody knows, so such a block tells nothing then. Nor do flags that live on across a call of a
 * function that does not touch them (GCC's -fipa-ra): nobody passes them, and the caller keeps them for its own return site (pass
 * deadflags). The text may hold data, which looks like code here and there, and all of a file's constants where linkers make one segment of
 * them and the code: calls are believed among instructions only, within the text, and to where a function may start. */
#include "passes/lift/aarch64/aarch64.h"

#include <stdlib.h>
#include <string.h>

enum { WRITES = 1, READS = 2, CHANGES = 4 /* some of them, or after reading */, MAXSWEEPS = 256, AROUND = 8 };
enum { RETURNS = 1, GOES = 2 /* who knows where */ };
#define NOP_WORD 0xd503201fu

/* WRITES: all four flags, and reads none. */
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
    case GA64_C_csel: case GA64_C_fp_csel: return READS;
    case GA64_C_ccmp_reg: case GA64_C_ccmp_imm: case GA64_C_addsub_carry: case GA64_C_fp_ccmp: return READS | CHANGES;
    case GA64_C_flagm: return r->arg == OP(cfinv) ? READS | CHANGES : CHANGES;
    case GA64_C_mrs: return ga64_sysreg(in->raw) == GA64_NZCV ? READS : 0;
    case GA64_C_msr: return ga64_sysreg(in->raw) == GA64_NZCV ? WRITES : 0;
    default: return 0;
    }
}

/* An instruction that is not merely passed through; those between two of them neither touch flags nor lead elsewhere. */
struct node {
    uint32_t target;            /* the first node there or behind; n: none in the text */
    uint32_t word;              /* where it is in the text */
    uint8_t eff, flow;
    uint8_t live;               /* flags are read from here on before they are written */
    uint8_t back;               /* what ends the function may be from here: RETURNS, GOES */
    uint8_t clob;               /* flags may change from here to the function's end */
    uint8_t label;              /* a branch or jump goes here, or to what is passed through before */
};

/* node[n]: the end, where nothing is read and nothing returns. */
struct scan { struct node *node; uint32_t n; const uint8_t *text; uint32_t words; };

static bool live_before(const struct scan *s, uint32_t i)
{
    const struct node *k = &s->node[i];

    if (k->eff & (READS | WRITES))
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
    case GF_CALL: return there & RETURNS ? k[1].back : there && k[1].back ? GOES : 0;
    case GF_ICALL: return k[1].back ? GOES : 0;
    case GF_RET: return RETURNS;
    case GF_IJUMP: return GOES;
    case GF_TRAP: return 0;
    default: return k[1].back;
    }
}

static bool changed_from(const struct scan *s, uint32_t i)
{
    const struct node *k = &s->node[i];
    bool there = k->target == s->n || s->node[k->target].clob;

    if (k->eff & (WRITES | CHANGES))
        return true;
    switch (k->flow) {
    case GF_BRANCH: case GF_CALL: return k[1].clob || there;
    case GF_JUMP: return there;
    case GF_IJUMP: case GF_ICALL: return true;
    case GF_RET: case GF_TRAP: return false;
    default: return k[1].clob;
    }
}

static bool sweep(struct scan *s)
{
    bool changed = false;

    for (uint32_t i = s->n; i-- > 0;) {
        struct node *k = &s->node[i];
        uint8_t live = k->live || live_before(s, i), back = k->back | returns_from(s, i), clob = k->clob || changed_from(s, i);

        changed |= live != k->live || back != k->back || clob != k->clob;
        k->live = live;
        k->back = back;
        k->clob = clob;
    }
    return changed;
}

static bool decode_word(const struct scan *s, uint32_t word, struct ginsn *in)
{
    ga64_decode(s->text + (size_t)word * 4, 4, (uint64_t)word * 4, in);
    return in->row != 0 && in->raw >> 16 != 0;          /* udf: zeros and small numbers */
}

/* Is this word one of a row of instructions? Constants seldom look like that many. */
static bool among_code(const struct scan *s, uint32_t word)
{
    uint32_t lo = word > AROUND ? word - AROUND : 0, hi = s->words - word > AROUND ? word + AROUND : s->words - 1;
    struct ginsn in;

    for (uint32_t i = lo; i <= hi; i++)
        if (!decode_word(s, i, &in))
            return false;
    return true;
}

/* May a function start here? Nothing falls into one but padding. */
static bool may_start(const struct scan *s, uint32_t word)
{
    struct ginsn in;

    if (!word || !decode_word(s, word - 1, &in))
        return true;
    return in.flow == GF_RET || in.flow == GF_JUMP || in.flow == GF_IJUMP || in.flow == GF_TRAP || in.raw == NOP_WORD;
}

static bool passed(const struct scan *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const struct node *k = &s->node[i], *to = &s->node[k->target];
        bool call = k->flow == GF_CALL && k->target < s->n;
        uint8_t back = call ? to->back : k->flow == GF_ICALL ? GOES : 0;
        bool behind = k[1].live && (back & RETURNS || (back && !k[1].label)) && !(call && !to->clob);
        struct ginsn in;

        if (!behind && !(call && to->live))
            continue;
        if (!among_code(s, k->word) || !decode_word(s, k->word, &in))
            continue;
        uint32_t target = (uint32_t)(in.target / 4);

        if (behind || (may_start(s, target) && among_code(s, target)))
            return true;
    }
    return false;
}

/* Loads and stores, and immediate operations that set no flags: most of all code need not be decoded (C4.1, table C4-1 on). */
static bool plain(uint32_t w)
{
    unsigned group = w >> 23 & 7;

    if ((w >> 25 & 5) == 4)
        return w != 0;
    if ((w >> 26 & 7) != 4)
        return false;
    return group == 2 ? !(w >> 29 & 1) : group != 4 || (w >> 29 & 3) != 3;
}

/* at[]: by word, the first node at it or behind it. */
static void make_nodes(struct scan *s, uint32_t *at)
{
    uint32_t words = s->words;

    for (uint32_t i = 0; i < words; i++) {
        struct ginsn in;
        uint32_t w;

        at[i] = s->n;
        memcpy(&w, s->text + (size_t)i * 4, 4);
        if (plain(w))
            continue;
        ga64_decode(s->text + (size_t)i * 4, 4, (uint64_t)i * 4, &in);
        unsigned eff = effect(&in);
        unsigned flow = in.flow == GF_SYSCALL || in.flow == GF_BARRIER ? GF_NEXT : in.flow;
        if (flow != GF_NEXT || eff)
            s->node[s->n++] = (struct node){ .target = in.target / 4 < words ? (uint32_t)(in.target / 4) : words,
                                             .word = i, .eff = (uint8_t)eff, .flow = (uint8_t)flow };
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
    struct scan s = { .node = malloc((words + 1) * sizeof *s.node), .text = text, .words = words };
    bool r = true;

    if (at && s.node) {
        make_nodes(&s, at);
        unsigned k = 0;
        while (k < MAXSWEEPS && sweep(&s))
            k++;
        r = k == MAXSWEEPS || passed(&s);       /* no compiler's text needs so many: better safe */
    }
    free(at);
    free(s.node);
    return r;
}
