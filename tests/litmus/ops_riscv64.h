/* RISC-V accesses for litmus.c, one instruction each where there is one. rows_riscv64.h says what the letters mean. */
#define LD(r, v) __asm__ volatile("lw %0, 0(%1)" : "=&r"(r) : "r"(&c->v) : "memory")
#define ST(v, k) __asm__ volatile("sw %0, 0(%1)" : : "r"(k), "r"(&c->v) : "memory")

#define LDX(ld, st, r, v)                                                                                               \
    do {                                                                                                                \
        uint32_t t_;                                                                                                    \
        __asm__ volatile("1: " ld " %0, (%2)\n" st " %1, %0, (%2)\nbnez %1, 1b" : "=&r"(r), "=&r"(t_) : "r"(&c->v) : "memory"); \
    } while (0)
#define STX(ld, st, v, k)                                                                                               \
    do {                                                                                                                \
        uint32_t t_, o_;                                                                                                \
        __asm__ volatile("1: " ld " %1, (%3)\n" st " %0, %2, (%3)\nbnez %0, 1b"                                         \
                         : "=&r"(t_), "=&r"(o_) : "r"(k), "r"(&c->v) : "memory");                                       \
    } while (0)
#define LRSC(r, v) LDX("lr.w", "sc.w", r, v)
#define LRAQ(r, v) LDX("lr.w.aq", "sc.w", r, v)
#define LRAQRL(r, v) LDX("lr.w.aqrl", "sc.w.rl", r, v)
#define SCP(v, k) STX("lr.w", "sc.w", v, k)
#define SCRL(v, k) STX("lr.w", "sc.w.rl", v, k)
#define SCAQRL(v, k) STX("lr.w.aq", "sc.w.aqrl", v, k)
/* lr alone */
#define LRAQRL1(r, v) __asm__ volatile("lr.w.aqrl %0, (%1)" : "=&r"(r) : "r"(&c->v) : "memory")
#define LRAQ1(r, v) __asm__ volatile("lr.w.aq %0, (%1)" : "=&r"(r) : "r"(&c->v) : "memory")

#define AMO(insn, r, v, k) __asm__ volatile(insn " %0, %1, (%2)" : "=&r"(r) : "r"(k), "r"(&c->v) : "memory")
#define AMOR(r, v) AMO("amoor.w", r, v, 0)
#define AMORAQ(r, v) AMO("amoor.w.aq", r, v, 0)
#define AMORAQRL(r, v) AMO("amoor.w.aqrl", r, v, 0)
#define SWPQ(insn, v, k) do { uint32_t o_; AMO(insn, o_, v, k); } while (0)
#define SWP(v, k) SWPQ("amoswap.w", v, k)
#define SWPRL(v, k) SWPQ("amoswap.w.rl", v, k)
#define SWPAQRL(v, k) SWPQ("amoswap.w.aqrl", v, k)
/* the old value goes to x0 */
#define ADD0(v, k) __asm__ volatile("amoadd.w zero, %0, (%1)" : : "r"(k), "r"(&c->v) : "memory")
#define ADD0RL(v, k) __asm__ volatile("amoadd.w.rl zero, %0, (%1)" : : "r"(k), "r"(&c->v) : "memory")
#define OR0RL(v, k) __asm__ volatile("amoor.w.rl zero, %0, (%1)" : : "r"(k), "r"(&c->v) : "memory")

#define FENCE(s) __asm__ volatile(s : : : "memory")
#define NO (void)0
#define FRWRW FENCE("fence rw, rw")
#define FWW FENCE("fence w, w")
#define FRR FENCE("fence r, r")
#define FRW FENCE("fence r, w")
#define FWR FENCE("fence w, r")
#define FRRW FENCE("fence r, rw")
#define FRWW FENCE("fence rw, w")
#define FTSO FENCE("fence.tso")
#define FIO FENCE("fence iorw, iorw")
#define CTRL __asm__ volatile("bnez %0, 1f\n1:" : : "r"(r0) : "memory")
#define AMOZ do { uint32_t o_; AMO("amoswap.w.aqrl", o_, z, 1); } while (0)

#define LDDEP(r, v)                                                                                                     \
    do {                                                                                                                \
        uint64_t t_;                                                                                                    \
        __asm__ volatile("xor %1, %2, %2\nadd %1, %1, %3\nlw %0, 0(%1)" : "=&r"(r), "=&r"(t_) : "r"(r0), "r"(&c->v) : "memory"); \
    } while (0)
#define STDEP(v, k)                                                                                                     \
    do {                                                                                                                \
        uint64_t t_;                                                                                                    \
        __asm__ volatile("xor %0, %1, %1\nadd %0, %0, %3\nsw %2, 0(%0)" : "=&r"(t_) : "r"(r0), "r"(k), "r"(&c->v) : "memory"); \
    } while (0)
#define STDATA(v, k)                                                                                                    \
    do {                                                                                                                \
        uint64_t t_;                                                                                                    \
        __asm__ volatile("xor %0, %1, %1\nadd %0, %0, %2\nsw %0, 0(%3)" : "=&r"(t_) : "r"(r0), "r"(k), "r"(&c->v) : "memory"); \
    } while (0)
#define TRYINC(ld, st, v)                                                                                               \
    do {                                                                                                                \
        uint32_t t_;                                                                                                    \
        __asm__ volatile(ld " %0, (%3)\naddiw %2, %0, 1\n" st " %1, %2, (%3)"                                           \
                         : "=&r"(r0), "=&r"(r1), "=&r"(t_) : "r"(&c->v) : "memory");                                    \
    } while (0)
#define TRYINC_P(v) TRYINC("lr.w", "sc.w", v)
#define TRYINC_AL(v) TRYINC("lr.w.aqrl", "sc.w.rl", v)
#define AMOINC(v) AMO("amoadd.w", r0, v, 1)
