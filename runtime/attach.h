/* Images for the loaded program: found in the stores, checked, mapped. */
#ifndef AOTC_RUNTIME_ATTACH_H
#define AOTC_RUNTIME_ATTACH_H

#include "runtime/rt.h"

/* Attaches the best image for rt->exe, whose file is open at fd. Never fails: a refusal is one line on stderr, the program runs
 * without. */
void rt_attach(struct rt *rt, int fd);
/* --explain: says on stdout why pc is or is not served from an image. */
void rt_explain(const struct rt *rt, uint64_t pc);
/* Name of the guest function at pc, from an attached image's names; NULL when there is none. *off: distance from its start. */
const char *rt_symbol(const struct rt *rt, uint64_t pc, uint64_t *off);

/* Host code of guest pc, or NULL. */
static inline const void *rt_lookup(const struct rt *rt, uint64_t pc)
{
    for (unsigned i = 0; i < rt->nimage; i++) {
        const struct rt_image *m = &rt->image[i];
        uint64_t at = pc - m->lo;
        if (at >= m->hi - m->lo || at % rt->g->insn_align)
            continue;
        int32_t off = m->table[at / rt->g->insn_align];
        if (off > 0 && (uint32_t)off < m->text_len)
            return m->text + off;
    }
    return NULL;
}

#endif
