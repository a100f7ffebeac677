/* AArch64 accesses for litmus.c, one instruction each where there is one. rows_aarch64.h says what the letters mean. */
#define LD1(insn, r, v) __asm__ volatile(insn " %w0, [%1]" : "=&r"(r) : "r"(&c->v) : "memory")
#define ST1(insn, v, k) __asm__ volatile(insn " %w0, [%1]" : : "r"(k), "r"(&c->v) : "memory")
#define LD(r, v) LD1("ldr", r, v)
#define LDA(r, v) LD1("ldar", r, v)
#define LDQ(r, v) LD1(".inst_ldapr", r, v)
#define ST(v, k) ST1("str", v, k)
#define STL(v, k) ST1("stlr", v, k)

/* ldapr without an assembler option: w9 <- [x10] */
#undef LDQ
#define LDQ(r, v)                                                                                                       \
    do {                                                                                                                \
        register uint32_t w9_ __asm__("x9");                                                                            \
        register const void *x10_ __asm__("x10") = &c->v;                                                               \
        __asm__ volatile(".inst 0xb8bfc149" : "=&r"(w9_) : "r"(x10_) : "memory");                                       \
        r = w9_;                                                                                                        \
    } while (0)

/* By exclusives: a load that stores the same again, a store; the letters of load and store. */
#define LDX(ld, st, r, v)                                                                                               \
    do {                                                                                                                \
        uint32_t t_;                                                                                                    \
        __asm__ volatile("1: " ld " %w0, [%2]\n" st " %w1, %w0, [%2]\ncbnz %w1, 1b"                                     \
                         : "=&r"(r), "=&r"(t_) : "r"(&c->v) : "memory");                                                \
    } while (0)
#define STX(ld, st, v, k)                                                                                               \
    do {                                                                                                                \
        uint32_t t_, o_;                                                                                                \
        __asm__ volatile("1: " ld " %w1, [%3]\n" st " %w0, %w2, [%3]\ncbnz %w0, 1b"                                     \
                         : "=&r"(t_), "=&r"(o_) : "r"(k), "r"(&c->v) : "memory");                                       \
    } while (0)
#define LDXR(r, v) LDX("ldxr", "stxr", r, v)
#define LDAXR(r, v) LDX("ldaxr", "stxr", r, v)
#define STXR(v, k) STX("ldxr", "stxr", v, k)
#define STLXR(v, k) STX("ldxr", "stlxr", v, k)
#define STXRAL(v, k) STX("ldaxr", "stlxr", v, k)
/* ldaxr alone: only the load-exclusive's order */
#define LDAXR1(r, v) LD1("ldaxr", r, v)

/* LSE */
#define AMO(insn, r, v, k)                                                                                              \
    __asm__ volatile(".arch_extension lse\n" insn " %w1, %w0, [%2]" : "=&r"(r) : "r"(k), "r"(&c->v) : "memory")
#define LDADD(r, v) AMO("ldadd", r, v, 0)
#define LDADDA(r, v) AMO("ldadda", r, v, 0)
#define LDADDAL(r, v) AMO("ldaddal", r, v, 0)
#define SWPQ(insn, v, k) do { uint32_t o_; AMO(insn, o_, v, k); } while (0)
#define SWP(v, k) SWPQ("swp", v, k)
#define SWPL(v, k) SWPQ("swpl", v, k)
#define SWPAL(v, k) SWPQ("swpal", v, k)
#define STADD(v, k) __asm__ volatile(".arch_extension lse\nstadd %w0, [%1]" : : "r"(k), "r"(&c->v) : "memory")
#define STADDL(v, k) __asm__ volatile(".arch_extension lse\nstaddl %w0, [%1]" : : "r"(k), "r"(&c->v) : "memory")
#define CASQ(insn, v, k)                                                                                                \
    do {                                                                                                                \
        uint32_t o_ = 0;                                                                                                \
        __asm__ volatile(".arch_extension lse\n" insn " %w0, %w1, [%2]" : "+r"(o_) : "r"(k), "r"(&c->v) : "memory");    \
    } while (0)
#define CASL(v, k) CASQ("casl", v, k)
#define CASAL(v, k) CASQ("casal", v, k)

#define FENCE(s) __asm__ volatile(s : : : "memory")
#define NO (void)0
#define DMB FENCE("dmb ish")
#define DMBLD FENCE("dmb ishld")
#define DMBST FENCE("dmb ishst")
#define DMBSY FENCE("dmb sy")
#define DSB FENCE("dsb ish")
#define CTRL __asm__ volatile("cbnz %w0, 1f\n1:" : : "r"(r0) : "memory")
#define CTRLISB __asm__ volatile("cbnz %w0, 1f\n1: isb" : : "r"(r0) : "memory")
/* po; [A]; amo; [L]; po on a location of its own */
#define AMOZ do { uint32_t o_; AMO("swpal", o_, z, 1); } while (0)

/* With an address that hangs on r0; a value that does. */
#define LDDEP(r, v)                                                                                                     \
    do {                                                                                                                \
        uint64_t t_;                                                                                                    \
        __asm__ volatile("eor %w1, %w2, %w2\nldr %w0, [%3, %1]" : "=&r"(r), "=&r"(t_) : "r"(r0), "r"(&c->v) : "memory"); \
    } while (0)
#define STDEP(v, k)                                                                                                     \
    do {                                                                                                                \
        uint64_t t_;                                                                                                    \
        __asm__ volatile("eor %w0, %w1, %w1\nstr %w2, [%3, %0]" : "=&r"(t_) : "r"(r0), "r"(k), "r"(&c->v) : "memory");  \
    } while (0)
#define STDATA(v, k)                                                                                                    \
    do {                                                                                                                \
        uint32_t t_;                                                                                                    \
        __asm__ volatile("eor %w0, %w1, %w1\nadd %w0, %w0, %w2\nstr %w0, [%3]"                                          \
                         : "=&r"(t_) : "r"(r0), "r"(k), "r"(&c->v) : "memory");                                         \
    } while (0)
/* One try of an increment; r1: it failed. */
#define TRYINC(ld, st, v)                                                                                               \
    do {                                                                                                                \
        uint32_t t_;                                                                                                    \
        __asm__ volatile(ld " %w0, [%3]\nadd %w2, %w0, #1\n" st " %w1, %w2, [%3]"                                       \
                         : "=&r"(r0), "=&r"(r1), "=&r"(t_) : "r"(&c->v) : "memory");                                    \
    } while (0)
#define TRYINC_P(v) TRYINC("ldxr", "stxr", v)
#define TRYINC_AL(v) TRYINC("ldaxr", "stlxr", v)
#define AMOINC(v) AMO("ldadd", r0, v, 1)
