/* The compile threads: units are taken from a counter, results go to the unit's own place, so order of work leaves no trace. */
#include "aotc/module.h"

#include "formats/hash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_READ = 1 << 30 }; /* bytes that one region may depend on */

struct pool {
    const struct discovery *disc;
    const struct cc_options *opt;
    struct unit_result *res;
    atomic_uint next, done;
    atomic_bool nomem;
};

static void *copy(const void *p, size_t n)
{
    void *q = malloc(n ? n : 1);

    if (q && n)
        memcpy(q, p, n);
    return q;
}

bool module_read_hash(const struct gelf *e, const struct gspan *span, uint32_t n, uint64_t *out)
{
    size_t total = 0, at = 0;

    for (uint32_t i = 0; i < n; i++) {
        if (span[i].hi - span[i].lo > MAX_READ - total)
            return false; /* an image may say anything */
        total += span[i].hi - span[i].lo;
    }
    uint8_t *buf = malloc(total ? total : 1);

    if (!buf)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        size_t want = span[i].hi - span[i].lo, have = want;
        const uint8_t *p = gelf_at(e, span[i].lo, &have);

        have = !p ? 0 : have < want ? have : want;
        if (have)
            memcpy(buf + at, p, have);
        memset(buf + at + have, 0, want - have);
        at += want;
    }
    *out = hash64(buf, total);
    free(buf);
    return true;
}

static bool keep(struct pool *p, struct unit_result *r, const struct code *c)
{
    r->code = *c;
    memset(&r->code.info, 0, sizeof r->code.info);
    r->code.info.nread = c->info.nread;
    r->code.info.ninsn = c->info.ninsn;
    r->code.info.ncallee = c->info.ncallee;
    r->code.text = copy(c->text, c->len);
    r->code.rel = copy(c->rel, c->nrel * sizeof *c->rel);
    r->code.entry = copy(c->entry, c->nentry * sizeof *c->entry);
    r->code.snap = copy(c->snap, c->nsnap);
    r->code.info.read = copy(c->info.read, c->info.nread * sizeof *c->info.read);
    r->code.info.callee = copy(c->info.callee, c->info.ncallee * sizeof *c->info.callee);
    return r->code.text && r->code.rel && r->code.entry && r->code.snap && r->code.info.read && r->code.info.callee &&
           module_read_hash(p->disc->e, c->info.read, c->info.nread, &r->read_hash);
}

uint64_t unit_entry_hash(const struct discovery *d, uint32_t i)
{
    return d->unit[i].nentry ? hash64(d->entry + d->unit[i].entry, d->unit[i].nentry * sizeof *d->entry) : 0;
}

static void compile_unit(struct pool *p, struct cc *cc, uint32_t i)
{
    struct unit_result *r = &p->res[i];
    struct code code = {0};
    struct unit u;

    discover_fill_unit(p->disc, i, &u);
    r->pc = u.pc;
    r->bounds = u.bounds;
    r->entry_hash = unit_entry_hash(p->disc, i);
    cc_reset(cc);
    r->st = cc_compile(cc, &u, p->opt, &code);
    r->diag = cc->diag;
    r->done = true;
    if (r->st == ST_OK && !keep(p, r, &code))
        atomic_store(&p->nomem, true);
}

static void *worker(void *arg)
{
    struct pool *p = arg;
    struct cc cc;

    cc_init(&cc);
    for (unsigned i; (i = atomic_fetch_add(&p->next, 1)) < p->disc->nunit && !atomic_load(&p->nomem);) {
        if (!p->res[i].done)
            compile_unit(p, &cc, i);
        atomic_fetch_add(&p->done, 1);
    }
    cc_fini(&cc);
    return NULL;
}

static void show_progress(struct pool *p)
{
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];
    unsigned total = p->disc->nunit, done;

    do {
        struct timespec nap = {0, 50 * 1000 * 1000};

        nanosleep(&nap, NULL);
        done = atomic_load(&p->done);
        unsigned fill = total ? (unsigned)((uint64_t)done * WIDTH / total) : WIDTH;

        memset(bar, ' ', WIDTH);
        memset(bar, '#', fill);
        bar[WIDTH] = 0;
        fprintf(stderr, "\r[%s] %u/%u functions", bar, done, total);
    } while (done < total && !atomic_load(&p->nomem));
    fprintf(stderr, "\r\033[K");
}

enum status pool_compile(const struct discovery *disc, const struct cc_options *opt, unsigned jobs, bool progress,
                         struct unit_result *res, struct diag *d)
{
    struct pool p = {.disc = disc, .opt = opt, .res = res};
    pthread_t th[256];
    unsigned n = 0;

    if (jobs > ARRAY_LEN(th))
        jobs = ARRAY_LEN(th);
    if (jobs > 1 || progress)
        while (n < jobs && !pthread_create(&th[n], NULL, worker, &p))
            n++;
    if (!n)
        worker(&p); /* one thread is asked for, or none can be had: this one does it all */
    else if (progress)
        show_progress(&p);
    while (n)
        pthread_join(th[--n], NULL);
    return atomic_load(&p.nomem) ? fail(d, ST_NOMEM, 0, "out of memory while compiling") : ST_OK;
}

void unit_result_free(struct unit_result *r)
{
    free(r->code.text);
    free(r->code.rel);
    free(r->code.entry);
    free(r->code.snap);
    free(r->code.info.read);
    free(r->code.info.callee);
    memset(r, 0, sizeof *r);
}
