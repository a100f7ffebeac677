/* The x86-64 host: machine ops, register plan, and what its parts share. */
#ifndef AOTC_JIT_HOST_X86_64_X86_H
#define AOTC_JIT_HOST_X86_64_X86_H

#include "jit/compile.h"
#include "jit/host/mir.h"
#include "jit/host/x86_64/enc.h"
#include "jit/vcpu.h"

/* r15 = vcpu + VCPU_BIAS, rsp = hint stack. rax, rcx, rdx carry no guest register at boundaries: rax has the guest target, the
 * other two are scratch there and what mul, div and shifts insist on inside. xmm15 is never allocated. */
enum { X86_NPIN = 11, X86_NVPIN = 8 };
extern const uint8_t x86_pin_reg[X86_NPIN], x86_vpin_reg[X86_NVPIN];
extern const struct mir_target x86_target;

/* slot -> pinned register or NOREG; fills `set` (bit set over slots). */
void x86_pins(const struct guest_slot *slot, uint32_t nslot, uint8_t *reg, uint64_t *set);

enum x86_op {
    X_MOV, X_LDV, X_STV, X_STVI, X_MOVI, X_LEAG, X_XCHGR, X_STACK, X_PARAM, X_STVG,     /* allocator's and state */
    X_ALU, X_ALUI, X_ALUM, X_ADD3, X_LEA, X_CMP, X_CMPI, X_CMPM, X_CMPMI, X_TEST, X_TESTI, X_NOT, X_NEG,
    X_IMUL, X_IMULI, X_MULH, X_MULX, X_DIV, X_SHI, X_SHX, X_SHCL, X_BSWAP, X_BITCNT, X_ANDN, X_MINMAX,
    X_EXT, X_EXTM, X_SETCC, X_CMOV, X_FSEL, X_LD, X_ST, X_STI, X_CAS, X_SWAP, X_XADD, X_RMW, X_FENCE, X_POLL,
    X_HELPER, X_GX, X_XG, X_FPGET, X_FPSET,
    X_FBIN, X_FSQRT, X_FMA, X_FCMP, X_FSIGN, X_FCPSGN, X_FCANON, X_NBOX, X_NUNBOX, X_FCVT, X_F2I, X_I2F, X_FMINMAX, X_FZERO,
    X_JMP, X_JCC, X_SWITCH,
    X_JUMP, X_CALL, X_IJUMP, X_ICALL, X_RET, X_SYSCALL, X_TRAP,
    X_NOPS
};
enum { DIV_REM = 1, DIV_SIGNED = 2, DIV_SAFE = 4 };     /* mi.aux of X_DIV */
enum { SX_SIGNED = 1 };                                 /* mi.aux of X_EXT, X_EXTM */
enum { MEM_RIP = 1 };                                   /* mi.y: base is guest address imm2, rip-relative */

/* Recipes: how to make a snapshot value that is in no place of its own. Nodes in postfix order of an expression tree. */
struct snap_node {
    uint8_t kind;               /* SNAP_* */
    uint8_t op_type, op_atype, nargs;
    uint16_t op;                /* IR op */
    uint16_t slot;              /* root nodes: the guest slot */
    uint32_t opnd;              /* SNAP_VALUE: index into mi.snapop */
    uint64_t imm;               /* SNAP_CONST, SNAP_GPC */
};
enum { SNAP_VALUE, SNAP_CONST, SNAP_GPC, SNAP_OP };

/* Per machine instruction that may fault: its snapshot as nodes. */
struct snap_rec { uint64_t pc; struct snap_node *node; uint32_t n; };

/* The last `and`, `or`, `xor` into a register: its flags are a compare with 0, as long as nothing follows and no label stands here. */
struct xtested { uint32_t at; uint8_t reg, sz; };

struct x86 {
    struct cc *cc;
    struct ir_func *f;
    struct mir m;
    const struct unit *u;
    uint64_t features, used;    /* may use; used */
    uint8_t *pin;               /* by slot */
    /* selection */
    uint8_t *need;              /* by ref: somebody wants it in a register (or memory) */
    uint8_t *canon;             /* by ref: x86_canonical's answers; 0 unknown, 1 no, 2 yes */
    uint32_t *uses, *allotted;  /* by ref: real uses; uses incl. snapshots */
    uint32_t *where, *inblk;    /* by ref: position in its block, block */
    uint32_t *snapat;           /* by ref of faulting ops: snapshot number + 1 */
    struct mi *head, *tail;     /* group being built */
    struct snap_rec *rec; uint32_t nrec, caprec;
    ir_blk blk;
    ir_ref now;                 /* the op being selected: where its group will stand */
    ir_blk *retblk;             /* by index in f->retpc: the return site's block, or none */
    /* emission */
    struct xbuf b;
    struct code *out;
    uint32_t *blk_off;          /* host offset of each block; UINT32_MAX: not there yet */
    struct xtested tested;
    struct xfix *fix; uint32_t nfix, capfix;
    struct xcold *cold, **coldtail;
    struct xlit *lit; uint32_t nlit, caplit;
    uint32_t caprel, capentry, nextsnap_off;
    uint8_t *snapb; uint32_t nsnapb, capsnapb;
    uint32_t snap_lastoff; uint64_t snap_lastpc;
    uint32_t ret_off;           /* a shared `ret`, for hints that do not match */
};

bool x86_has(struct x86 *x, uint64_t feature);          /* may the code use it? Notes that it does. */
void x86_select(struct x86 *x);
void x86_emit(struct x86 *x);
void x86_snap_emit(struct x86 *x, const struct mi *in, uint32_t start, uint32_t end);

/* --- between isel.c and isel_fp.c --- */
struct mi *xi(struct x86 *x, unsigned op, unsigned nop);            /* a new instruction at the end of the group */
void xdef(struct x86 *x, struct mi *in, unsigned k, ir_ref r);
void xdefv(struct mi *in, unsigned k, uint32_t v, unsigned fix);
void xuse(struct x86 *x, struct mi *in, unsigned k, ir_ref r);
void xusev(struct mi *in, unsigned k, uint32_t v, unsigned fix);
void xtmp(struct mi *in, unsigned k, unsigned cls, unsigned fix);
uint32_t xval(struct x86 *x, ir_ref r);                             /* virtual register that holds r; marks it as needed */
bool x86_select_fp(struct x86 *x, ir_ref r);                        /* false: not an op of isel_fp.c */
void x86_fallback(struct x86 *x, ir_ref r);                         /* any PURE or FPOP through the evalop helper */
/* Compare r (a T_I1 value) into flags right here; returns the condition code. *second: CC for FP equality's parity test or XNONE. */
unsigned x86_fcompare(struct x86 *x, ir_ref r, unsigned *parity);

#endif
