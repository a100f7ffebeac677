/* What the rest of the tree may know of a guest ISA: one `struct guest`. */
#ifndef AOTC_PASSES_LIFT_GUEST_H
#define AOTC_PASSES_LIFT_GUEST_H

#include "passes/ir/ir.h"
#include "passes/ir/slot.h"      /* struct guest_slot */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gflow {
    GF_NEXT,                    /* falls through */
    GF_BRANCH,                  /* conditional, to target or next */
    GF_JUMP,                    /* to target */
    GF_CALL,                    /* to target, returns to next */
    GF_IJUMP, GF_ICALL, GF_RET, /* to a value */
    GF_SYSCALL,                 /* ends the block; goes on at next */
    GF_BARRIER,                 /* ends the block; goes on at next through the dispatcher (code change, rounding mode) */
    GF_TRAP,                    /* does not go on (ebreak, illegal) */
};

/* One decoded guest instruction. Bytes that do not decode give row 0 ("illegal"), flow GF_TRAP, and the length to skip. */
struct ginsn {
    uint64_t pc;
    uint64_t target;            /* of GF_BRANCH, GF_JUMP, GF_CALL */
    int64_t imm;
    uint32_t raw;               /* first four bytes */
    uint16_t row;               /* index into the guest's table */
    uint8_t len;                /* bytes */
    uint8_t flow;               /* enum gflow */
    uint8_t rd, rs1, rs2, rs3;  /* register numbers, guest meaning */
    uint8_t rm;                 /* rounding mode field or other small operand */
    uint8_t aux;
};

struct guest;

/* State of lifting one region. */
struct lift {
    struct ir_func *f;
    const struct guest *g;
    const struct ginsn *next;   /* instructions after the current one in the same block (fusion), */
    unsigned nnext;             /* and how many */
    /* Block of a guest pc inside this region, or IR_NONE when the pc is outside: then use ir_jump. */
    ir_blk (*block_of)(struct lift *l, uint64_t pc);
    const struct ginsn *prev;   /* the instruction before the current one in the same block, or NULL */
    void *priv;
};

/* For guests' lift functions, in region.c. lift_target: the block of a guest pc, or a new cold one that leaves the region for it.
 * lift_goto: ends the current block with the way to pc. */
ir_blk lift_target(struct lift *l, uint64_t pc);
void lift_goto(struct lift *l, uint64_t pc);

/* Entry i of a jump table is `size` bytes at table + i * size; its target = relbase + (sext or zext of the value << shift). */
struct guest_jumptable {
    uint64_t table;             /* guest address of the first entry */
    uint64_t relbase;           /* added to each entry (0: absolute) */
    uint32_t count;             /* entries, from the bound check */
    uint8_t size;               /* 1, 2, 4 or 8 bytes an entry */
    uint8_t shift;
    bool sext;
    bool loose;                 /* count is only what the index's type allows: the table may be shorter */
    bool pcrel;                 /* table (and relbase) were formed from the pc: module-relative in PIC units */
    bool low;                   /* the index is the low 32 bits of index_slot */
    bool guarded;               /* base_slot must be checked */
    uint16_t index_slot;        /* guest register that holds the index right before insn[index_at] */
    uint16_t base_slot;         /* guest register that must hold base_value right before insn[first] */
    uint32_t index_at;
    uint64_t base_value;
};

/* What a signal frame holds of the CPU beyond the registers in their homes. */
struct guest_sigctx {
    uint64_t pc;
    unsigned fpflags;           /* FPF_*, FPF_ID among them */
    int fault, code;            /* SIGSEGV or SIGBUS that a memory access or instruction fetch raised, and its si_code; else 0 */
    uint64_t addr;              /* si_addr of that fault */
    uint64_t at;                /* for restore: guest address of the mcontext, and the bytes that follow it */
    size_t extra;
    struct ginsn insn;          /* the instruction at pc; of faults only */
};

/* Linux user ABI of a guest: slot numbers, and what Linux lays out or numbers by architecture. Signal frames: siginfo, ucontext whose
 * last member, 16-byte aligned, is mcontext; above the frame, perhaps, a frame record. */
/* The vDSO that Linux gives programs of this ISA (vdso(7)). Each function is: number to its register, system call, return. */
struct guest_vdso {
    const char *version;                /* of all symbols */
    uint32_t move, call, back, nop;     /* instructions; move: for number 0 */
    uint8_t shift;                      /* of the number in move */
    uint8_t dwarf_ra, dwarf_sp;         /* DWARF numbers of return address and stack pointer */
    uint8_t nfn;
    uint32_t elf_flags;                 /* e_flags */
    struct { const char *name; uint16_t nr; } fn[8];    /* the first is rt_sigreturn: the signal trampoline */
};

enum { GUEST_SIGEXTRA = 64 << 10 };
struct guest_abi {
    uint16_t sysno, arg[6], ret;    /* syscall number, arguments, result */
    uint16_t sp, ra, tp;
    uint16_t fp;                    /* with frame_record: the frame pointer */
    uint16_t monitor;               /* address of the exclusive reservation: ~0 at start and after a signal handler */
    uint16_t sig_arg[3];            /* handler's arguments */
    const char *platform;           /* AT_PLATFORM, or NULL */
    const char *uname_machine;      /* "riscv64" */
    const char *ld_lib;             /* what ld.so of some distribution means by $LIB, the most special first, ':' between */
    uint32_t ld_cache;              /* flags of this ABI's entries in ld.so.cache (glibc's ldconfig.h, FLAG_ELF_LIBC6 included) */
    uint64_t hwcap, hwcap2;
    uint32_t minsigstksz;           /* AT_MINSIGSTKSZ, bytes */
    uint32_t minaltstack;           /* the least that sigaltstack() takes (MINSIGSTKSZ), bytes */
    uint32_t mcontext_size;         /* bytes, a multiple of 16 */
    const struct guest_vdso *vdso;
    uint8_t pc_ignored;             /* low bits of a pc that do not exist; a jump to one that has others of insn_align's is a SIGBUS */
    bool frame_record;              /* fp and ra stand above the signal frame, and fp points there */
    bool sa_restorer;               /* struct sigaction has sa_restorer; handlers without SA_SIGINFO get one argument */
    bool align_data;                /* SIGBUS of a misaligned access names the data's address, else the instruction's */
    bool altstack_unchecked;        /* a frame that does not fit the rest of the alternate stack is written below it all the same */
    bool badframe_at_sp;            /* a bad frame in rt_sigreturn: SEGV_ACCERR at the stack pointer, else SI_KERNEL */
    bool renameat;                  /* call 38 exists */
    uint16_t arch_call[2];          /* first and last of the call numbers 244 to 259 that this architecture has; 0, 0: none */
    struct { uint32_t direct, largefile, directory, nofollow; } o;      /* open flags that architectures number differently */
    /* mc: mcontext_size bytes, zero before. fill writes all of them; restore reads registers and c's pc and fpflags, and says false
     * (having changed anything) to what Linux refuses. */
    void (*mcontext_fill)(void *mc, const uint8_t *guest_state, const struct guest_sigctx *c);
    bool (*mcontext_restore)(const void *mc, uint8_t *guest_state, struct guest_sigctx *c);
    /* How many bytes behind mc belong to it: restore wants them there too. NULL: there are never any. At most GUEST_SIGEXTRA. */
    size_t (*mcontext_extra)(const void *mc, uint64_t at);
    /* Address of the first byte that memory instruction `in` would access. */
    uint64_t (*access_address)(const uint8_t *guest_state, const struct ginsn *in);
    /* The text of /proc/cpuinfo for processor number cpu, as snprintf would write it; NULL: the host's is shown. */
    int (*cpuinfo)(char *buf, size_t n, unsigned cpu);
};

/* Random source of encode_random, and which registers it may use (bit n = register n; 0: all). dst and fdst are for results, base
 * for address operands of memory instructions, src for other integer operands; FP sources are not restricted. index: registers with
 * small values, for index operands of memory instructions (0: none, then a zero register if there is one). Where a register number
 * names either the stack pointer or a zero register (AArch64's 31), the bit is the stack pointer's. */
struct guest_rng { uint64_t s[2]; uint32_t dst, fdst, base, src, index; };

struct guest {
    const char *name;           /* "riscv64" */
    uint16_t elf_machine;
    uint8_t insn_align;         /* 2 for RV64GC */
    uint8_t max_len;            /* longest instruction, bytes */
    const struct guest_slot *slot;
    uint32_t nslot;
    uint32_t nrow;              /* row 0 is "illegal" */
    const char *(*row_name)(uint32_t row);
    const char *(*row_ext)(uint32_t row);
    /* Decodes at p (n >= 1 readable bytes; truncated instructions give row 0). pc-relative targets are computed from pc. */
    void (*decode)(const uint8_t *p, size_t n, uint64_t pc, struct ginsn *out);
    /* Assembler text as objdump prints it, mnemonic and operands separated by one tab. Returns the length. */
    int (*format)(const struct ginsn *in, char *buf, size_t n);
    /* Appends IR for one instruction. Instructions that end a block (flow != GF_NEXT) also emit the terminator. Returns how many of
     * l->next it consumed by fusion (0 mostly). Every instruction that may fault or leave starts with ir_at().
     * NULL: the guest can be decoded and printed, not translated; then slot and abi may be NULL too. */
    unsigned (*lift)(struct lift *l, const struct ginsn *in);
    /* Encodes a random instance of `row` whose register operands come from the masks in rng.
     * Branch/jump rows are encoded with displacement `disp`; memory rows get small offsets. Returns the length, 0 when the row
     * cannot
     * be encoded so. */
    unsigned (*encode_random)(uint32_t row, struct guest_rng *rng, int64_t disp, uint8_t out[16]);
    /* Flow of `in` when `prev` precedes it in the same block: sees through pairs such as auipc + jalr; then *target is the pc
     * they go
     * to and the flow is GF_JUMP or GF_CALL. Otherwise in->flow and in->target. */
    enum gflow (*resolve)(const struct ginsn *prev, const struct ginsn *in, bool pic, uint64_t *target);
    /* Recognises a jump-table dispatch that ends at insn[n-1] (GF_IJUMP), where insn[] are decoded instructions in straight-line
     * order:
     * each one follows its predecessor, by falling through or (a branch) by going to its target. insn[first] starts the last
     * block; what
     * comes before it only suggests values. The promise of *jt: when control enters at insn[first] (with base_slot == base_value if
     * guarded) and the index is below count, the jump goes to the table's entry of that number. NULL: none known. */
    bool (*jump_table)(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt);
    /* Does some function in this text (code from its start) hand condition flags to a callee or back to a caller? Then SLOT_COND slots must
     * be kept at calls and returns (unit.strict) in the whole process. NULL: the guest has no flags. */
    bool (*flags_passed)(const uint8_t *text, size_t len);
    /* Is this instruction there because indirect jumps may go to it (AArch64's `bti j`)? NULL: the guest has no such mark. */
    bool (*jump_mark)(const struct ginsn *in);
    /* What vcpu->fp_rm must be for a guest state block (homes): the dynamic rounding mode, FP_RM_NE..FP_RM_MM, or 5 when the guest
     * holds an invalid one (then ops with FP_RM_DYN are illegal instructions), | FPM_* << 3. */
    unsigned (*fp_rm)(const uint8_t *guest_state);
    /* Runtime ABI, used by runtime/ only. */
    const struct guest_abi *abi;
};

extern const struct guest guest_riscv64, guest_aarch64;
const struct guest *guest_by_machine(uint16_t elf_machine);   /* NULL: unknown */
const struct guest *guest_by_name(const char *name);
const struct guest *guest_nth(uint32_t i);                    /* for listing; NULL past the end */

#endif
