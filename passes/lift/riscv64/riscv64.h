/* The RISC-V guest's own header: formats, row flags, row table, register numbering. Private to passes/lift/riscv64.
 * Spec: The RISC-V Instruction Set Manual, Volume I: Unprivileged, 20240411. */
#ifndef AOTC_PASSES_LIFT_RISCV64_RISCV64_H
#define AOTC_PASSES_LIFT_RISCV64_RISCV64_H

#include "passes/lift/guest.h"

/* FMT(name, print): how operands are extracted (decode.c, encode.c: one case each) and printed. Print letters:
 *   d s t      rd, rs1, rs2 as integer registers     D S T R    the same and rs3 as FP registers
 *   i decimal immediate   x hex immediate   u upper immediate (20 bits, hex)   p pc-relative target
 *   o imm(rs1)   z (rs1)   m ",rm" unless dynamic   c CSR   k 5-bit immediate   P fence sets */
#define GRV64_FORMATS(FMT) \
    FMT(NONE, "") FMT(R, "d,s,t") FMT(I, "d,s,i") FMT(SH, "d,s,x") FMT(L, "d,o") FMT(S, "t,o") FMT(B, "s,t,p") FMT(U, "d,u") \
    FMT(J, "d,p") FMT(JR, "d,o") FMT(FENCE, "P") FMT(CSR, "d,c,s") FMT(CSRI, "d,c,k") FMT(AMO, "d,t,z") FMT(LR, "d,z") \
    FMT(R1, "d,s") FMT(FR, "D,S,T") FMT(FRM, "D,S,Tm") FMT(FR1M, "D,Sm") FMT(FR4, "D,S,T,Rm") FMT(XF, "d,S") FMT(XFM, "d,Sm") \
    FMT(FX, "D,s") FMT(FXM, "D,sm") FMT(FCMP, "d,S,T") FMT(FL, "D,o") FMT(FS, "T,o") FMT(CBO, "z") FMT(PF, "o") \
    FMT(CIW, "d,s,i") FMT(CLW, "d,o") FMT(CLD, "d,o") FMT(CSW, "t,o") FMT(CSD, "t,o") FMT(CFLD, "D,o") FMT(CFSD, "T,o") \
    FMT(CNOP, "") FMT(CI, "d,i") FMT(CLI, "d,i") FMT(CI16, "d,i") FMT(CLUI, "d,u") FMT(CSH, "d,x") FMT(CBSH, "d,x") \
    FMT(CBI, "d,i") FMT(CA, "d,t") FMT(CJ, "p") FMT(CB, "s,p") FMT(CLWSP, "d,o") FMT(CLDSP, "d,o") FMT(CFLDSP, "D,o") \
    FMT(CSWSP, "t,o") FMT(CSDSP, "t,o") FMT(CFSDSP, "T,o") FMT(CJR, "s") FMT(CJALR, "s") FMT(CMV, "d,t") FMT(CADD, "d,t")

enum grv64_fmt {
#define FMT(name, print) GRV64_F_##name,
    GRV64_FORMATS(FMT)
#undef FMT
    GRV64_NFMT
};

/* The flags column. Low bits: control flow; high bits: the encoding is reserved (illegal) unless ... */
enum {
    K_BR = 1, K_JAL, K_JALR, K_SYS, K_BAR, K_TRAP, K_FLOW = 7,
    K_NZRD = 8,                 /* rd != 0 */
    K_NZRS1 = 16,               /* rs1 != 0 */
    K_NZIMM = 32,               /* immediate != 0 */
    K_RM = 64                   /* rounding mode field is not 5 or 6 */
};

/* Lift classes: grv64_lift_NAME, one row of functions each. */
#define GRV64_CLASSES(C) \
    C(illegal) C(nop) C(lui) C(auipc) C(jal) C(jalr) C(branch) C(load) C(store) C(bini) C(cmpi) C(bin) C(cmp) C(biniw) C(binw) \
    C(fence) C(fencei) C(ecall) C(ebreak) C(csr) C(cbo_zero) C(lr) C(sc) C(amo) C(fload) C(fstore) C(fma) C(fbin) \
    C(fsqrt) C(fsgn) C(fminmax) C(fcmp) C(f2i) C(i2f) C(fcvt) C(fmvx) C(fmvf) C(fclass) C(shadd) C(slliuw) C(binn) C(un) C(unw) \
    C(ext) C(clmulr) C(bit) C(biti) C(czero)

enum grv64_class {
#define C(name) GRV64_C_##name,
    GRV64_CLASSES(C)
#undef C
    GRV64_NCLASS
};

struct grv64_row {
    const char *name, *ext;
    uint32_t match, mask, arg;
    uint8_t fmt, flags, cls;
};
/* Number of rows, "illegal" included. */
enum {
#define INSN(name, ext, match, mask, format, flags, class, arg) +1
    GRV64_NROW = 0
#include "passes/lift/riscv64/riscv64.def"
};
extern const struct grv64_row grv64_row[GRV64_NROW];

/* Slot numbers (state.def). Registers: x1..x31 are slots 0..30, f0..f31 are 31..62. */
enum grv64_slot {
#define SLOT(name, off, type, pin, flags) GRV64_S_##name,
#include "passes/lift/riscv64/state.def"
    GRV64_NSLOT
};
enum { GRV64_SLOT_X = -1, GRV64_SLOT_F = 31 };          /* + register number */
extern const struct guest_slot grv64_slot[GRV64_NSLOT];

enum grv64_csr { CSR_FFLAGS = 1, CSR_FRM = 2, CSR_FCSR = 3, CSR_CYCLE = 0xc00, CSR_TIME = 0xc01, CSR_INSTRET = 0xc02 };
const char *grv64_csr_name(unsigned csr);               /* NULL: not ours */

/* Does the CSR instruction write? csrrw always; csrrs/csrrc unless their source field is 0 (7.1). */
static inline bool grv64_csr_writes(const struct ginsn *in)
{
    return ((in->raw >> 12) & 3) == 1 || in->rs1 != 0;
}

extern const struct guest_abi grv64_abi;

void grv64_decode(const uint8_t *p, size_t n, uint64_t pc, struct ginsn *out);
int grv64_format(const struct ginsn *in, char *buf, size_t n);
unsigned grv64_lift(struct lift *l, const struct ginsn *in);
unsigned grv64_encode_random(uint32_t row, struct guest_rng *rng, int64_t disp, uint8_t out[16]);
bool grv64_jump_table(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt);
enum gflow grv64_resolve(const struct ginsn *prev, const struct ginsn *in, bool pic, uint64_t *target);

#endif
