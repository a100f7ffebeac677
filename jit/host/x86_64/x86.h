/* The x86-64 host: machine ops, register plan, and what its parts share. */
#ifndef AOTC_JIT_HOST_X86_64_X86_H
#define AOTC_JIT_HOST_X86_64_X86_H

#include "jit/compile.h"
#include "jit/host/host.h"
#include "jit/host/mir.h"
#include "jit/host/x86_64/enc.h"
#include "jit/vcpu.h"

/* r15 = vcpu + VCPU_BIAS, rsp = hint stack. rax, rcx, rdx carry no guest register at boundaries: rax has the guest target, the
 * other two are scratch there and what mul, div and shifts insist on inside. xmm15 is never allocated. Pins: host.c. */
extern const struct mir_target x86_target;
uint32_t x86_thunks(struct host_thunks *th, uint8_t *out, uint32_t n);      /* struct host's */

/* The allocator's and state first, then integer, memory, floating point, control flow; exits last. */
#define X86_OPS(O) \
    O(MOV) O(LDV) O(STV) O(STVI) O(MOVI) O(LEAG) O(XCHGR) O(STACK) O(PARAM) O(STVG) O(ALU) O(ALUI) O(ALUM) O(ADD3) O(LEA) \
    O(CMP) O(CMPI) O(CMPMI) O(TEST) O(TESTI) O(NOT) O(NEG) O(IMUL) O(IMULI) O(MULH) O(MULX) O(DIV) O(SHI) O(SHX) \
    O(SHCL) O(BSWAP) O(BITCNT) O(ANDN) O(MINMAX) O(EXT) O(EXTM) O(SETCC) O(CMOV) O(FSEL) O(LD) O(ST) O(STI) O(CAS) O(SWAP) \
    O(XADD) O(RMW) O(FENCE) O(POLL) O(HELPER) O(GX) O(XG) O(FPGET) O(FPSET) O(FBIN) O(FSQRT) O(FMA) O(FCMP) O(FSIGN) O(FCPSGN) \
    O(FCANON) O(NBOX) O(NUNBOX) O(FCVT) O(F2I) O(F2U) O(I2F) O(U2F) O(FMINMAX) O(JMP) O(JCC) O(SWITCH) O(JUMP) \
    O(CALL) O(IJUMP) O(ICALL) O(RET) O(SYSCALL) O(TRAP)
enum x86_op {
#define OP(name) X_##name,
    X86_OPS(OP)
#undef OP
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

struct xmark { uint32_t off; ir_blk blk; const struct mi *in; };    /* where the code of a machine op starts */

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
    uint32_t caprel, capentry;
    uint8_t *snapb; uint32_t nsnapb, capsnapb;
    uint32_t snap_lastoff; uint64_t snap_lastpc;
    bool marks;                 /* for dumps: */
    struct xmark *mark; uint32_t nmark, capmark;
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
