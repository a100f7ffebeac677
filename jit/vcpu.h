/* One guest hardware thread. Generated code addresses it through one host register, biased so that the first 256 bytes of guest
 * state have 8-bit displacements. The layout is an ABI: abi_hash() covers it, and every image carries that hash. */
#ifndef AOTC_JIT_VCPU_H
#define AOTC_JIT_VCPU_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

enum { VCPU_GUEST_SIZE = 2048, VCPU_BIAS = 128, VCPU_SPILLS = 2048, VCPU_VSPILLS = 64, VCPU_EDGE = 64, HINT_STACK_SIZE = 64 << 10 };

/* Why generated code or T0 came back to the dispatcher; vcpu->pc says where. */
enum vexit {
    VX_JUMP,                    /* go on at pc: no code there yet, or not known */
    VX_SYSCALL,                 /* do the system call, go on at pc */
    VX_ILLEGAL, VX_BREAK, VX_FETCH, VX_CODE, VX_FPMODE, VX_ALIGN,     /* enum ir_trap + VX_ILLEGAL */
    VX_POLL,                    /* vcpu->request was set; TRAP_LEAVE */
    VX_FAULT,                   /* memory fault (from the signal handler): vcpu->fault */
    VX_RETMISS,                 /* a return did not match its hint; go on at pc */
    VX_HOT,                     /* T0: the block at pc has been entered as often as t0_set_heat said */
    VX_COUNT
};

struct vfault { int32_t sig, code; uint64_t addr; };

/* The jump cache: where code of a guest pc is that the code jumping there has no table for, at ((pc << 3) ^ (pc >> 6)) & jc_mask bytes.
 * STUB_DISPATCH and STUB_RETMISS look here before they leave. The vcpu's own thread alone reads and writes it. */
struct jc_entry { uint64_t pc; const void *code; };
enum { JC_FIRST = 256, JC_ENTRIES = 4096 };     /* a page, until as many have been learnt: most processes are short */

struct vcpu {
    _Alignas(64) uint8_t guest[VCPU_GUEST_SIZE];    /* homes, at guest_slot.off */
    uint64_t pc;
    uint32_t exit;              /* enum vexit */
    uint32_t request;           /* nonzero: leave at the next safe point (set from signal handlers) */
    void *hint_sp;              /* host stack pointer of generated code while it does not run */
    void *c_sp;                 /* C stack of the enclosing enter() while generated code runs */
    uint32_t guest_fpcr;        /* host FP control word (x86: MXCSR) of guest code: rounding mode and sticky flags */
    uint32_t host_fpcr;         /* that of C code */
    uint32_t fp_rm;             /* dynamic rounding mode FP_RM_NE..FP_RM_MM, 5 invalid, | FPM_* << 3. Above FP_RM_UP only T0 runs:
                                   compiled code has the mode in guest_fpcr and cannot express it. Changed by the dispatcher on
                                   VX_FPMODE. */
    uint32_t fp_extra;          /* sticky flags that guest_fpcr has no bits for: FPF_ID */
    void *stub[16];             /* enum vstub: where generated code leaves to */
    const void *helper[128];    /* jit/helpers.def */
    void *rt;                   /* struct rt_thread */
    void *hint_base, *hint_top; /* the hint stack: [base, top), guard page below base; top holds the sentinel */
    void *hint_armed;           /* not NULL: the next call or return leaves (vcpu_arm); the true pointer of the hint stack, */
    uint64_t hint_kept[4];      /* and its words at hint_base */
    struct jc_entry *jc;        /* vcpu_know_code; jc_none until it knows any */
    uint64_t jc_mask;           /* bytes, multiple of an entry */
    struct jc_entry jc_none;    /* a slot that matches by accident leads out, to */
    const void *jc_miss;
    uint64_t jc_known;          /* how often it has learnt */
    struct vfault fault;
    uint64_t code_lo, code_hi;  /* guest addresses that VX_CODE is about; lo == hi: all. Set by the helper code_range, reset by the
                                   dispatcher */
    uint64_t n_t0_insns, n_t0_blocks, n_dispatch, n_retmiss, n_helper;   /* counters */
    uint64_t parallel;          /* not 0: somebody else may be at the guest's memory, another thread of it or another process */
    uint64_t edge[VCPU_EDGE];   /* values on their way from memory to memory between two blocks */
    _Alignas(64) uint8_t varg[3][32];       /* operands of the helper evalv; [0]: its result */
    _Alignas(64) uint64_t spill[VCPU_SPILLS];
    _Alignas(64) uint8_t vspill[VCPU_VSPILLS][64];
};

enum vstub { STUB_DISPATCH, STUB_SYSCALL, STUB_TRAP /* + enum ir_trap */, STUB_POLL = STUB_TRAP + 6, STUB_RETMISS, STUB_COUNT,
             STUB_SLOW = 15 };          /* not an exit: helper evalv with no register changed, on the C stack (hosts that use it) */
static_assert(VX_POLL - VX_ILLEGAL == 6, "TRAP_LEAVE's stub is STUB_POLL");
static_assert(STUB_COUNT <= STUB_SLOW, "stub table");

#endif
