/* The random differential test of guest code: programs made of many independent sequences, run by several engines, compared. */
#ifndef AOTC_TESTS_DIFF_DIFF_H
#define AOTC_TESTS_DIFF_DIFF_H

#include "passes/lift/guest.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_ITEMS = 64 };

/* What a program with faults is like, bits of gen_spec.faults. */
enum { FAULTS_ON = 1, FAULTS_NODEFER = 2, FAULTS_HIGH = 4, FAULTS_OWN_STACK = 8, FAULTS_PRIVATE = 16, FAULTS_PIC = 32 };

struct gen_spec;
struct program;
/* State blocks of programs with faults: words of the whole, the word that counts signals, the first dump (what the guest's handler
 * saw of one signal), words of a dump, and of its head, which is always shown. correct: puts right what qemu-user tells in another
 * way than Linux does (tests/qemu-differs) in a dump. */
enum { FAULT_DUMPS = 6 };       /* signals a sequence gets at most: the last one's handler ends it */
struct gen_faults { uint16_t words, count, dump, dump_words, dump_head; void (*correct)(const struct program *p, uint64_t *dump); };

/* A guest whose sequences can be generated. */
struct gen_guest {
    const char *name;           /* guest_by_name()'s */
    uint16_t machine; uint32_t elf_flags;
    void (*program)(const struct gen_spec *s, struct program *p);
    const char *(*excluded)(const char *row);       /* rows that a sequence cannot execute, with the reason; NULL: it must */
    void (*word_name)(unsigned i, char *buf, size_t n);     /* of word i of a state block */
    struct gen_faults faults;
};
extern const struct gen_guest gen_riscv64, gen_aarch64;

/* What to generate: sequences [first, first + n) of a seed. Each depends on (seed, index) alone. */
struct gen_spec {
    const struct gen_guest *guest;
    uint64_t seed;
    uint32_t first, n;
    bool lax;                   /* no function passes condition flags to another one, so that compilers may forget them there */
    bool wild;                  /* also returns beside the return site: only engines that can fall back survive those */
    uint32_t faults;            /* FAULTS_*: sequences fault, and a guest signal handler sees it; 0: none does */
    uint64_t drop[2];           /* items left out (bit per item; [1]: of the callees): only sensible when n is 1 */
};

/* A program: code and data as they lie in memory, and where each sequence is. The state block of sequence i is `stride` bytes at
 * data + i * stride: word 0 becomes the checksum of the scratch memory, then the registers; before and after the run. */
struct program {
    const struct gen_guest *guest;
    uint8_t *text; uint32_t ntext, captext;
    uint8_t *data; uint32_t ndata;
    uint64_t text_base, data_base;
    struct seqpos { uint32_t off, body, end, len, nitems, ncallee_items; } *seq;     /* offsets in text; body..end is generated */
    uint32_t nseq, stride;
    bool pic;
    uint64_t entry, handler, half;      /* handler, half: symbols of programs with faults, else 0 */
};

void gen_program(const struct gen_spec *s, struct program *p);
void gen_free(struct program *p);
/* Writes p as a static ELF with symbols seq_N. False: could not write (message on stderr). */
bool elf_write(const struct program *p, uint32_t first, const char *path);

/* Runs a program of ours by T0 in this process; its output goes to out. rows: counts of executed instructions per table row, may be
 * NULL. Returns the exit status, or -1 with a message. */
int exec_t0(const struct program *p, FILE *out, uint64_t *rows);

#endif
