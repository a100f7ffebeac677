/* The AArch64 guest's own header: row flags and arguments, row table, what the decoder offers the formatter. Private to
 * passes/lift/aarch64. Spec: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue J.a). */
#ifndef AOTC_PASSES_LIFT_AARCH64_AARCH64_H
#define AOTC_PASSES_LIFT_AARCH64_AARCH64_H

#include "passes/lift/guest.h"

/* The flags column. Low bits: control flow, the numbers of enum gflow. Others: the encoding is UNDEFINED unless ... */
enum {
    K_BR = GF_BRANCH, K_JUMP = GF_JUMP, K_CALL = GF_CALL, K_IJUMP = GF_IJUMP, K_ICALL = GF_ICALL, K_RET = GF_RET,
    K_SYS = GF_SYSCALL, K_BAR = GF_BARRIER, K_TRAP = GF_TRAP, K_FLOW = 15,
    K_SYSREG = 1 << 4,          /* (not a condition) the flow depends on the system register */
    K_LOGIMM = 1 << 5,          /* N:immr:imms is a bitmask immediate of the operation's width */
    K_HW     = 1 << 6,          /* move wide: a 32-bit form shifts by 0 or 16 */
    K_BITF   = 1 << 7,          /* bitfield, extract: N = sf; a 32-bit form has positions below 32 */
    K_SH6    = 1 << 8,          /* a 32-bit form shifts by less than 32 */
    K_NOROR  = 1 << 9,          /* the shift is not ROR */
    K_EXT4   = 1 << 10,         /* an extended register is shifted by at most 4 */
    K_EVEN   = 1 << 11,         /* register pairs start at even registers */
    K_FT     = 1 << 12,         /* ftype is not 2 */
    K_SCALE  = 1 << 13,         /* a 32-bit form has at most 32 fraction bits */
    K_Q1D    = 1 << 14,         /* bits 23:22 are not 3 where Q = 0 */
    K_Q1D10  = 1 << 15,         /* bits 11:10 are not 3 where Q = 0 */
    K_NO3    = 1 << 16,         /* bits 23:22 are not 3 */
    K_NO0    = 1 << 17,         /* bits 23:22 are not 0 */
    K_NO2S   = 1 << 18,         /* bits 23:22 are not 2 where Q = 0 */
    K_SZQ    = 1 << 19,         /* bit 22 is not 1 where Q = 0 */
    K_IMMH   = 1 << 20,         /* immh is not 0 (defgen knows: what is left belongs to other rows) */
    K_IMMHQ  = 1 << 21,         /* immh is not 1xxx where Q = 0 */
    K_IMMH8  = 1 << 22,         /* immh is not 1xxx */
    K_IMMHF  = 1 << 23,         /* immh is not 0001 */
    K_EXTI   = 1 << 24,         /* EXT: position below 8 where Q = 0 */
    K_HQ     = 1 << 25,         /* H is 0 where Q = 0 */
};

enum { GA64_IMMH_BITS = 0x00780000 };

/* Lift classes: instructions one lift function will serve. v_ vectors, s_ the scalar SIMD forms, fp_ the scalar FP group. */
#define GA64_CLASSES(C) \
    C(illegal) C(adr) C(addsub_imm) C(logic_imm) C(movewide) C(bitfield) C(extract) C(logic_reg) C(addsub_reg) C(addsub_ext) \
    C(addsub_carry) C(flagm) C(ccmp_reg) C(ccmp_imm) C(csel) C(div) C(shift_reg) C(crc32) C(bits_reg) C(madd) C(maddl) C(mulh) \
    C(bcond) C(b) C(cbz) C(tbz) C(br) C(svc) C(brk) C(nop) C(clrex) C(barrier) C(dc_zva) C(dc_clean) C(ic_ivau) C(msr) C(mrs) C(ldst_lit) \
    C(prefetch) C(ldst_pair) C(ldst_uimm) C(ldst_simm) C(ldst_reg) C(ldst_excl) C(ldst_order) C(ldst_exclp) C(cas) C(casp) \
    C(atomic) C(fp_un) C(fp_round) C(fp_cvt) C(bf16_cvt) C(fp_bin) C(fp_cmp) C(fp_imm) C(fp_ccmp) C(fp_csel) C(fp_fma) C(fp_toint) \
    C(fp_fromint) C(fp_mov) C(v_three_same) C(v_logic) C(v_three_fp) C(s_three_fp) C(v_fmlal) C(s_three_same) C(v_dot) C(v_mmla) \
    C(bf16_dot) C(bf16_mmla) C(bf16_mlal) C(v_fcmla) C(v_fcadd) C(v_three_diff) C(s_three_diff) C(v_pmull) C(v_two) C(v_cmp_zero) \
    C(v_narrow) C(v_widen) C(v_fcvt) C(v_two_fp) C(v_toint) C(v_fromint) C(v_cmp_zero_fp) C(s_toint) C(s_fromint) C(s_cmp_zero_fp) \
    C(s_two_fp) C(s_two) C(s_cmp_zero) C(s_narrow) C(s_fcvt) C(s_pair) C(v_across) C(v_across_fp) C(v_dup_lane) C(v_dup_gpr) \
    C(s_dup_lane) C(v_ins_gpr) C(v_ins_lane) C(v_to_gpr) C(v_tbl) C(v_permute) C(v_ext) C(v_elem) C(v_elem_long) C(s_elem_long) \
    C(s_elem) C(v_elem_fp) C(s_elem_fp) C(v_dot_elem) C(bf16_dot_elem) C(bf16_mlal_elem) C(v_fmlal_elem) C(v_fcmla_elem) \
    C(v_modimm) C(v_shift_imm) C(v_shift_narrow) C(v_shift_long) C(v_fixed) C(s_shift_imm) C(s_shift_narrow) C(s_fixed) C(aes) \
    C(sha) C(sha3) C(sm3) C(sm4) C(v_ldst_multi) C(v_ldst_lane) C(v_ldst_rep)

enum ga64_class {
#define C(name) GA64_C_##name,
    GA64_CLASSES(C)
#undef C
    GA64_NCLASS
};

/* Operations, for the argument column: what distinguishes the rows of one class. */
#define GA64_OPS(O) \
    O(abs) O(adc) O(adcs) O(add) O(addhn) O(addp) O(adds) O(addv) O(aesd) O(aese) O(aesimc) O(aesmc) O(and) O(ands) O(asrv) \
    O(bcax) O(bfcvt) O(bfcvtn) O(bfdot) O(bfm) O(bfmlalb) O(bfmlalt) O(bfmmla) O(bic) O(bics) O(bif) O(bit) O(bsl) O(ccmn) O(ccmp) \
    O(cfinv) O(cls) O(clz) O(cmeq) O(cmge) O(cmgt) O(cmhi) O(cmhs) O(cmle) O(cmlt) O(cmtst) O(cnt) O(crc32b) O(crc32cb) O(crc32ch) \
    O(crc32cw) O(crc32cx) O(crc32h) O(crc32w) O(crc32x) O(csel) O(csinc) O(csinv) O(csneg) O(eon) O(eor) O(eor3) O(extr) O(fabd) \
    O(fabs) O(facge) O(facgt) O(fadd) O(faddp) O(fcadd) O(fccmp) O(fccmpe) O(fcmeq) O(fcmge) O(fcmgt) O(fcmla) O(fcmle) O(fcmlt) \
    O(fcmp) O(fcmpe) O(fcvtas) O(fcvtau) O(fcvtl) O(fcvtms) O(fcvtmu) O(fcvtn) O(fcvtns) O(fcvtnu) O(fcvtps) O(fcvtpu) O(fcvtxn) \
    O(fcvtzs) O(fcvtzu) O(fdiv) O(fmadd) O(fmax) O(fmaxnm) O(fmaxnmp) O(fmaxnmv) O(fmaxp) O(fmaxv) O(fmin) O(fminnm) O(fminnmp) \
    O(fminnmv) O(fminp) O(fminv) O(fmla) O(fmlal) O(fmlal2) O(fmls) O(fmlsl) O(fmlsl2) O(fmov) O(fmsub) O(fmul) O(fmulx) O(fneg) \
    O(fnmadd) O(fnmsub) O(fnmul) O(frecpe) O(frecps) O(frecpx) O(frint32x) O(frint32z) O(frint64x) O(frint64z) O(frinta) O(frinti) \
    O(frintm) O(frintn) O(frintp) O(frintx) O(frintz) O(frsqrte) O(frsqrts) O(fsqrt) O(fsub) O(ldadd) O(ldclr) O(ldeor) O(ldset) \
    O(ldsmax) O(ldsmin) O(ldumax) O(ldumin) O(lslv) O(lsrv) O(madd) O(mla) O(mls) O(movi) O(movk) O(movn) O(movz) O(msub) O(mul) \
    O(mvni) O(neg) O(not) O(orn) O(orr) O(pmul) O(pmull) O(raddhn) O(rax1) O(rbit) O(rev) O(rev16) O(rev32) O(rev64) O(rmif) \
    O(rorv) O(rshrn) O(rsubhn) O(saba) O(sabal) O(sabd) O(sabdl) O(sadalp) O(saddl) O(saddlp) O(saddlv) O(saddw) O(sbc) O(sbcs) \
    O(sbfm) O(scvtf) O(sdiv) O(sdot) O(setf16) O(setf8) O(sha1c) O(sha1h) O(sha1m) O(sha1p) O(sha1su0) O(sha1su1) O(sha256h) \
    O(sha256h2) O(sha256su0) O(sha256su1) O(sha512h) O(sha512h2) O(sha512su0) O(sha512su1) O(shadd) O(shl) O(shll) O(shrn) \
    O(shsub) O(sli) O(sm3partw1) O(sm3partw2) O(sm3ss1) O(sm3tt1a) O(sm3tt1b) O(sm3tt2a) O(sm3tt2b) O(sm4e) O(sm4ekey) O(smaddl) \
    O(smax) O(smaxp) O(smaxv) O(smin) O(sminp) O(sminv) O(smlal) O(smlsl) O(smmla) O(smsubl) O(smulh) O(smull) O(sqabs) O(sqadd) \
    O(sqdmlal) O(sqdmlsl) O(sqdmulh) O(sqdmull) O(sqneg) O(sqrdmlah) O(sqrdmlsh) O(sqrdmulh) O(sqrshl) O(sqrshrn) O(sqrshrun) \
    O(sqshl) O(sqshlu) O(sqshrn) O(sqshrun) O(sqsub) O(sqxtn) O(sqxtun) O(srhadd) O(sri) O(srshl) O(srshr) O(srsra) O(sshl) \
    O(sshll) O(sshr) O(ssra) O(ssubl) O(ssubw) O(sub) O(subhn) O(subs) O(sudot) O(suqadd) O(swp) O(tbl) O(tbx) O(trn1) O(trn2) \
    O(uaba) O(uabal) O(uabd) O(uabdl) O(uadalp) O(uaddl) O(uaddlp) O(uaddlv) O(uaddw) O(ubfm) O(ucvtf) O(udiv) O(udot) O(uhadd) \
    O(uhsub) O(umaddl) O(umax) O(umaxp) O(umaxv) O(umin) O(uminp) O(uminv) O(umlal) O(umlsl) O(ummla) O(umsubl) O(umulh) O(umull) \
    O(uqadd) O(uqrshl) O(uqrshrn) O(uqshl) O(uqshrn) O(uqsub) O(uqxtn) O(urecpe) O(urhadd) O(urshl) O(urshr) O(ursqrte) O(ursra) \
    O(usdot) O(ushl) O(ushll) O(ushr) O(usmmla) O(usqadd) O(usra) O(usubl) O(usubw) O(uzp1) O(uzp2) O(xar) O(xtn) O(zip1) O(zip2)

enum ga64_op {
#define O(name) GA64_OP_##name,
    GA64_OPS(O)
#undef O
    GA64_NOP
};

/* The argument column. MEM: log2 of the bytes of one register's access, M_*. AMO: the same with an operation. VM: registers,
 * elements of a structure, M_*. VS: log2 of a lane's bytes, registers, M_*. FCVT: to, from. */
enum {
    M_ST = 0x200, M_FP = 0x400, M_SX32 = 0x800, M_SX64 = 0x1000, M_POST = 0x2000, M_PRE = 0x4000, M_ACQ = 0x8000, M_REL = 0x10000,
    M_ACQPC = 0x20000,          /* acquire as RCpc: may pass an earlier store-release */
};
enum { GA64_FP_s, GA64_FP_d, GA64_FP_h };
#define OP(op)        GA64_OP_##op
#define MEM(log2, m)  ((log2) | (m))
#define AMO(op, log2, m) ((log2) | (m) | GA64_OP_##op << 20)
#define VM(n, e, m)   ((n) << 3 | (e) << 6 | (m))
#define VS(log2, n, m) ((log2) | (n) << 3 | (m))
#define FCVT(to, from) (GA64_FP_##to << 4 | GA64_FP_##from)
enum { GA64_MEM_LOG2 = 7, GA64_VM_N_SHIFT = 3, GA64_VM_E_SHIFT = 6 };

struct ga64_row {
    const char *name;           /* the mnemonic ends at '_'; "{2}" is "2" where Q is set */
    const char *ext;            /* /proc/cpuinfo's name of the extension, "" base */
    const char *print;          /* operands: format.c */
    uint32_t match, mask, flags, arg;
    uint8_t cls;
};
/* Number of rows, "illegal" included. */
enum {
#define INSN(name, ext, match, mask, format, flags, class, arg) +1
    GA64_NROW = 0
#include "passes/lift/aarch64/aarch64.def"
};
extern const struct ga64_row ga64_row[GA64_NROW];

/* Bits hi..lo of v. */
static inline uint32_t ga64_bits(uint32_t v, unsigned hi, unsigned lo)
{
    return (v >> lo) & ((1u << (hi - lo + 1)) - 1);
}

/* DecodeBitMasks (J1): the value of N:immr:imms at 64 bits (width 32: twice the same half). False: reserved. */
bool ga64_bitmask(unsigned n, unsigned imms, unsigned immr, bool wide, uint64_t *value);
/* AdvSIMDExpandImm's 64-bit cases (J1): each bit of abcdefgh becomes a byte. */
uint64_t ga64_imm64(uint32_t w);
/* VFPExpandImm (J1) as a double: every value is exact at each precision. */
double ga64_fpimm(unsigned imm8);
/* op0<1>:op0<0>:op1:CRn:CRm:op2 of MRS and MSR, bits 20:5 of the word. */
static inline unsigned ga64_sysreg(uint32_t w) { return ga64_bits(w, 20, 5); }
#define GA64_SYSREG(op1, crn, crm, op2) (3u << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))    /* D23.2; op0 is 3 */
enum {
    GA64_NZCV = GA64_SYSREG(3, 4, 2, 0), GA64_FPCR = GA64_SYSREG(3, 4, 4, 0), GA64_FPSR = GA64_SYSREG(3, 4, 4, 1),
    GA64_TPIDR_EL0 = GA64_SYSREG(3, 13, 0, 2), GA64_CTR_EL0 = GA64_SYSREG(3, 0, 0, 1), GA64_DCZID_EL0 = GA64_SYSREG(3, 0, 0, 7),
    GA64_CNTFRQ_EL0 = GA64_SYSREG(3, 14, 0, 0), GA64_CNTVCT_EL0 = GA64_SYSREG(3, 14, 0, 2),
    GA64_MIDR_EL1 = GA64_SYSREG(0, 0, 0, 0), GA64_MPIDR_EL1 = GA64_SYSREG(0, 0, 0, 5),
    GA64_ID_AA64PFR0_EL1 = GA64_SYSREG(0, 0, 4, 0), GA64_ID_AA64ISAR0_EL1 = GA64_SYSREG(0, 0, 6, 0),
    GA64_ID_AA64ISAR1_EL1 = GA64_SYSREG(0, 0, 6, 1), GA64_ID_AA64MMFR0_EL1 = GA64_SYSREG(0, 0, 7, 0),
};
const char *ga64_sysreg_name(unsigned reg);             /* NULL: not one that EL0 may name */
/* May EL0 under Linux read (write) it? The ID registers are read through the kernel's emulation. */
bool ga64_sysreg_allowed(unsigned reg, bool write);

/* Slot numbers (state.def): x0..x30 and sp, v0..v31 in order. */
enum ga64_slot {
#define SLOT(name, off, type, pin, flags) GA64_S_##name,
#include "passes/lift/aarch64/state.def"
    GA64_NSLOT
};
/* FPCR's bits that exist: AHP, DN, FZ, RMode, FZ16. */
enum { GA64_FPCR_BITS = 0x07c80000 };
enum { GA64_SLOT_X = GA64_S_x0, GA64_SLOT_V = GA64_S_v0 };          /* + register number; x31: sp */
extern const struct guest_slot ga64_slot[GA64_NSLOT];

extern const struct guest_abi ga64_abi;

bool ga64_flags_passed(const uint8_t *text, size_t len);
unsigned ga64_lift(struct lift *l, const struct ginsn *in);
unsigned ga64_encode_random(uint32_t row, struct guest_rng *rng, int64_t disp, uint8_t out[16]);
bool ga64_jump_table(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt);
enum gflow ga64_resolve(const struct ginsn *prev, const struct ginsn *in, bool pic, uint64_t *target);
void ga64_decode(const uint8_t *p, size_t n, uint64_t pc, struct ginsn *out);
int ga64_format(const struct ginsn *in, char *buf, size_t n);

#endif
