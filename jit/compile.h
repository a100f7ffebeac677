/* The one way from guest bytes to host code, used by aotc and by the JIT tiers. No I/O, no syscalls. */
#ifndef AOTC_JIT_COMPILE_H
#define AOTC_JIT_COMPILE_H

#include "passes/lift/region.h"

enum host_isa { HOST_X86_64, HOST_AARCH64, HOST_RISCV64 };
#if defined(__x86_64__)
#define HOST_SELF HOST_X86_64                           /* this machine's */
#elif defined(__aarch64__)
#define HOST_SELF HOST_AARCH64
#else
#define HOST_SELF HOST_RISCV64
#endif
enum host_level { LEVEL_BASE = 1 /* AArch64: v8.0 */, LEVEL_V2 = 2, LEVEL_V3 = 3, LEVEL_V4 = 4 };

/* Host features as bits; images record those that their code uses (a subset test at load). */
enum { HF_SSSE3 = 1 << 0, HF_SSE41 = 1 << 1, HF_SSE42 = 1 << 2, HF_POPCNT = 1 << 3, HF_CX16 = 1 << 4,   /* v2 */
       HF_AVX = 1 << 5, HF_AVX2 = 1 << 6, HF_BMI1 = 1 << 7, HF_BMI2 = 1 << 8, HF_LZCNT = 1 << 9, HF_MOVBE = 1 << 10, HF_FMA = 1 << 11,
       HF_F16C = 1 << 12,                                                                            /* v3 */
       HF_AVX512 = 1 << 13,                                                                          /* v4: F BW CD DQ VL */
       HF_PCLMUL = 1 << 14, HF_AES = 1 << 15, HF_SHA = 1 << 16, HF_GFNI = 1 << 17,
       HF_EXTRA = HF_PCLMUL | HF_AES | HF_SHA | HF_GFNI };                                             /* in no level */
uint64_t host_features_detect(void);                    /* of this machine */
uint64_t host_features_of(enum host_level level);       /* what a level may use; levels of all hosts differ */
enum host_level host_level_detect(void);
enum { HOST_NAME = 32 };
const char *host_level_name(unsigned isa, unsigned level, char buf[HOST_NAME]);             /* "x86-64-v3", "aarch64"; any numbers */
const char *host_feature_names(uint64_t features, char *buf, size_t n);   /* "avx2 bmi2 ..." */

/* A unit that a process makes for itself: from a pc upwards, no further than this. */
enum { JIT_REACH = 0x20000, JIT_MAX_INSNS = 4000 };

struct cc_options {
    enum host_isa isa;
    uint64_t features;          /* code may use these */
    const char *pipeline;       /* "t3" (default), "t2", "t1": rows of passes.def */
    const char *stop_after;     /* name of a pass, or NULL */
    bool verify;                /* after every pass */
    FILE *dump; const char *dump_after;     /* print IR after this pass ("lift", a pass, "regalloc", "asm") */
};

/* A place in code->text that the linker fills: a signed 32-bit displacement relative to the end of the field (+ addend). */
enum reloc_kind {
    REL_ENTRY,                  /* host address of the entry for guest pc `pc` (or of a miss stub for it) */
    REL_CALL,                   /* the same, from a call instruction */
    REL_GUEST,                  /* guest address `pc` of this module (PIC: module-relative; the image lies at a fixed distance) */
    REL_TABLE,                  /* the module's indirect-branch table (one int32 a possible pc, offset of the entry from text start) */
    REL_TEXT,                   /* start of the host text */
    REL_TABLE_SIZE,             /* not relative: number of entries in the table, as imm32 */
    REL_GUEST_TEXT,             /* as REL_GUEST: lowest guest address that the table covers */
    REL_GUEST_TEXT_NEG          /* not relative: that address negated, as a displacement (non-PIC modules below 2 GiB) */
};
struct code_reloc { uint32_t off; uint8_t kind; uint8_t pad[3]; int64_t addend; uint64_t pc; };
struct code_entry { uint64_t pc; uint32_t off; uint32_t flags; };           /* flags: BLK_RETSITE */

/* Host code of one unit; arrays live in the cc's arena. text is position-independent up to its relocs, 16-byte aligned at install. */
struct code {
    uint8_t *text; uint32_t len;
    struct code_reloc *rel; uint32_t nrel;
    struct code_entry *entry; uint32_t nentry;          /* sorted by pc */
    uint8_t *snap; uint32_t nsnap;                      /* compressed side table: host offset -> guest state, jit/snap.h */
    uint64_t features;                                  /* HF_* that the text uses */
    struct region_info info;
    uint32_t nhost;                                     /* host instructions, for statistics */
};

/* Compiles u. Returns ST_OK or an error with cc->diag filled; everything is in cc's arena until cc_reset(). */
enum status cc_compile(struct cc *cc, const struct unit *u, const struct cc_options *opt, struct code *out);

/* Hash over vcpu layout, helper table and pin tables: in every image. Fingerprint: over the sources that affect output. */
void abi_hash(enum host_isa isa, uint8_t out[16]);
void compiler_fingerprint(uint8_t out[16]);

#endif
