/* What of the A64 extensions this guest has, once: HWCAP, HWCAP2 (guest_abi) and the ID registers that MRS reads say the same.
 * Names: /proc/cpuinfo's. Bits: Linux, arch/arm64/include/uapi/asm/hwcap.h. Fields: Arm DDI 0487, D23.2 (ID_AA64*_EL1). */
#ifndef AOTC_PASSES_LIFT_AARCH64_FEATURES_H
#define AOTC_PASSES_LIFT_AARCH64_FEATURES_H

#include <stdint.h>

/* F(name, word, bit, reg, shift, add): HWCAP (word 1) or HWCAP2 (word 2) bit; adds `add` to the field at `shift` of ID register
 * reg. fp and asimd have the value 0 in their fields, fphp and asimdhp 1. A field that two extensions share counts up. */
#define GA64_FEATURES(F) \
    F(fp,        1,  0, pfr0,  16, 0) F(asimd,    1,  1, pfr0,  20, 0) F(aes,     1,  3, isar0,  4, 1) \
    F(pmull,     1,  4, isar0,  4, 1) F(sha1,     1,  5, isar0,  8, 1) F(sha2,    1,  6, isar0, 12, 1) \
    F(crc32,     1,  7, isar0, 16, 1) F(atomics,  1,  8, isar0, 20, 2) F(fphp,    1,  9, pfr0,  16, 1) \
    F(asimdhp,   1, 10, pfr0,  20, 1) F(cpuid,    1, 11, none,   0, 0) F(asimdrdm, 1, 12, isar0, 28, 1) \
    F(fcma,      1, 14, isar1, 16, 1) F(lrcpc,    1, 15, isar1, 20, 1) F(dcpop,   1, 16, isar1,  0, 1) \
    F(sha3,      1, 17, isar0, 32, 1) F(sm3,      1, 18, isar0, 36, 1) F(sm4,     1, 19, isar0, 40, 1) \
    F(asimddp,   1, 20, isar0, 44, 1) F(sha512,   1, 21, isar0, 12, 1) F(asimdfhm, 1, 23, isar0, 48, 1) \
    F(flagm,     1, 27, isar0, 52, 1) F(frint,    2,  8, isar1, 32, 1) F(i8mm,    2, 13, isar1, 52, 1) \
    F(bf16,      2, 14, isar1, 44, 1)

enum ga64_id { GA64_ID_none, GA64_ID_pfr0, GA64_ID_isar0, GA64_ID_isar1 };

#define GA64_HWCAP_1(name, word, bit, reg, shift, add) | (uint64_t)((word) == 1) << (bit)
#define GA64_HWCAP_2(name, word, bit, reg, shift, add) | (uint64_t)((word) == 2) << (bit)
#define GA64_ID_PFR0(name, word, bit, reg, shift, add) + ((uint64_t)(GA64_ID_##reg == GA64_ID_pfr0) * (add) << (shift))
#define GA64_ID_ISAR0(name, word, bit, reg, shift, add) + ((uint64_t)(GA64_ID_##reg == GA64_ID_isar0) * (add) << (shift))
#define GA64_ID_ISAR1(name, word, bit, reg, shift, add) + ((uint64_t)(GA64_ID_##reg == GA64_ID_isar1) * (add) << (shift))

#define GA64_HWCAP  (UINT64_C(0) GA64_FEATURES(GA64_HWCAP_1))
#define GA64_HWCAP2 (UINT64_C(0) GA64_FEATURES(GA64_HWCAP_2))
/* As Linux shows them to EL0 (Documentation/arch/arm64/cpu-feature-registers.rst): what the macros above name, EL0 and EL1 are
 * AArch64 only, hidden fields at their safe values. */
#define GA64_ID_AA64PFR0  (UINT64_C(0x11) GA64_FEATURES(GA64_ID_PFR0))
#define GA64_ID_AA64ISAR0 (UINT64_C(0) GA64_FEATURES(GA64_ID_ISAR0))
#define GA64_ID_AA64ISAR1 (UINT64_C(0) GA64_FEATURES(GA64_ID_ISAR1))
#define GA64_ID_AA64MMFR0 UINT64_C(0xff000000)          /* no 4 KiB and 64 KiB granule: hidden */
#define GA64_MIDR         UINT64_C(0x000f0000)          /* implementer 0 (software), described by the ID registers, part 0 */
#define GA64_MPIDR        UINT64_C(0x80000000)
#define GA64_CTR          UINT64_C(0x8444c004)          /* 64-byte lines, PIPT, ERG and CWG 64 bytes; DIC and IDC 0 */
#define GA64_DCZID        UINT64_C(4)                   /* DC ZVA: 64 bytes */
#define GA64_CNTFRQ       UINT64_C(1000000000)          /* CNTVCT_EL0 counts nanoseconds (helper rdns), as from ARMv8.6 on */

#endif
