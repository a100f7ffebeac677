/* The x86-64 host: machine ops, register plan, and what its parts share. */
#ifndef AOTC_JIT_HOST_X86_64_X86_H
#define AOTC_JIT_HOST_X86_64_X86_H

#include "jit/compile.h"
#include "jit/host/select.h"
#include "jit/host/x86_64/enc.h"
#include "jit/vcpu.h"

/* r15 = vcpu + VCPU_BIAS, rsp = hint stack. rax, rcx, rdx carry no guest register at boundaries: rax has the guest target, the
 * other two are scratch there and what mul, div and shifts insist on inside. xmm15 is never allocated. Pins: host.c. */
extern const struct mir_target x86_target;
extern const struct sel_target x86_sel;
uint32_t x86_thunks(struct host_thunks *th, uint8_t *out, uint32_t n);      /* struct host's */

/* The allocator's and state first, then integer, memory, floating point, control flow; exits last. */
#define X86_OPS(O) \
    O(MOV) O(LDV) O(STV) O(STVI) O(MOVI) O(LEAG) O(XCHGR) O(STACK) O(PARAM) O(STVG) O(ALU) O(ALUI) O(ALUM) O(ADD3) O(LEA) \
    O(CMP) O(CMPI) O(CMPMI) O(TEST) O(TESTI) O(NOT) O(NEG) O(IMUL) O(IMULI) O(MULH) O(MULX) O(DIV) O(SHI) O(SHX) \
    O(SHCL) O(BSWAP) O(BITCNT) O(ANDN) O(ADC) O(MINMAX) O(EXT) O(EXTM) O(SETCC) O(CMOV) O(FSEL) O(LD) O(ST) O(STI) O(CAS) O(CAS16) O(SWAP) \
    O(XADD) O(RMW) O(LOCK) O(LOCKI) O(FENCE) O(POLL) O(HELPER) O(GX) O(XG) O(GXH) O(XG2) O(VZX) O(FPGET) O(FPSET) O(FBIN) O(FSQRT) O(FMA) O(FCMP) O(FSIGN) O(FCPSGN) \
    O(FCANON) O(NBOX) O(NUNBOX) O(FCVT) O(F2I) O(F2U) O(I2F) O(U2F) O(FMINMAX) O(FPROP) O(FROUND) O(FVEC) O(DUPQ) O(VX) O(VX3) O(JMP) O(JCC) O(SWITCH) O(JUMP) \
    O(CALL) O(IJUMP) O(ICALL) O(RET) O(SYSCALL) O(TRAP)
enum x86_op {
#define OP(name) X_##name,
    X86_OPS(OP)
#undef OP
    X_NOPS
};
enum { DIV_REM = 1, DIV_SIGNED = 2, DIV_SAFE = 4 };     /* mi.aux of X_DIV */
/* mi.aux of X_ADC: no carry, always one, bit 0 of operand 3, in the flag already. mi.cc: with borrow; mi.scale: 1, 2: operands for the
 * carry and overflow of the sum. */
enum { ADC_PLAIN, ADC_SET, ADC_BIT, ADC_READY };
enum { SX_SIGNED = 1 };                                 /* mi.aux of X_EXT, X_EXTM */
/* mi.aux of X_FPROP (mi.x: the IR op; mi.scale: bit i: source i is negated;
 * mi.y: the source, from 0, whose upper bits stay): which results go to the evaluator; forms. */
/* mi.imm: how many of the uses are sources; the others only live on (emit_fgroup.c). */
enum { FPC_NAN = 1, FPC_TINY = 2 /* and those of least normal magnitude */, FPC_MASK = 3, FPA_PACKED = 4, FPA_AVX = 8 };
enum { MEM_RIP = 1 };                                   /* mi.y: base is guest address imm2, rip-relative */

/* The last `and`, `or`, `xor` into a register: its flags are a compare with 0, as long as nothing follows and no label stands here. */
struct xtested { uint32_t at; uint8_t reg, sz; };

/* The carry flag is register reg's bit 0 (borrow: its inverse) at offset at. */
struct xcarry { uint32_t at; uint8_t reg; bool borrow; };

struct x86 {
    union { struct sel s; struct { SEL_FIELDS }; };     /* first */
    uint64_t features, used;    /* may use; used */
    uint8_t *low;               /* by ref: bits of its register that may be other than 0 (isel_zero.c): 16, 32, 64, 128 */
    ir_ref (*adc)[3];           /* by ref of an add with carry: who wants its sum, carry, overflow (isel_carry.c) */
    uint8_t *canon;             /* by ref: x86_canonical's answers; 0 unknown, 1 no, 2 yes */
    struct vpair *pair; uint32_t npair, cappair;        /* isel_vcrypt.c */
    /* emission */
    struct xbuf b;
    struct code *out;
    uint32_t *blk_off;          /* host offset of each block; UINT32_MAX: not there yet */
    struct xtested tested;
    struct xcarry carry;
    struct xfix *fix; uint32_t nfix, capfix;
    struct xcold *cold, **coldtail;
    const struct mi *group[4]; unsigned ngroup;         /* computed, to be checked with what comes next (emit_fgroup.c) */
    struct xlit *lit; uint32_t nlit, caplit;
    uint32_t caprel, capentry;
    uint32_t ret_off;           /* a shared `ret`, for hints that do not match */
    uint32_t edge_depth;        /* words of vcpu->edge in use */
};

bool x86_has(struct x86 *x, uint64_t feature);          /* may the code use it? Notes that it does. */
void x86_emit(struct x86 *x);

/* --- for selection: short names --- */
static inline struct mi *xi(struct x86 *x, unsigned op, unsigned nop) { return sel_new(&x->s, op, nop); }
static inline void xdef(struct x86 *x, struct mi *in, unsigned k, ir_ref r) { sel_def(&x->s, in, k, r); }
static inline void xdefv(struct mi *in, unsigned k, uint32_t v, unsigned fix) { sel_defv(in, k, v, fix); }
static inline void xuse(struct x86 *x, struct mi *in, unsigned k, ir_ref r) { sel_use(&x->s, in, k, r); }
static inline void xusev(struct mi *in, unsigned k, uint32_t v, unsigned fix) { sel_usev(in, k, v, fix); }
static inline void xtied(struct x86 *x, struct mi *in, unsigned k, ir_ref r) { sel_tied(&x->s, in, k, r); }
static inline void xany(struct x86 *x, struct mi *in, unsigned k, ir_ref r) { sel_any(&x->s, in, k, r); }
static inline void xtmp(struct mi *in, unsigned k, unsigned cls, unsigned fix) { sel_tmp(in, k, cls, fix); }
static inline uint32_t xval(struct x86 *x, ir_ref r) { return sel_val(&x->s, r); }
static inline ir_ref x86_rep(struct x86 *x, ir_ref r) { return sel_rep(&x->s, r); }
static inline void x86_snapshot(struct x86 *x, struct mi *in, uint32_t snap) { sel_snapshot(&x->s, in, snap); }

void x86_zero_uppers(struct x86 *x);                                /* isel_zero.c: fills x->low */
/* Which source's upper bits a scalar FP_PROP op shall keep in its result: 0 for a, 1 b, 2 c. */
unsigned x86_keeps(const struct x86 *x, const struct ir_insn *in);
bool x86_select_fprop(struct x86 *x, ir_ref r);                     /* isel_fprop.c: false: not selected */
bool x86_select_fp(struct x86 *x, ir_ref r);                        /* false: not an op of isel_fp.c */
void x86_fallback(struct x86 *x, ir_ref r);                         /* any PURE or FPOP through the evalop helper */
/* Compare r (a T_I1 value) into flags right here; returns the condition code. *second: CC for FP equality's parity test or XNONE. */
unsigned x86_fcompare(struct x86 *x, ir_ref r, unsigned *parity);

#endif
