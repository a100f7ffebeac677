/* The text form, in: aot-ir(7). Names may be used before they are defined: operands hold NAMED | number until the end. */
#include "passes/ir/slot.h"
#include "passes/ir/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 1u << 31, NAME_MAX_NR = 1 << 22, BLOCK_MAX_NR = 1 << 22, ARGS_MAX = 1 << 20 };

/* A phi before predecessors are known: its arguments with the blocks they come from. */
struct parse_phi { ir_ref ref; ir_blk blk; uint32_t n, *from; ir_ref *val; size_t off; };

struct parse {
    struct cc *cc;
    struct ir_func *f;
    const char *text, *p, *end;
    ir_ref *name; uint32_t capname;     /* ref of each number; 0: not defined yet */
    size_t *usedat; uint32_t capused;   /* 1 + where each number was first used */
    struct parse_phi *phi; uint32_t nphi, capphi;
    ir_blk maxblk; size_t maxblkat;     /* highest block number named, and where */
};

static noreturn void bad(struct parse *s, size_t off, const char *what)
{
    uint32_t line = 1;
    char near[24];
    size_t n = 0;

    for (const char *c = s->text; c < s->text + off; c++)
        line += *c == '\n';
    while (off + n < (size_t)(s->end - s->text) && n < sizeof near - 1 && (unsigned char)s->text[off + n] >= ' '
           && (unsigned char)s->text[off + n] < 127) {
        near[n] = s->text[off + n];
        n++;
    }
    near[n] = 0;
    cc_bail(s->cc, ST_BADFORMAT, off, "line %u: %s at '%s'", line, what, near);
}

static size_t here(const struct parse *s)
{
    return (size_t)(s->p - s->text);
}

/* ---- tokens ---- */

static void skip_space(struct parse *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
    if (s->p < s->end && *s->p == ';')
        while (s->p < s->end && *s->p != '\n')
            s->p++;
}

static void skip_lines(struct parse *s)
{
    for (skip_space(s); s->p < s->end && *s->p == '\n'; skip_space(s))
        s->p++;
}

static bool peek(struct parse *s, char c)
{
    skip_space(s);
    return s->p < s->end && *s->p == c;
}

static bool accept(struct parse *s, char c)
{
    if (!peek(s, c))
        return false;
    s->p++;
    return true;
}

static void expect(struct parse *s, char c)
{
    char what[] = "expected ' '";

    if (accept(s, c))
        return;
    what[10] = c;
    bad(s, here(s), c == '\n' ? "expected the end of the line" : what);
}

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '@';
}

/* A word of letters, digits and `extra`; its length. */
static size_t word(struct parse *s, char extra, const char **w)
{
    skip_space(s);
    *w = s->p;
    while (s->p < s->end && (word_char(*s->p) || *s->p == extra))
        s->p++;
    return (size_t)(s->p - *w);
}

static bool same(const char *w, size_t n, const char *lit)
{
    return strlen(lit) == n && memcmp(w, lit, n) == 0;
}

static bool accept_word(struct parse *s, const char *lit)
{
    const char *save = s->p, *w;
    size_t n = word(s, '_', &w);

    if (same(w, n, lit))
        return true;
    s->p = save;
    return false;
}

static int digit(char c, unsigned base)
{
    int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;

    return d < (int)base ? d : -1;
}

/* An unsigned number, decimal or 0x hexadecimal, without leading space. */
static uint64_t number(struct parse *s)
{
    unsigned base = 10;
    size_t off = here(s);
    uint64_t v = 0;
    const char *first;

    if (s->end - s->p > 2 && s->p[0] == '0' && s->p[1] == 'x') {
        base = 16;
        s->p += 2;
    }
    for (first = s->p; s->p < s->end && digit(*s->p, base) >= 0; s->p++)
        if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, (unsigned)digit(*s->p, base), &v))
            bad(s, off, "number too large");
    if (s->p == first)
        bad(s, off, "expected a number");
    return v;
}

static uint64_t small_number(struct parse *s, uint64_t max, const char *what)
{
    size_t off = here(s);
    uint64_t v = number(s);

    if (v > max)
        bad(s, off, what);
    return v;
}

static uint64_t pc(struct parse *s)
{
    skip_space(s);
    return number(s);
}

static enum ir_type type(struct parse *s)
{
    const char *w;
    size_t n = word(s, '_', &w);

    for (unsigned t = 0; t < T_COUNT; t++)
        if (same(w, n, ir_type_name(t)))
            return t;
    bad(s, (size_t)(w - s->text), "expected a type");
}

static uint32_t slot(struct parse *s)
{
    const char *w;
    size_t n = word(s, '.', &w);

    for (uint32_t i = 0; i < s->f->nslot; i++)
        if (same(w, n, s->f->slot[i].name))
            return i;
    bad(s, (size_t)(w - s->text), "no such slot");
}

static ir_blk block(struct parse *s)
{
    uint64_t b;
    size_t off;

    expect(s, 'b');
    off = here(s);
    b = small_number(s, BLOCK_MAX_NR, "block number too large");
    if (b == 0)
        bad(s, off, "blocks are numbered from 1");
    if (b > s->maxblk) {
        s->maxblk = (ir_blk)b;
        s->maxblkat = off;
    }
    return (ir_blk)b;
}

/* ---- values ---- */

static uint32_t value_number(struct parse *s)
{
    uint64_t n = small_number(s, NAME_MAX_NR, "value number too large");

    s->name = arena_grow(&s->cc->arena, s->name, &s->capname, (uint32_t)n + 1, sizeof *s->name);
    s->usedat = arena_grow(&s->cc->arena, s->usedat, &s->capused, (uint32_t)n + 1, sizeof *s->usedat);
    return (uint32_t)n;
}

static ir_ref literal(struct parse *s, enum ir_type deflt)
{
    size_t off = here(s);
    bool neg = accept(s, '-');
    uint64_t v = number(s);
    enum ir_type t = s->p < s->end && *s->p == ':' ? (s->p++, type(s)) : deflt;
    unsigned w = ir_type_bits(t);

    if (w == 0)
        bad(s, off, "this literal needs a type, as in 1:i64");
    if (neg ? v > UINT64_C(1) << (w < 64 ? w - 1 : 63) : w < 64 && v >> w)
        bad(s, off, "literal does not fit its type");
    return ir_const(s->f, t, neg ? -v : v);
}

static ir_ref value(struct parse *s, enum ir_type deflt)
{
    uint64_t v;

    if (accept(s, '%')) {
        size_t off = here(s);
        uint32_t n = value_number(s);

        if (!s->usedat[n])
            s->usedat[n] = off + 1;
        return NAMED | n;
    }
    if (!accept_word(s, "gpc"))
        return literal(s, deflt);
    expect(s, '(');
    v = pc(s);
    expect(s, ')');
    if (!s->f->pic)
        bad(s, here(s), "gpc() in a function that is not pic");
    return ir_gpc(s->f, v);
}

/* ---- instructions ---- */

/* Lane and immediate of a VOP. */
static void parse_lane(struct parse *s, struct ir_insn *in)
{
    static const char *const lane[4] = { "i8", "i16", "i32", "i64" };
    const char *w;
    size_t n;
    unsigned k = 0;

    expect(s, '.');
    n = word(s, '_', &w);
    while (k < 4 && !same(w, n, lane[k]))
        k++;
    if (k == 4)
        bad(s, (size_t)(w - s->text), "no such lane: i8, i16, i32, i64");
    in->flags = (uint8_t)k;
    if (s->p < s->end && *s->p == '.') {
        s->p++;
        expect(s, 'n');
        in->flags = (uint8_t)VL(k, small_number(s, 63, "immediate above 63"));
    }
}

static void parse_pattern(struct parse *s, struct ir_insn *in)
{
    uint8_t b[16];

    skip_space(s);
    if (s->end - s->p < 34 || s->p[0] != '0' || s->p[1] != 'x')
        bad(s, here(s), "a pattern is 0x and 32 digits");
    for (unsigned i = 0; i < 16; i++) {
        int hi = digit(s->p[2 + i * 2], 16), lo = digit(s->p[3 + i * 2], 16);

        if (hi < 0 || lo < 0)
            bad(s, here(s), "a pattern is 0x and 32 digits");
        b[i] = (uint8_t)(hi << 4 | lo);
    }
    s->p += 34;
    in->c = ir_pattern(s->f, b);
}

static void parse_flags(struct parse *s, struct ir_insn *in)
{
    const struct text_flag *t;
    const char *w;
    size_t n;

    if (ir_opinfo[in->op].flags & F_VEC) {
        parse_lane(s, in);
        return;
    }

    while (s->p < s->end && *s->p == '.') {
        s->p++;
        n = word(s, '_', &w);
        for (t = text_flags_of(in->op); t && t->word && !same(w, n, t->word); t++)
            ;
        if (t && t->word) {     /* before raw flags: f16, f32 and f64 are words of some ops */
            in->flags |= t->value;
        } else if (n > 1 && w[0] == 'f' && digit(w[1], 10) >= 0) {
            s->p = w + 1;
            in->flags = (uint8_t)small_number(s, 255, "flags above 255");
        } else {
            bad(s, (size_t)(w - s->text), "no such flag of this op");
        }
    }
}

static void parse_phi(struct parse *s, struct ir_insn *in, ir_blk b)
{
    struct parse_phi phi = { .blk = b, .off = here(s) };
    uint32_t capf = 0, capv = 0;

    if (!peek(s, '\n'))
        do {
            if (phi.n == ARGS_MAX)
                bad(s, here(s), "too many phi arguments");
            phi.from = arena_grow(&s->cc->arena, phi.from, &capf, phi.n + 1, sizeof *phi.from);
            phi.val = arena_grow(&s->cc->arena, phi.val, &capv, phi.n + 1, sizeof *phi.val);
            expect(s, '[');
            phi.from[phi.n] = block(s);
            expect(s, ':');
            phi.val[phi.n++] = value(s, in->type);
            expect(s, ']');
        } while (accept(s, ','));
    s->phi = arena_grow(&s->cc->arena, s->phi, &s->capphi, s->nphi + 1, sizeof *s->phi);
    s->phi[s->nphi++] = phi;
}

static void parse_at(struct parse *s, struct ir_insn *in)
{
    struct ir_snapent *ent = NULL;
    uint32_t n = 0, cap = 0;
    uint64_t at = pc(s), snap = at;

    in->b = (uint32_t)at;
    in->c = (uint32_t)(at >> 32);
    if (accept_word(s, "snap"))
        snap = pc(s);
    else if (!peek(s, '['))
        return;
    expect(s, '[');
    while (!peek(s, ']')) {
        if (n)
            expect(s, ',');
        ent = arena_grow(&s->cc->arena, ent, &cap, n + 1, sizeof *ent);
        ent[n].slot = slot(s);
        expect(s, '=');
        ent[n].val = value(s, s->f->slot[ent[n].slot].type);
        n++;
    }
    expect(s, ']');
    in->a = ir_snap_new(s->f, snap, ent, n) + 1;
}

static void parse_switch(struct parse *s, struct ir_insn *in)
{
    struct ir_func *f = s->f;
    struct ir_switch sw = { .n = 0 };
    uint32_t cap = 0;

    in->a = value(s, T_I64);
    expect(s, ',');
    expect(s, '[');
    while (!peek(s, ']')) {
        if (sw.n)
            expect(s, ',');
        sw.target = arena_grow(&s->cc->arena, sw.target, &cap, sw.n + 1, sizeof *sw.target);
        sw.target[sw.n++] = block(s);
    }
    expect(s, ']');
    expect(s, ',');
    sw.deflt = block(s);
    f->sw = arena_grow(&s->cc->arena, f->sw, &f->capsw, f->nsw + 1, sizeof *f->sw);
    f->sw[f->nsw] = sw;
    in->b = f->nsw++;
}

static uint32_t parse_ret(struct parse *s)
{
    struct ir_func *f = s->f;

    if (!accept_word(s, "ret"))
        bad(s, here(s), "expected 'ret' and the return pc");
    f->retpc = arena_grow(&s->cc->arena, f->retpc, &f->capretpc, f->nretpc + 1, sizeof *f->retpc);
    f->retpc[f->nretpc] = pc(s);
    return f->nretpc++;
}

static void parse_trap(struct parse *s, struct ir_insn *in)
{
    const char *w;
    size_t n = word(s, '_', &w);
    uint64_t at;

    while (in->a < TRAP_COUNT && !same(w, n, text_trap[in->a]))
        in->a++;
    if (in->a == TRAP_COUNT)
        bad(s, (size_t)(w - s->text), "no such trap");
    at = pc(s);
    in->b = (uint32_t)at;
    in->c = (uint32_t)(at >> 32);
}

/* The base in brackets, with a displacement when the op has one. */
static ir_ref parse_address(struct parse *s, struct ir_insn *in)
{
    ir_ref base;
    bool neg;
    uint64_t d;

    expect(s, '[');
    base = value(s, T_I64);
    if (ir_opinfo[in->op].sig[3] == 'd' && ((neg = peek(s, '-')) || peek(s, '+'))) {
        s->p++;
        skip_space(s);
        d = small_number(s, UINT64_C(0x7fffffff) + neg, "displacement too large");
        in->c = (uint32_t)(neg ? -d : d);
    }
    expect(s, ']');
    return base;
}

static void parse_operands(struct parse *s, struct ir_insn *in, enum ir_type printed)
{
    const char *sig = ir_opinfo[in->op].sig;
    uint32_t *v[3] = { &in->a, &in->b, &in->c };
    uint64_t at;
    bool first = true;

    for (unsigned i = 0; i < 3; i++) {
        char c = sig[i + 1];

        if (c == '-' || c == 'd' || (c == 'X' && in->op != IR_vshuf))
            continue;
        if (in->op == IR_helper && peek(s, '\n'))
            break;
        if (!first)
            expect(s, ',');
        first = false;
        if (c == 'X') {
            parse_pattern(s, in);
        } else if (c == 'B') {
            *v[i] = block(s);
        } else if (c == 's') {
            *v[i] = slot(s);
        } else if (c == 'p') {
            at = pc(s);
            in->b = (uint32_t)at;
            in->c = (uint32_t)(at >> 32);
        } else {
            *v[i] = text_is_memory(in->op) && i == 0 ? parse_address(s, in)
                                                     : value(s, text_operand_type(s->f, in, i, printed));
        }
    }
}

static enum ir_op opcode(struct parse *s)
{
    const char *w;
    size_t n = word(s, '_', &w);

    for (unsigned op = IR_nop + 1; op < IR_NOPS; op++)
        if (same(w, n, ir_opinfo[op].name) && op != IR_const && op != IR_gpc)
            return op;
    bad(s, (size_t)(w - s->text), "no such op");
}

/* The slot's or value's type is implied by what is stored. */
static void parse_body(struct parse *s, struct ir_insn *in, enum ir_type printed, ir_blk b)
{
    switch (in->op) {
    case IR_phi:    parse_phi(s, in, b); break;
    case IR_at:     parse_at(s, in); break;
    case IR_switch: parse_switch(s, in); break;
    case IR_trap:   parse_trap(s, in); break;
    case IR_icall:
        in->a = value(s, T_I64);
        in->b = parse_ret(s);
        break;
    case IR_call:
        parse_operands(s, in, printed);
        in->a = parse_ret(s);
        break;
    default:
        parse_operands(s, in, printed);
        if (in->op == IR_put)
            in->type = s->f->slot[in->a].type;
    }
}

static void parse_insn(struct parse *s, ir_blk b)
{
    struct ir_insn in = { .op = IR_nop };
    size_t off = here(s);
    uint32_t name = 0;
    enum ir_type printed = T_VOID;
    bool named = accept(s, '%');

    if (named) {
        name = value_number(s);
        if (s->name[name] || name == 0)
            bad(s, off, "value defined twice, or number 0");
        expect(s, '=');
    }
    in.op = opcode(s);
    parse_flags(s, &in);
    if (text_has_type(in.op))
        in.type = printed = type(s);
    if (ir_opinfo[in.op].flags & F_CMP)
        in.type = T_I1;
    if (named != (ir_opinfo[in.op].sig[0] == 'r' && in.type != T_VOID))
        bad(s, off, named ? "this op yields no value" : "the value needs a name, as in %1 =");
    if (in.op == IR_helper) {
        expect(s, '#');
        in.flags = (uint8_t)small_number(s, 255, "helper number above 255");
    }
    parse_body(s, &in, printed, b);
    ir_block_at(s->f, b);
    if (in.op == IR_phi)
        s->phi[s->nphi - 1].ref = s->f->ninsn;
    off = s->f->ninsn;
    ir_emit(s->f, in.op, in.type, in.flags, in.a, in.b, in.c);
    if (named)
        s->name[name] = (ir_ref)off;
}

static void parse_block(struct parse *s)
{
    struct { const char *word; uint32_t flag; } words[] = { { "entry", BLK_ENTRY }, { "retsite", BLK_RETSITE }, { "cold",
        BLK_COLD } };
    size_t off = here(s);
    ir_blk b = block(s);
    uint32_t flags = 0;
    uint64_t at;

    if (b != s->f->nblock)
        bad(s, off, "blocks must be numbered in order");
    expect(s, ':');
    at = pc(s);
    for (unsigned i = 0; i < ARRAY_LEN(words); i++)
        if (accept_word(s, words[i].word))
            flags |= words[i].flag;
    expect(s, '\n');
    ir_block_new(s->f, at, flags);
    for (skip_lines(s); !peek(s, '}'); skip_lines(s)) {
        const char *c = s->p;

        if (s->end - c > 1 && c[0] == 'b' && digit(c[1], 10) >= 0)
            return;
        parse_insn(s, b);
        expect(s, '\n');
    }
}

/* ---- after the text ---- */

static void resolve(struct parse *s, uint32_t *r)
{
    uint32_t n = *r & ~(uint32_t)NAMED;

    if (!(*r & NAMED))
        return;
    if (!s->name[n])
        bad(s, s->usedat[n] - 1, "value is never defined:");
    *r = s->name[n];
}

static void resolve_all(struct parse *s)
{
    struct ir_func *f = s->f;

    for (ir_ref r = 1; r < f->ninsn; r++) {
        uint32_t *v[3];
        unsigned n = ir_operands(&f->insn[r], v);

        while (n--)
            resolve(s, v[n]);
    }
    for (uint32_t i = 0; i < f->nsnap; i++)
        for (uint32_t j = 0; j < f->snap[i].n; j++)
            resolve(s, &f->snap[i].ent[j].val);
    for (uint32_t i = 0; i < s->nphi; i++)
        for (uint32_t j = 0; j < s->phi[i].n; j++)
            resolve(s, &s->phi[i].val[j]);
}

/* Arguments in the order of the block's predecessors; of two edges from one block, in the order of the text. */
static void place_phi(struct parse *s, struct parse_phi *phi)
{
    struct ir_func *f = s->f;
    const struct ir_block *k = &f->block[phi->blk];

    if (phi->n != k->npred)
        bad(s, phi->off, "as many phi arguments are needed as the block has predecessors");
    f->insn[phi->ref].a = f->nphiarg;
    f->insn[phi->ref].b = phi->n;
    f->phiarg = arena_grow(&s->cc->arena, f->phiarg, &f->capphiarg, f->nphiarg + phi->n, sizeof *f->phiarg);
    for (uint32_t i = 0; i < phi->n; i++) {
        uint32_t j = 0;

        while (j < phi->n && phi->from[j] != k->pred[i])
            j++;
        if (j == phi->n)
            bad(s, phi->off, "the phi lacks a predecessor of its block");
        phi->from[j] = IR_NONE;
        f->phiarg[f->nphiarg++] = phi->val[j];
    }
}

static void parse_header(struct parse *s, const struct guest_slot *slots, uint32_t nslot)
{
    char name[sizeof s->f->name];
    const char *w;
    size_t n;

    skip_lines(s);
    if (!accept_word(s, "func"))
        bad(s, here(s), "expected 'func'");
    n = word(s, '.', &w);
    if (n == 0 || n >= sizeof name)
        bad(s, (size_t)(w - s->text), "expected a name of 1 to 63 characters");
    memcpy(name, w, n);
    name[n] = 0;
    s->f = ir_func_new(s->cc, name, slots, nslot);
    s->f->pic = accept_word(s, "pic");
    expect(s, '{');
    expect(s, '\n');
    skip_lines(s);
}

struct ir_func *ir_parse(struct cc *cc, const char *text, size_t len, const struct guest_slot *slots, uint32_t nslot)
{
    struct parse s = { .cc = cc, .text = text, .p = text, .end = text + len };

    parse_header(&s, slots, nslot);
    while (!accept(&s, '}'))
        parse_block(&s);
    skip_lines(&s);
    if (s.p < s.end)
        bad(&s, here(&s), "text after the function");
    if (s.maxblk >= s.f->nblock)
        bad(&s, s.maxblkat, "no such block:");
    resolve_all(&s);
    ir_cfg(s.f);
    for (uint32_t i = 0; i < s.nphi; i++)
        place_phi(&s, &s.phi[i]);
    return s.f;
}
