/* A whole module, from guest ELF to the sections of its image. */
#include "aotc/module.h"

#include "aotc/aotc.h"
#include "formats/hash.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ROUNDS = 10 };

/* Results of units that a new layout left as they were move to their new places; the others are dropped and compiled again. */
static struct unit_result *carry_over(const struct discovery *d, struct unit_result *old, uint32_t nold)
{
    struct unit_result *res = calloc(d->nunit + 1, sizeof *res);
    uint32_t j = 0;

    for (uint32_t i = 0; res && i < d->nunit; i++) {
        while (j < nold && old[j].pc < d->unit[i].pc)
            j++;
        if (j < nold && old[j].done && old[j].pc == d->unit[i].pc && old[j].bounds.hi == d->unit[i].bounds.hi &&
            old[j].entry_hash == unit_entry_hash(d, i)) {
            res[i] = old[j];
            memset(&old[j], 0, sizeof old[j]);
        }
    }
    for (uint32_t i = 0; i < nold; i++)
        unit_result_free(&old[i]);
    free(old);
    return res;
}

/* Callees and left-over code that the compiler names and discovery did not know. */
static uint32_t feed_back(struct discovery *d, const struct unit_result *res, uint32_t n)
{
    uint32_t added = 0;

    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < res[i].code.info.ncallee; k++) {
            uint64_t pc = res[i].code.info.callee[k];

            if (discover_is_code(d, pc) && !(*disc_flag(d, pc) & (D_FUNC | D_ENTRY)))
                added += discover_add_function(d, pc);
        }
    }
    return added;
}

/* A unit too large for the compiler is cut in two, behind an unconditional jump near its middle. */
static uint32_t split_failed(struct discovery *d, const struct unit_result *res, uint32_t n)
{
    uint32_t added = 0;

    for (uint32_t i = 0; i < n; i++) {
        if (res[i].st == ST_LIMIT)
            added += discover_split(d, res[i].bounds);
    }
    return added;
}

/* Units of functions that --only and --exclude leave out count as done, without a result. */
static void leave_out(const struct discovery *d, const struct module_options *o, struct unit_result *res)
{
    for (uint32_t i = 0; (o->only || o->exclude) && i < d->nunit; i++) {
        if (res[i].done || select_wants(d->e, o, d->unit[i].pc))
            continue;
        res[i].pc = d->unit[i].pc;
        res[i].bounds = d->unit[i].bounds;
        res[i].entry_hash = unit_entry_hash(d, i);
        res[i].st = ST_NOTFOUND;
        res[i].done = true;
    }
}

static enum status compile_all(struct discovery *disc, const struct module_options *o, struct unit_result **out, struct diag *d)
{
    struct cc_options opt = {
        .isa = o->isa, .features = host_features_of(o->level) | o->extra, .pipeline = o->pipeline ? o->pipeline : "t3"};
    struct unit_result *res = calloc(disc->nunit + 1, sizeof *res);
    enum status st = ST_OK;

    for (int round = 0; round < MAX_ROUNDS && res && st == ST_OK; round++) {
        uint32_t n = disc->nunit;

        leave_out(disc, o, res);
        st = pool_compile(disc, &opt, o->jobs, o->progress, res, d);
        if (st != ST_OK || round == MAX_ROUNDS - 1 || !(feed_back(disc, res, n) + split_failed(disc, res, n)))
            break;
        st = discover_layout(disc);
        res = carry_over(disc, res, n);
    }
    *out = res;
    return res && st == ST_OK ? ST_OK : st != ST_OK ? st : fail(d, ST_NOMEM, 0, "out of memory");
}

static enum status add_units(struct linker *lk, const struct discovery *disc, struct unit_result *res, struct module *m,
                             struct diag *d)
{
    for (uint32_t i = 0; i < disc->nunit; i++) {
        struct unit_result *r = &res[i];

        if (r->done && r->st == ST_NOTFOUND)
            continue;                   /* left out */
        m->nunit++;
        if (r->st != ST_OK || !r->done) {
            if (!m->nfailed++) {
                m->first_failure = r->diag;
                m->first_failed_pc = disc->unit[i].pc;
            }
            continue;
        }
        m->ninsn += r->code.info.ninsn;
        m->nhost += r->code.nhost;
        enum status st = linker_add(lk, &r->code, r->pc, r->read_hash, d);

        if (st != ST_OK)
            return st;
        unit_result_free(r); /* the linker has its own copy; keep the peak low */
    }
    return ST_OK;
}

static enum status link_module(struct linker *lk, const struct discovery *disc, struct module *m, struct diag *d)
{
    uint64_t size[IS_COUNT] = {0};
    unsigned align = disc->g->insn_align;
    struct link_layout lay = {.pic = disc->pic, .insn_align = align, .guest_lo = disc->lo};

    /* The table's size is known, and it comes first: the distance from text to table does not depend on the text's size. */
    lay.guest_hi = disc->lo + (disc->hi - disc->lo + align - 1) / align * align; /* data may end the text anywhere */
    size[IS_TABLE] = (lay.guest_hi - lay.guest_lo) / align * sizeof(int32_t);
    size[IS_CODE] = linker_text_size(lk);
    image_plan(&m->h, size);
    lay.table_dist = (int64_t)(m->h.section[IS_TABLE].off - m->h.section[IS_CODE].off);
    lay.guest_dist = disc->pic ? -AOTC_PIC_DISTANCE : 0;
    if (disc->pic && size[IS_CODE] >= (uint64_t)-AOTC_PIC_DISTANCE)
        return fail(d, ST_LIMIT, 0, "host code of %llu MiB does not fit below the module",
                    (unsigned long long)(size[IS_CODE] >> 20));
    return linker_finish(lk, &lay, &m->linked, d);
}

/* Whatever changes the output beside the file's content, the host, and a profile, as text. Returns its length. */
static int option_text(const struct module_options *o, bool strict, char *buf, size_t size)
{
    int n = snprintf(buf, size, "pipeline=%s%s", o->pipeline ? o->pipeline : "t3", strict ? " strict-flags" : "");

    if (o->only)
        n += snprintf(buf + n, size - (size_t)n, " only=%016llx", (unsigned long long)hash64(o->only, strlen(o->only)));
    if (o->exclude)
        n += snprintf(buf + n, size - (size_t)n, " exclude=%016llx", (unsigned long long)hash64(o->exclude, strlen(o->exclude)));
    if (o->extra)
        n += snprintf(buf + n, size - (size_t)n, " extra=%llx", (unsigned long long)o->extra);
    return n;
}

enum { OPTION_TEXT = 160 };

uint32_t module_variant(const struct module_options *o, bool strict)
{
    char text[OPTION_TEXT];
    int n = option_text(o, strict, text, sizeof text);

    return ((uint32_t)hash64(text, (size_t)n) & ~(uint32_t)(VARIANT_KNOWN | VARIANT_STRICT)) | VARIANT_KNOWN |
           (strict ? VARIANT_STRICT : 0u);
}

static void fill_header(struct module *m, const struct discovery *disc, const struct module_options *o)
{
    struct image_header *h = &m->h;
    char options[OPTION_TEXT];

    h->guest_machine = disc->e->machine;
    h->host_isa = (uint16_t)o->isa;
    h->host_level = (uint16_t)o->level;
    h->flags = (disc->pic ? IMAGE_PIC : 0u) | (o->only || o->exclude ? IMAGE_PARTIAL : 0u) | (disc->strict ? IMAGE_STRICT : 0u) |
               (disc->flags_passed ? IMAGE_PASSES : 0u);
    h->features = m->linked.features;
    memcpy(h->module_hash, disc->e->hash, sizeof h->module_hash);
    abi_hash(o->isa, h->abi_hash);
    compiler_fingerprint(h->compiler);
    h->variant = module_variant(o, disc->strict);
    int n = option_text(o, disc->strict, options, sizeof options);

    if (m->nprofile)
        n += snprintf(options + n, sizeof options - (size_t)n, " profile=%016llx", (unsigned long long)m->profile_hash);
    hash128(options, (size_t)n, h->options_hash);
    h->guest_lo = m->linked.guest_lo;
    h->guest_hi = m->linked.guest_hi;
    h->distance = disc->pic ? AOTC_PIC_DISTANCE : 0;
    h->nguest_insns = m->ninsn;
    h->nhost_insns = m->nhost;
}

static enum status fill_sections(struct module *m, const struct gelf *e, struct diag *d)
{
    const struct linked *l = &m->linked;
    struct image_entry *entry = calloc(l->nentry + 1, sizeof *entry);
    struct image_region *region = calloc(l->nregion + 1, sizeof *region);
    struct image_span *span = calloc(l->nread + 1, sizeof *span);
    uint64_t size[IS_COUNT], nnames = 0;

    m->owned[0] = entry;
    m->owned[1] = region;
    m->owned[3] = span;
    if (!entry || !region || !span || names_build(e, &m->owned[2], &nnames) != ST_OK)
        return fail(d, ST_NOMEM, 0, "out of memory");
    for (uint32_t i = 0; i < l->nentry; i++)
        entry[i] = (struct image_entry){l->entry[i].pc, l->entry[i].off, l->entry[i].flags};
    for (uint32_t i = 0; i < l->nregion; i++) {
        const struct linked_region *r = &l->region[i];

        region[i] = (struct image_region){.pc = r->pc,
                                          .read_hash = r->read_hash,
                                          .off = r->off,
                                          .len = r->len,
                                          .snap_off = r->snap_off,
                                          .snap_len = r->snap_len,
                                          .read_first = r->read_first,
                                          .nread = r->nread};
    }
    for (uint32_t i = 0; i < l->nread; i++)
        span[i] = (struct image_span){l->read[i].lo, l->read[i].hi};
    m->sec[IS_TABLE] = (struct image_content){l->table, l->ntable * sizeof *l->table};
    m->sec[IS_CODE] = (struct image_content){l->text, l->len};
    m->sec[IS_ENTRY] = (struct image_content){entry, l->nentry * sizeof *entry};
    m->sec[IS_REGION] = (struct image_content){region, l->nregion * sizeof *region};
    m->sec[IS_READ] = (struct image_content){span, l->nread * sizeof *span};
    m->sec[IS_SNAP] = (struct image_content){l->snap, l->nsnap};
    m->sec[IS_NAMES] = (struct image_content){m->owned[2], nnames};
    for (int i = 0; i < IS_COUNT; i++)
        size[i] = m->sec[i].size;
    image_plan(&m->h, size);
    return ST_OK;
}

/* What ran without a translation becomes code to translate. A pc that discovery knows needs an entry only if an image was there and
 * had none. Returns how many pcs count, which go to *used: they are part of the image's identity. */
static uint32_t add_profile(struct discovery *d, const struct module_options *o, uint64_t *used)
{
    uint32_t n = 0, added = 0;

    for (uint32_t i = 0; i < o->nprofile; i++) {
        uint64_t pc = o->profile[i].pc & ~PROFILE_ENTRY;

        if (!discover_is_code(d, pc) || *disc_flag(d, pc) & (D_FUNC | D_ENTRY))
            continue;
        if (!(*disc_flag(d, pc) & D_INSN))
            added += discover_add_function(d, pc);
        else if (o->profile[i].pc & PROFILE_ENTRY)
            *disc_flag(d, pc) |= D_ENTRY, added++;
        else
            continue;
        used[n++] = pc;
    }
    return added ? n : 0;
}

static enum status apply_profile(struct discovery *disc, const struct module_options *o, struct module *m, struct diag *d)
{
    uint64_t *used = malloc((o->nprofile + 1) * sizeof *used);
    enum status st = used ? ST_OK : fail(d, ST_NOMEM, 0, "out of memory");

    if (st == ST_OK && (m->nprofile = add_profile(disc, o, used)) != 0) {
        m->profile_hash = hash64(used, m->nprofile * sizeof *used);
        st = discover_layout(disc);
    }
    free(used);
    return st;
}

static enum status build(struct discovery *disc, const struct module_options *o, struct module *m, struct diag *d)
{
    struct unit_result *res = NULL;
    struct linker *lk = linker_new(disc->g, o->isa);
    enum status st = lk ? apply_profile(disc, o, m, d) : fail(d, ST_NOMEM, 0, "out of memory");

    if (st == ST_OK)
        st = compile_all(disc, o, &res, d);
    if (st == ST_OK && res)
        st = add_units(lk, disc, res, m, d);
    if (st == ST_OK)
        st = link_module(lk, disc, m, d);
    if (st == ST_OK)
        st = fill_sections(m, disc->e, d);
    if (st == ST_OK)
        fill_header(m, disc, o);
    m->missed_insns = disc->ninsn > m->ninsn ? disc->ninsn - m->ninsn : 0;
    for (uint32_t i = 0; res && i < disc->nunit; i++)
        unit_result_free(&res[i]);
    free(res);
    if (lk)
        linker_free(lk);
    return st;
}

enum status module_build(const struct gelf *e, const struct guest *g, const struct module_options *o, struct module *m,
                         struct diag *d)
{
    struct discovery *disc;

    memset(m, 0, sizeof *m);
    enum status st = discover(e, g, &disc, d);

    if (st != ST_OK)
        return st;
    if (o->strict)
        discover_want_strict(disc);
    st = build(disc, o, m, d);
    if (st != ST_OK)
        module_free(m);
    discover_free(disc);
    return st;
}

void module_free(struct module *m)
{
    linked_free(&m->linked);
    for (size_t i = 0; i < ARRAY_LEN(m->owned); i++)
        free(m->owned[i]);
    memset(m, 0, sizeof *m);
}
