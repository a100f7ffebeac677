/* The process's part of the profile: a bounded table while it runs, one record when it ends. */
#include "runtime/journal.h"

#include "formats/profile.h"
#include "formats/store.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 8192, KEEP = 4096, PROBES = 16 };

/* The record is built in place: the table's rows move to the front, behind the head. */
struct rt_journal {
    char dir[PATH_MAX];
    uint64_t entry;                 /* PROFILE_ENTRY when an image of all functions served, else 0 */
    uint32_t n;
    struct profile_rec rec;
    struct profile_pc pc[SLOTS];    /* open addressing by pc; count 0: free */
};
_Static_assert(offsetof(struct rt_journal, pc) == offsetof(struct rt_journal, rec) + sizeof(struct profile_rec), "one record");

void rt_journal_start(struct rt *rt, const char *dir, const uint8_t module_hash[16], const struct store_key *key, bool whole)
{
    struct rt_journal *j;

    if (rt->secure || rt->opt.explain || !(j = calloc(1, sizeof *j)))
        return;
    if (!realpath(dir, j->dir)) {   /* the guest may change directory */
        free(j);
        return;
    }
    memcpy(j->rec.module_hash, module_hash, 16);
    if (key) {
        store_image_id(key, j->rec.image);
        j->entry = whole ? PROFILE_ENTRY : 0;
    }
    j->rec.guest_machine = rt->exe.machine;
    j->rec.uses = 1;
    rt->journal = j;
}

void rt_journal_note(struct rt_thread *t, uint64_t pc)
{
    const struct rt *rt = t->rt;
    struct rt_journal *j = rt->journal;

    if (!j || t->in_vfork || pc < rt->exe.text_lo || pc >= rt->exe.text_hi)
        return;
    pc -= rt->exe.base;
    for (uint64_t h = pc * 0x9e3779b97f4a7c15u >> 51, i = 0; i < PROBES; i++) {
        struct profile_pc *p = &j->pc[(h + i) % SLOTS];
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

static void compact(struct rt_journal *j)
{
    uint32_t k = 0;

    for (uint32_t i = 0; i < SLOTS && k < j->n; i++)
        if (j->pc[i].count) {
            struct profile_pc row = j->pc[i];
            j->pc[i].count = 0;
            j->pc[k++] = row;
        }
    j->rec.npc = k;
}

void rt_journal_write(struct rt_thread *t)
{
    static const uint8_t none[16];
    struct rt_journal *j = t->rt->journal;
    struct rlimit rl;
    char state[PATH_MAX];

    /* Past a file size limit of the guest's a write would raise a signal. */
    if (!j || t->in_vfork || (!j->n && (!j->rec.uses || !memcmp(j->rec.image, none, 16))) || getrlimit(RLIMIT_FSIZE, &rl) ||
        rl.rlim_cur < PROFILE_MAX_JOURNAL)
        return;
    compact(j);
    j->rec.when = (uint64_t)time(NULL);
    profile_seal(&j->rec);
    if (!profile_append(j->dir, &j->rec) && profile_state_dir(state, sizeof state, true))
        profile_append(state, &j->rec);
    rt_journal_reset(t);
    j->rec.uses = 0;                /* exec may fail, and the process go on: it has been counted */
}

void rt_journal_reset(struct rt_thread *t)
{
    struct rt_journal *j = t->rt->journal;

    if (!j || t->in_vfork)
        return;
    if (j->n || j->rec.npc)
        memset(j->pc, 0, sizeof j->pc);
    j->n = j->rec.npc = 0;
    j->rec.uses = 1;
}
