/* Between the parts of x86-64 vector selection: machine ops X_VX and X_VX3, and short names that make them. */
#ifndef AOTC_JIT_HOST_X86_64_VEC_H
#define AOTC_JIT_HOST_X86_64_VEC_H

#include "jit/host/x86_64/isel.h"

/* X_VX: mi.x is the opcode word, mi.cc its immediate byte, mi.sz the opcode extension of shifts by an immediate. Operands: the
 * result, the first source (unless VXF_UNARY), the second one: a register or its place in memory; VXF_MEM: base and index of guest
 * memory; VXF_LIT: none, it is a literal (mi.imm, mi.gpc). Anything behind them is there for the allocator's sake.
 * X_VX3: result, first source (tied to it), the other two, of which the last one may be any of these. */
enum { VXF_AVX = 1,             /* three-operand forms */
       VXF_LIT = 2, VXF_MEM = 4,
       VXF_UNARY = 8,
       VXF_SHIFT = 16,
       VXF_IMM = 32,            /* an immediate byte follows */
       VXF_STORE = 64,          /* the result is the ModRM.rm operand, the source ModRM.reg */
       VXF_FLAGS = 128 };       /* no result but the flags; both operands are sources */

/* Opcode words: 66 0F, 66 0F 38, 66 0F 3A; EVEX forms. */
#define V1(op) XOP(0x66, 1, op)
#define V2(op) XOP(0x66, 2, op)
#define V3(op) XOP(0x66, 3, op)
#define E1(op) (V1(op) | XV_EVEX)
#define E2(op) (V2(op) | XV_EVEX)
#define E3(op) (V3(op) | XV_EVEX)
enum { XV_COMM = 1 << 26 };     /* the two sources may change places */
#define P_AND    (V1(0xdb) | XV_COMM)
#define P_ANDN   V1(0xdf)       /* ~first & second */
#define P_OR     (V1(0xeb) | XV_COMM)
#define P_XOR    (V1(0xef) | XV_COMM)
#define P_SHUFB  V2(0x00)
#define P_UNPCKLQ V1(0x6c)
#define P_INSERTPS V3(0x21)
#define NOIMM (-1)

/* The source that may be in memory. */
struct vsrc { enum { VS_REG, VS_LIT, VS_LOAD } kind; uint32_t v; ir_ref load; uint64_t lo, hi; };
static inline struct vsrc vs(uint32_t v) { return (struct vsrc){ .kind = VS_REG, .v = v }; }
static inline struct vsrc vs_lit(uint64_t lo, uint64_t hi) { return (struct vsrc){ .kind = VS_LIT, .lo = lo, .hi = hi }; }
static inline struct vsrc vs_dup(uint64_t v) { return vs_lit(v, v); }
/* Operand `ref` of the op being selected as such a source; bytes: what the instruction reads. */
struct vsrc vs_ref(struct x86 *x, ir_ref ref, unsigned bytes);

/* Is r such an op of this block, wanted by its one user alone, which may do it along with itself? */
bool xv_private(struct x86 *x, ir_ref r, unsigned op);

/* Each makes one instruction and returns its result; d: that, or 0 for a fresh register. imm: byte or NOIMM. */
uint32_t xv_bin(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, struct vsrc b, int imm);
uint32_t xv_un(struct x86 *x, uint32_t d, uint32_t op, struct vsrc a, int imm);
uint32_t xv_tern(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, uint32_t b, struct vsrc c, int imm);
uint32_t xv_shift(struct x86 *x, uint32_t d, uint32_t op, unsigned ext, uint32_t a, unsigned n);
static inline uint32_t xv2(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, uint32_t b)
{
    return xv_bin(x, d, op, a, vs(b), NOIMM);
}
/* Has an SSE form alone, in which the result takes a's register. */
uint32_t xv_legacy(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, uint32_t b, int imm);
void xv_rounds(struct x86 *x, uint32_t d, uint32_t a, uint32_t b, uint32_t w);  /* sha256rnds2, w in xmm0 */
uint32_t xv_zero(struct x86 *x);
uint32_t xv_load(struct x86 *x, uint64_t lo, uint64_t hi);          /* a literal in a register */

/* Whole operations on lanes of 8 << lane bits. */
uint64_t xv_sign_bits(unsigned lane);
uint32_t xv_add(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b);
uint32_t xv_sub(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b);
uint32_t xv_eq(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b);
uint32_t xv_gts(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b);
uint32_t xv_gtu(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, uint32_t b);
uint32_t xv_shl(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n);      /* n: less than the width */
uint32_t xv_shr(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n);
uint32_t xv_sar(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n);
uint32_t xv_not(struct x86 *x, uint32_t d, uint32_t a);
uint32_t xv_bsl(struct x86 *x, uint32_t d, uint32_t mask, uint32_t yes, struct vsrc no);
enum { MM_SMIN, MM_SMAX, MM_UMIN, MM_UMAX };
uint32_t xv_minmax(struct x86 *x, uint32_t d, unsigned kind, unsigned lane, uint32_t a, struct vsrc b);
uint32_t xv_clz(struct x86 *x, uint32_t d, unsigned lane, uint32_t a);

bool xv_select_shuf(struct x86 *x, ir_ref r);                       /* isel_shuf.c: vshuf, vtbl, vdup, vins, vextr */
bool xv_select_seq(struct x86 *x, ir_ref r);                        /* isel_vseq.c: what takes several instructions */
bool xv_select_shift(struct x86 *x, ir_ref r);                      /* isel_vshift.c */
bool xv_select_mul(struct x86 *x, ir_ref r);                        /* isel_vmul.c */
bool xv_select_crypto(struct x86 *x, ir_ref r);                     /* isel_vcrypt.c */
bool xv_select_aes_last(struct x86 *x, ir_ref r);                   /* a vxor that belongs to an AES round */

#endif
