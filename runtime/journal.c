/* The process's part of the profile: for each module a bounded table while it runs, one record when it ends. */
#include "runtime/journal.h"

#include "formats/profile.h"
#include "formats/store.h"
#include "runtime/module.h"
#include "runtime/thread.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 8192, KEEP = 4096, PROBES = 16 };

/* The record is built in place: the table's rows move to the front, behind the head. */
struct table {
    struct profile_rec rec;
    struct profile_pc pc[SLOTS];    /* open addressing by pc; count 0: free */
};
_Static_assert(offsetof(struct table, pc) == sizeof(struct profile_rec), "one record");

struct rt_journal {
    const char *dir;                /* the stores' */
    uint64_t entry;                 /* PROFILE_ENTRY when an image of all functions served, else 0 */
    uint32_t n;                     /* rows in use */
    struct profile_rec rec;         /* of a module of which nothing is noted: most */
    struct table *t;                /* else the record is here */
};

void rt_journal_start(struct rt *rt, struct rt_module *m, const char *dir, const uint8_t module_hash[16],
                      const struct store_key *key, bool whole)
{
    struct rt_journal *j;

    if (rt->secure || rt->opt.explain || !(j = calloc(1, sizeof *j)))
        return;
    j->dir = dir;
    memcpy(j->rec.module_hash, module_hash, 16);
    if (key) {
        store_image_id(key, j->rec.image);
        j->entry = whole ? PROFILE_ENTRY : 0;
    }
    j->rec.guest_machine = m->machine;
    j->rec.uses = 1;
    m->journal = j;
}

static void note(struct rt_journal *j, uint64_t pc)
{
    if (!j->t && !(j->t = calloc(1, sizeof *j->t)))
        return;
    for (uint64_t h = pc * 0x9e3779b97f4a7c15u >> 51, i = 0; i < PROBES; i++) {
        struct profile_pc *p = &j->t->pc[(h + i) % SLOTS];
        if (!p->count && j->n == KEEP)
            return;
        if (!p->count) {
            j->n++;
            p->pc = pc | j->entry;
        }
        if (p->pc == (pc | j->entry)) {
            p->count++;
            return;
        }
    }
}

void rt_journal_note(struct rt_thread *t, uint64_t pc)
{
    const struct rt_module *m = t->in_vfork ? NULL : rt_module_at(t->rt, pc);

    /* What another thread keeps from being noted comes again. */
    if (!m || !m->journal || pc < m->text_lo || pc >= m->text_hi || !rt_trylock(t, &t->rt->code_lock))
        return;
    note(m->journal, pc - m->base);
    rt_unlock(t, &t->rt->code_lock);
}

static uint32_t compact(struct rt_journal *j)
{
    uint32_t k = 0;

    for (uint32_t i = 0; i < SLOTS && k < j->n; i++)
        if (j->t->pc[i].count) {
            struct profile_pc row = j->t->pc[i];
            j->t->pc[i].count = 0;
            j->t->pc[k++] = row;
        }
    return k;
}

static void reset(struct rt_journal *j)
{
    free(j->t);
    j->t = NULL;
    j->n = 0;
    j->rec.uses = 1;
}

/* The sealed record; NULL: there is nothing to tell. */
static const struct profile_rec *seal(struct rt_journal *j)
{
    static const uint8_t none[16];
    struct profile_rec *r = j->n ? &j->t->rec : &j->rec;

    if (!j->n && (!j->rec.uses || !memcmp(j->rec.image, none, 16)))
        return NULL;
    *r = j->rec;
    r->npc = j->n ? compact(j) : 0;
    r->when = (uint64_t)time(NULL);
    profile_seal(r);
    return r;
}

/* Writes what the journals of modules from *m on have to tell, up to PROFILE_AT_ONCE of those that go to the same directory.
 * They are as new then. *m: the first one that is left. */
static void write_some(struct rt_module **m, bool one)
{
    const struct profile_rec *rec[PROFILE_AT_ONCE];
    struct rt_module *at, *first = *m;
    const char *dir = NULL;
    char state[PATH_MAX];
    unsigned n = 0;

    for (at = first; at && n < PROFILE_AT_ONCE && !(one && at != first); at = at->next) {
        struct rt_journal *j = at->journal;
        if (j && dir && j->dir != dir)
            break;
        if (!j || !(rec[n] = seal(j)))
            continue;
        dir = j->dir;
        n++;
    }
    *m = at;
    if (n && !profile_append(dir, rec, n) && profile_state_dir(state, sizeof state, true))
        profile_append(state, rec, n);
    for (struct rt_module *x = first; x != at; x = x->next)
        if (x->journal) {
            reset(x->journal);
            x->journal->rec.uses = 0;       /* exec may fail, and the process go on: it has been counted */
        }
}

/* Past a file size limit of the guest's a write would raise a signal. */
static bool may_write(const struct rt_thread *t)
{
    struct rlimit rl;

    return !t->in_vfork && !getrlimit(RLIMIT_FSIZE, &rl) && rl.rlim_cur >= PROFILE_MAX_JOURNAL;
}

void rt_journal_write(struct rt_thread *t)
{
    struct rt_module *m = t->rt->modules;

    if (may_write(t))
        while (m)
            write_some(&m, false);
}

void rt_journal_end(struct rt_thread *t, struct rt_module *m)
{
    struct rt_module *at = m;

    if (!m->journal || t->in_vfork)
        return;
    if (may_write(t))
        write_some(&at, true);
    free(m->journal->t);
    free(m->journal);
    m->journal = NULL;
}

void rt_journal_reset(struct rt_thread *t)
{
    for (struct rt_module *m = t->in_vfork ? NULL : t->rt->modules; m; m = m->next)
        if (m->journal)
            reset(m->journal);
}
