/* What a process tells the next `aotc build`: that an image served, and which guest code ran without one. See formats/profile.h. */
#ifndef AOTC_RUNTIME_JOURNAL_H
#define AOTC_RUNTIME_JOURNAL_H

#include "runtime/rt.h"

struct store_key;

/* Called once the stores were searched for m. dir (absolute, kept): the store whose image was attached, or that a build would
 * publish in; key: the attached image's, or NULL; whole: it was made of all functions, so that what it lacks is worth an entry.
 * Without memory, and under AT_SECURE, nothing is noted. */
void rt_journal_start(struct rt *rt, struct rt_module *m, const char *dir, const uint8_t module_hash[16],
                      const struct store_key *key, bool whole);
/* pc (absolute) runs without image code. Cheap; keeps the first few thousand pcs. */
void rt_journal_note(struct rt_thread *t, uint64_t pc);
/* Appends what was noted, in one write; then nothing is noted any more until there is news. For the end of the process, exec
 * included. Silent when it cannot. */
void rt_journal_write(struct rt_thread *t);
/* m is unmapped: its part is written now, and nothing is noted of it any more. */
void rt_journal_end(struct rt_thread *t, struct rt_module *m);
/* In a new process: its parent tells what was noted before. */
void rt_journal_reset(struct rt_thread *t);

#endif
