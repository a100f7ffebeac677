/* Hostile inputs: mutants of good files, made from a seed, driven through the readers in this process (under ASan and UBSan). */
#ifndef AOTC_TESTS_HOSTILE_H
#define AOTC_TESTS_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng { uint64_t s; };
uint64_t rnd(struct rng *r);                            /* any 64 bits */
uint64_t below(struct rng *r, uint64_t n);              /* 0 .. n-1; 0 when n is 0 */
static inline bool one_in(struct rng *r, unsigned n) { return below(r, n) == 0; }
/* A number that readers get wrong: near 0, near powers of two, near one of the n given ones, or any. */
uint64_t odd_number(struct rng *r, const uint64_t *near, unsigned n);

/* Bytes that may grow. */
struct buf { uint8_t *p; size_t n, cap; };
void buf_set(struct buf *b, const void *p, size_t n);
void buf_splice(struct buf *b, size_t at, size_t del, const void *p, size_t n);      /* p may be NULL: zeros */
void buf_free(struct buf *b);
bool buf_read(struct buf *b, const char *path);
/* A descriptor of a fresh memory file that holds b; the caller closes it. */
int buf_memfd(const struct buf *b);

/* Mutations that know nothing of the format: bits, bytes, numbers at aligned places, blocks moved, doubled or zeroed, truncation.
 * */
void mutate_raw(struct rng *r, struct buf *b);
/* One mutation of an array of records of `size` bytes: a field, a swap, a copy, a record more or less. */
void mutate_records(struct rng *r, struct buf *b, size_t size, const uint64_t *near, unsigned n);

/* The job: `count` mutants from `seed`, or only mutant `only` when it is not negative. Files are the seeds. */
struct job {
    const char *what;
    uint64_t count, seed;
    int64_t only;
    const char *keep;           /* directory for mutants that other programs shall run, or NULL */
    unsigned nkeep;
    char **file; int nfile;
};
/* Starts mutant i: sets up its random numbers and names it should the process die or hang. */
struct rng mutant(const struct job *j, uint64_t i);
/* A mutant did harm without a crash: says so and counts. */
void harm(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What became of the mutants, for the report. */
enum fate { REFUSED, ACCEPTED, VERIFIED, FATES };
void fate(enum fate f);

void hostile_images(const struct job *j);
void hostile_elf(const struct job *j);
void hostile_store(const struct job *j);
void hostile_fuzz(const struct job *j);                 /* j->what names a libFuzzer target */
bool fuzz_target_known(const char *name);

#endif
