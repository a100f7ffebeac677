/* Assembler text as binutils 2.40's objdump -M no-aliases prints it: one form per encoding, no comments.
 *
 * A row's operands are words and punctuation; "," prints as ", ", "+" prints nothing (it only separates words), digits and
 * other characters print themselves. Words:
 *   registers   a letter for the kind, one for the field, then a modifier. Kinds: R by sf, W, X; B H S D Q; V vector; A F P by
 *               size, bit 22, ftype; L twice A's size; G K by immh and twice that. Fields: d t bits 4:0, n 9:5, m s 20:16,
 *               a u 14:10. Modifiers: s: 31 is the stack pointer; 2: the next register; 4: only four bits (V only).
 *   .arrangement  put_arrangement's, and fixed ones, which print themselves
 *   the rest    words[] */
#include "passes/lift/aarch64/aarch64.h"
#include "passes/lift/share.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct optext {
    struct text o;
    const struct ginsn *in;
    const struct ga64_row *row;
    uint32_t w;
};

static uint32_t fld(const struct optext *t, unsigned hi, unsigned lo)
{
    return ga64_bits(t->w, hi, lo);
}

static unsigned immh_log2(const struct optext *t)
{
    unsigned immh = fld(t, 22, 19);

    return immh ? 31 - (unsigned)__builtin_clz(immh) : 0;
}

static unsigned imm5_log2(const struct optext *t)
{
    unsigned imm5 = fld(t, 20, 16);

    return imm5 ? (unsigned)__builtin_ctz(imm5) : 0;
}

/* ---- registers ---- */
static void put_gpr(struct optext *t, bool wide, unsigned n, bool sp)
{
    if (n == 31)
        text_put(&t->o, "%s%s", wide ? "" : "w", sp ? "sp" : wide ? "xzr" : "zr");
    else
        text_put(&t->o, "%c%u", wide ? 'x' : 'w', n);
}

static unsigned reg_field(const struct optext *t, char field)
{
    switch (field) {
    case 'n': return fld(t, 9, 5);
    case 'm': case 's': return fld(t, 20, 16);
    case 'a': case 'u': return fld(t, 14, 10);
    default: return fld(t, 4, 0);
    }
}

static void put_reg(struct optext *t, const char *word, size_t len)
{
    unsigned n = reg_field(t, word[1]), size = fld(t, 23, 22);
    char mod = len > 2 ? word[2] : 0;

    switch (word[0]) {
    case 'R': put_gpr(t, t->w >> 31, n, mod == 's'); break;
    case 'W': case 'X': put_gpr(t, word[0] == 'X', mod == '2' ? (n + 1) & 31 : n, mod == 's'); break;
    case 'V': text_put(&t->o, "v%u", mod == '4' ? n & 15 : n); break;
    case 'A': text_put(&t->o, "%c%u", "bhsd"[size], n); break;
    case 'L': text_put(&t->o, "%c%u", "hsdq"[size], n); break;
    case 'F': text_put(&t->o, "%c%u", "sd"[size & 1], n); break;
    case 'P': text_put(&t->o, "%c%u", "sd?h"[size], n); break;
    case 'G': text_put(&t->o, "%c%u", "bhsd"[immh_log2(t)], n); break;
    case 'K': text_put(&t->o, "%c%u", "hsdq"[immh_log2(t)], n); break;
    default: text_put(&t->o, "%c%u", tolower(word[0]), n); break;
    }
}

/* ---- arrangements ---- */
static void put_lanes(struct optext *t, unsigned log2, bool q)
{
    text_put(&t->o, "%u%c", (q ? 16u : 8u) >> log2, "bhsdq"[log2]);
}

static bool word_is(const char *word, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(word, name, len) == 0;
}

static void put_arrangement(struct optext *t, const char *word, size_t len)
{
    bool q = fld(t, 30, 30);
    unsigned size = fld(t, 23, 22);

    if (word_is(word, len, "T"))
        put_lanes(t, size, q);
    else if (word_is(word, len, "L"))           /* T's lanes widened: a whole register of them */
        put_lanes(t, size + 1, true);
    else if (word_is(word, len, "P"))           /* T's lanes widened in pairs */
        put_lanes(t, size + 1, q);
    else if (word_is(word, len, "F"))
        put_lanes(t, 2 + (size & 1), q);
    else if (word_is(word, len, "F1"))
        put_lanes(t, 2 + (size & 1), size & 1);
    else if (word_is(word, len, "M"))
        put_lanes(t, immh_log2(t), q);
    else if (word_is(word, len, "ML"))
        put_lanes(t, immh_log2(t) + 1, true);
    else if (word_is(word, len, "I"))
        put_lanes(t, imm5_log2(t), q);
    else if (word_is(word, len, "D"))
        put_lanes(t, 3, q);
    else if (word_is(word, len, "8"))
        put_lanes(t, 0, q);
    else if (word_is(word, len, "4"))
        put_lanes(t, 1, q);
    else if (word_is(word, len, "2"))
        put_lanes(t, 2, q);
    else if (word_is(word, len, "h2"))          /* half as many half-precision lanes as fit */
        text_put(&t->o, q ? "4h" : "2h");
    else
        text_put(&t->o, "%.*s", (int)len, word);
}

/* ---- words ---- */
static void w_label(struct optext *t) { text_put(&t->o, "0x%" PRIx64, t->in->pc + (uint64_t)t->in->imm); }
static void w_page(struct optext *t) { text_put(&t->o, "0x%" PRIx64, (t->in->pc & ~UINT64_C(0xfff)) + (uint64_t)t->in->imm); }
static void w_limm(struct optext *t) { text_put(&t->o, "#0x%" PRIx64, (uint64_t)t->in->imm); }
static void w_imm(struct optext *t) { text_put(&t->o, "#%" PRId64, t->in->imm); }
static void w_immr(struct optext *t) { text_put(&t->o, "#%u", fld(t, 21, 16)); }
static void w_imms(struct optext *t) { text_put(&t->o, "#%u", fld(t, 15, 10)); }
static void w_imm15(struct optext *t) { text_put(&t->o, "#%u", fld(t, 20, 15)); }
static void w_imm2(struct optext *t) { text_put(&t->o, "%u", fld(t, 13, 12)); }
static void w_mask(struct optext *t) { text_put(&t->o, "#%u", fld(t, 3, 0)); }
static void w_nzcv(struct optext *t) { text_put(&t->o, "#0x%x", fld(t, 3, 0)); }
static void w_ximm5(struct optext *t) { text_put(&t->o, "#0x%x", fld(t, 20, 16)); }
static void w_ximm16(struct optext *t) { text_put(&t->o, "#0x%x", fld(t, 20, 5)); }
static void w_uimm(struct optext *t) { text_put(&t->o, "#%u", fld(t, 15, 0)); }
static void w_bitno(struct optext *t) { text_put(&t->o, "#%u", fld(t, 31, 31) << 5 | fld(t, 23, 19)); }
static void w_hint(struct optext *t) { text_put(&t->o, "#0x%x", fld(t, 11, 5)); }
static void w_zero(struct optext *t) { text_put(&t->o, "#0"); }
static void w_zerof(struct optext *t) { text_put(&t->o, "#0.0"); }
static void w_fbits(struct optext *t) { text_put(&t->o, "#%u", 64 - fld(t, 15, 10)); }
static void w_shl(struct optext *t) { text_put(&t->o, "#%u", fld(t, 22, 16) - (8u << immh_log2(t))); }
static void w_shr(struct optext *t) { text_put(&t->o, "#%u", (16u << immh_log2(t)) - fld(t, 22, 16)); }
static void w_shll(struct optext *t) { text_put(&t->o, "#%u", 8u << fld(t, 23, 22)); }
static void w_extimm(struct optext *t) { text_put(&t->o, "#%u", fld(t, 14, 11)); }
static void w_rot11(struct optext *t) { text_put(&t->o, "#%u", fld(t, 12, 11) * 90); }
static void w_rot12(struct optext *t) { text_put(&t->o, "#%u", fld(t, 12, 12) ? 270u : 90u); }
static void w_rot13(struct optext *t) { text_put(&t->o, "#%u", fld(t, 14, 13) * 90); }
static void w_ix5(struct optext *t) { text_put(&t->o, "%u", fld(t, 20, 16) >> (imm5_log2(t) + 1)); }
static void w_ix4(struct optext *t) { text_put(&t->o, "%u", fld(t, 14, 11) >> imm5_log2(t)); }
static void w_hlm(struct optext *t) { text_put(&t->o, "%u", fld(t, 11, 11) << 2 | fld(t, 21, 20)); }
static void w_hl(struct optext *t) { text_put(&t->o, "%u", fld(t, 11, 11) << 1 | fld(t, 21, 21)); }
static void w_h1(struct optext *t) { text_put(&t->o, "%u", fld(t, 11, 11)); }
static void w_fimm(struct optext *t) { text_put(&t->o, "#%.18e", ga64_fpimm(fld(t, 20, 13))); }
static void w_vfimm(struct optext *t) { text_put(&t->o, "#%.18e", ga64_fpimm(fld(t, 18, 16) << 5 | fld(t, 9, 5))); }
static void w_vimm64(struct optext *t) { text_put(&t->o, "#0x%" PRIx64, ga64_imm64(t->w)); }

static void w_aimm(struct optext *t)
{
    text_put(&t->o, "#0x%x%s", fld(t, 21, 10), fld(t, 22, 22) ? ", lsl #12" : "");
}

static void w_mimm(struct optext *t)
{
    text_put(&t->o, "#0x%x", fld(t, 20, 5));
    if (fld(t, 22, 21))
        text_put(&t->o, ", lsl #%u", fld(t, 22, 21) * 16);
}

static void w_oimm(struct optext *t)
{
    if (t->in->imm)
        text_put(&t->o, ", #%" PRId64, t->in->imm);
}

static const char *const shift_name[4] = { "lsl", "lsr", "asr", "ror" };
static const char *const extend_name[8] = { "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx" };

static void w_sh(struct optext *t)
{
    if (fld(t, 23, 22) || fld(t, 15, 10))
        text_put(&t->o, ", %s #%u", shift_name[fld(t, 23, 22)], fld(t, 15, 10));
}

/* Extended register of add and subtract. With a stack pointer the full-width extension is LSL, left out at 0 (C6.2.4). The flag
 * setting forms have a zero register as destination. */
static void w_ext(struct optext *t)
{
    unsigned option = fld(t, 15, 13), amount = fld(t, 12, 10);
    bool sets_flags = fld(t, 29, 29), sp = fld(t, 9, 5) == 31 || (fld(t, 4, 0) == 31 && !sets_flags);

    put_gpr(t, t->w >> 31 && (option & 3) == 3, fld(t, 20, 16), false);
    if (sp && option == (t->w >> 31 ? 3u : 2u)) {
        if (amount)
            text_put(&t->o, ", lsl #%u", amount);
        return;
    }
    text_put(&t->o, ", %s", extend_name[option]);
    if (amount)
        text_put(&t->o, " #%u", amount);
}

/* Register offset: the amount is the access's size or 0; S prints it even when that is 0 (bytes). */
static void w_roff(struct optext *t)
{
    unsigned option = fld(t, 15, 13), amount = fld(t, 12, 12) ? t->row->arg & GA64_MEM_LOG2 : 0;

    put_gpr(t, option & 1, fld(t, 20, 16), false);
    if (option == 3 && !fld(t, 12, 12))
        return;
    text_put(&t->o, ", %s", option == 3 ? "lsl" : extend_name[option]);
    if (fld(t, 12, 12))
        text_put(&t->o, " #%u", amount);
}

static const char *const cond_name[16] = {
    "eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
};

static void w_cond(struct optext *t)
{
    text_put(&t->o, "%s", cond_name[fld(t, 15, 12)]);
}

static void w_retx(struct optext *t)
{
    if (fld(t, 9, 5) != 30)
        put_gpr(t, true, fld(t, 9, 5), false);
}

static void w_barimm(struct optext *t)
{
    if (fld(t, 11, 8) != 15)
        text_put(&t->o, "#0x%x", fld(t, 11, 8));
}

static void w_barrier(struct optext *t)
{
    static const char *const name[16] = {
        [1] = "oshld", [2] = "oshst", [3] = "osh", [5] = "nshld", [6] = "nshst", [7] = "nsh",
        [9] = "ishld", [10] = "ishst", [11] = "ish", [13] = "ld", [14] = "st", [15] = "sy",
    };
    unsigned crm = fld(t, 11, 8);

    if (name[crm])
        text_put(&t->o, "%s", name[crm]);
    else
        text_put(&t->o, "#0x%02x", crm);
}

static void put_sys(struct optext *t)
{
    text_put(&t->o, "#%u, C%u, C%u, #%u", fld(t, 18, 16), fld(t, 15, 12), fld(t, 11, 8), fld(t, 7, 5));
}

static void w_sysop(struct optext *t)
{
    put_sys(t);
    if (fld(t, 4, 0) != 31)
        text_put(&t->o, ", x%u", fld(t, 4, 0));
}

static void w_syslop(struct optext *t)
{
    put_gpr(t, true, fld(t, 4, 0), false);
    text_put(&t->o, ", ");
    put_sys(t);
}

static void w_sysreg(struct optext *t)
{
    const char *name = ga64_sysreg_name(ga64_sysreg(t->w));

    if (name)
        text_put(&t->o, "%s", name);
    else
        text_put(&t->o, "s%u_%u_c%u_c%u_%u", fld(t, 20, 19), fld(t, 18, 16), fld(t, 15, 12), fld(t, 11, 8), fld(t, 7, 5));
}

static void w_prfop(struct optext *t)
{
    static const char *const type[4] = { "pld", "pli", "pst", NULL };
    unsigned op = fld(t, 4, 0);

    if (op >> 3 == 3 || (op >> 1 & 3) == 3)
        text_put(&t->o, "#0x%02x", op);
    else
        text_put(&t->o, "%sl%u%s", type[op >> 3], (op >> 1 & 3) + 1, op & 1 ? "strm" : "keep");
}

/* Modified immediate: cmode 0xxx shifts 32-bit lanes by 0 to 24, 10xx 16-bit ones by 0 or 8, 110x shifts ones in. */
static void w_vimm(struct optext *t)
{
    unsigned cmode = fld(t, 15, 12), amount = cmode < 8 ? (cmode >> 1) * 8 : cmode < 12 ? (cmode >> 1 & 1) * 8 : 0;

    text_put(&t->o, "#0x%x", fld(t, 18, 16) << 5 | fld(t, 9, 5));
    if (cmode >> 1 == 6)
        text_put(&t->o, ", msl #%u", cmode & 1 ? 16u : 8u);
    else if (amount)
        text_put(&t->o, ", lsl #%u", amount);
}

/* ---- register lists ---- */
/* {v1.T, v2.T}; more than two registers that do not wrap around print as a range. suffix: after the '.'. */
static void put_list(struct optext *t, unsigned first, unsigned n, const char *suffix)
{
    unsigned last = (first + n - 1) & 31;

    text_put(&t->o, "{v%u.%s", first, suffix);
    if (n > 2 && last > first)
        text_put(&t->o, "-v%u.%s", last, suffix);
    else
        for (unsigned i = 1; i < n; i++)
            text_put(&t->o, ", v%u.%s", (first + i) & 31, suffix);
    text_put(&t->o, "}");
}

static void put_vector_list(struct optext *t, unsigned n)
{
    char arr[8];
    unsigned log2 = fld(t, 11, 10);

    snprintf(arr, sizeof arr, "%u%c", (fld(t, 30, 30) ? 16u : 8u) >> log2, "bhsd"[log2]);
    put_list(t, fld(t, 4, 0), n, arr);
}

static void put_lane_list(struct optext *t, unsigned n)
{
    static const char *const lane[4] = { "b", "h", "s", "d" };

    put_list(t, fld(t, 4, 0), n, lane[t->row->arg & 3]);
}

static void w_vl1(struct optext *t) { put_vector_list(t, 1); }
static void w_vl2(struct optext *t) { put_vector_list(t, 2); }
static void w_vl3(struct optext *t) { put_vector_list(t, 3); }
static void w_vl4(struct optext *t) { put_vector_list(t, 4); }
static void w_vs1(struct optext *t) { put_lane_list(t, 1); }
static void w_vs2(struct optext *t) { put_lane_list(t, 2); }
static void w_vs3(struct optext *t) { put_lane_list(t, 3); }
static void w_vs4(struct optext *t) { put_lane_list(t, 4); }
static void w_tbl(struct optext *t) { put_list(t, fld(t, 9, 5), fld(t, 14, 13) + 1, "16b"); }

/* Lane of a single-structure access: Q:S:size without the bits that the lane's size takes. */
static void w_lane(struct optext *t)
{
    text_put(&t->o, "%u", (fld(t, 30, 30) << 3 | fld(t, 12, 10)) >> (t->row->arg & 3));
}

/* Post-index by Xm, or (31) by the bytes that were transferred. */
static void put_post(struct optext *t, unsigned bytes)
{
    if (fld(t, 20, 16) == 31)
        text_put(&t->o, "#%u", bytes);
    else
        put_gpr(t, true, fld(t, 20, 16), false);
}

static unsigned list_regs(const struct optext *t)
{
    return t->row->arg >> GA64_VM_N_SHIFT & 7;
}

static void w_vpost(struct optext *t) { put_post(t, list_regs(t) * (fld(t, 30, 30) ? 16 : 8)); }
static void w_spost(struct optext *t) { put_post(t, list_regs(t) << (t->row->arg & 3)); }
static void w_rpost(struct optext *t) { put_post(t, list_regs(t) << fld(t, 11, 10)); }

#define WORDS(W) \
    W(label) W(page) W(limm) W(imm) W(immr) W(imms) W(imm15) W(imm2) W(mask) W(nzcv) W(ximm5) W(ximm16) W(uimm) W(bitno) W(hint) \
    W(zero) W(zerof) W(fbits) W(shl) W(shr) W(shll) W(extimm) W(rot11) W(rot12) W(rot13) W(ix5) W(ix4) W(hlm) W(hl) W(h1) W(fimm) \
    W(vfimm) W(vimm64) W(aimm) W(mimm) W(oimm) W(sh) W(ext) W(roff) W(cond) W(retx) W(barimm) W(barrier) W(sysop) W(syslop) \
    W(sysreg) W(prfop) W(vimm) W(vl1) W(vl2) W(vl3) W(vl4) W(vs1) W(vs2) W(vs3) W(vs4) W(tbl) W(lane) W(vpost) W(spost) W(rpost)

static const struct { const char *name; void (*print)(struct optext *t); } words[] = {
#define W(name) { #name, w_##name },
    WORDS(W)
#undef W
};

static void put_word(struct optext *t, const char *word, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (word_is(word, len, words[i].name)) {
            words[i].print(t);
            return;
        }
    put_reg(t, word, len);
}

static void put_mnemonic(struct optext *t)
{
    for (const char *p = t->row->name; *p && *p != '_'; p++) {
        if (*p == '{') {
            if (fld(t, 30, 30))
                text_put(&t->o, "2");
            p += 2;
        } else {
            text_put(&t->o, "%c", *p);
        }
    }
}

static size_t word_len(const char *p)
{
    size_t n = 0;

    while (isalnum((unsigned char)p[n]))
        n++;
    return n;
}

static void put_operands(struct optext *t)
{
    for (const char *p = t->row->print; *p;) {
        size_t n = word_len(p);

        if (*p == '.') {
            n = word_len(p + 1);
            text_put(&t->o, ".");
            put_arrangement(t, p + 1, n);
            p += n + 1;
        } else if (isalpha((unsigned char)*p)) {
            put_word(t, p, n);
            p += n;
        } else {
            if (*p == ',')
                text_put(&t->o, ", ");
            else if (*p != '+')
                text_put(&t->o, "%c", *p);
            p++;
        }
    }
}

int ga64_format(const struct ginsn *in, char *buf, size_t n)
{
    struct optext t = { .o = { buf, n, 0 }, .in = in, .row = &ga64_row[in->row], .w = in->raw };
    size_t start;

    if (n)
        buf[0] = 0;
    if (in->row == 0) {
        text_put(&t.o, in->len == 4 ? ".inst\t0x%08x ; undefined" : ".byte\t0x%x", in->raw);
        return (int)t.o.len;
    }
    put_mnemonic(&t);
    if (in->row && t.row->cls == GA64_C_bcond)
        t.o.len -= 4, text_put(&t.o, "%s", cond_name[in->raw & 15]);
    start = t.o.len;
    text_put(&t.o, "\t");
    put_operands(&t);
    if (t.o.len == start + 1) {
        t.o.len = start;
        if (start < n)
            buf[start] = 0;
    }
    return (int)t.o.len;
}
