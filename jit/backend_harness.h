/* For the tests of this machine's backend: a guest that is only slots, memory with a page that faults, and one IR function run by
 * T0 and compiled, with everything that can be seen compared. Test code, header only. */
#ifndef AOTC_JIT_BACKEND_HARNESS_H
#define AOTC_JIT_BACKEND_HARNESS_H

#include "jit/enter.h"
#include "jit/fpenv.h"
#include "jit/host/host.h"
#include "jit/host/patch.h"
#include "jit/interp.h"
#include "jit/link.h"
#include "passes/opt/opt.h"

#include <check.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Slots: NI integers (eleven pinned), NF floats (eight pinned), one that stays in its home, a loop counter, narrow ones,
 * NV vectors. */
enum { NI = 16, NF = 10, S_HOME = NI + NF, S_FUEL, S_I32, S_I1, S_I8, S_I16, S_F32, S_V, NV = 18, NSLOT = S_V + NV };
enum { VEC_OFF = 512 };          /* homes of the vectors */
enum { ENTRY1 = 0x1000, ENTRY2 = 0x2000 };
/* Guest memory: PAGES pages, the one at BAD faults. */
enum { MEM = 0x30000000, PAGE = 4096, PAGES = 6, BAD = 3 };
enum { TEXT_ROOM = 1 << 20 };

static struct guest_slot slots[NSLOT];
static struct guest guest_slots = { .name = "slots", .insn_align = 2, .max_len = 4, .slot = slots, .nslot = NSLOT };
static struct vcpu vcpu;
static struct host_thunks *thunks;
static uint8_t *host_text, mem_start[PAGES * PAGE];

struct state { uint64_t slot[S_V], vec[NV][2], pc, addr; unsigned exit, flags, rm; uint8_t mem[PAGES * PAGE]; };

/* What the signal handlers work on. */
static struct { sigjmp_buf env; bool t0; const struct linked *out; uint64_t addr; unsigned overflows; } fault;

/* Do values of 16 bytes compile here? */
static inline bool has_vectors(void) { return HOST_SELF == HOST_X86_64; }

static inline uint64_t type_mask(enum ir_type t)
{
    unsigned w = ir_type_bits(t);

    return w < 64 ? (UINT64_C(1) << w) - 1 : ~UINT64_C(0);
}

static inline void on_fault(int sig, siginfo_t *si, void *uc)
{
    uint64_t at = host_ctx_pc(uc), text = (uint64_t)(uintptr_t)host_text;

    fault.addr = (uint64_t)(uintptr_t)si->si_addr;
    if (fault.t0 && sig != SIGILL) {
        vcpu.guest_fpcr = host_ctx_fpcr(uc, vcpu.guest_fpcr);
        siglongjmp(fault.env, 1);
    }
    if (!fault.t0 && sig == SIGSEGV && vcpu_hint_overflow(&vcpu, fault.addr, uc)) {
        fault.overflows++;
        return;
    }
    for (uint32_t i = 0; !fault.t0 && i < fault.out->nregion; i++) {
        const struct linked_region *r = &fault.out->region[i];

        if (at - text - r->off < r->len &&
            vcpu_fault_state(&vcpu, thunks, fault.out->snap + r->snap_off, r->snap_len, (uint32_t)(at - text - r->off), 0, uc)) {
            if (sig == SIGILL)
                vcpu.exit = VX_POLL;
            return;
        }
    }
    signal(sig, SIG_DFL);                       /* a crash, then */
}

static inline void harness_slots(void)
{
    static char name[NSLOT][8];
    unsigned rank = 0, vrank = 0;

    for (unsigned i = 0; i < NSLOT; i++) {
        static const uint8_t special[] = { T_I64, T_I64, T_I32, T_I1, T_I8, T_I16, T_F32, T_V128 };
        bool fp = i >= NI && i < S_HOME;

        snprintf(name[i], sizeof name[i], "%c%u", i < NI ? 'r' : fp ? 'f' : 's', i);
        slots[i] = (struct guest_slot){ name[i], (uint16_t)(i * 8), T_I64, 0, 0 };
        if (i >= NI)
            slots[i].type = fp ? T_F64 : special[i < S_V ? i - S_HOME : S_V - S_HOME];
        if (i < NI && i % 3 != 2)
            slots[i].pin = (uint8_t)++rank;
        if (fp && i % 5 != 2)
            slots[i].pin = (uint8_t)++vrank;
        if (i >= S_V) {
            slots[i].off = (uint16_t)(VEC_OFF + 16 * (i - S_V));
            slots[i].type = T_V128;
            if (i % 3)
                slots[i].pin = (uint8_t)++vrank;
        }
    }
    slots[S_HOME].flags = SLOT_HOME;
}

static inline void harness_setup(void)
{
    struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
    static uint8_t altstack[1 << 16];
    stack_t ss = { .ss_sp = altstack, .ss_size = sizeof altstack };
    struct diag d = { 0 };
    uint8_t *m;

    if (thunks)                                 /* tests in one process (CK_FORK=no) */
        return;
    harness_slots();
    m = mmap((void *)(uintptr_t)MEM, PAGES * PAGE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    host_text = mmap(NULL, TEXT_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(m != MAP_FAILED && host_text != MAP_FAILED);
    for (unsigned i = 0; i < PAGES * PAGE; i++)
        mem_start[i] = (uint8_t)(i * 167 + (i >> 8) * 31 + (i >> 3));
    ck_assert_int_eq(mprotect(m + BAD * PAGE, PAGE, PROT_NONE), 0);
    sigaltstack(&ss, NULL);
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);               /* atomics that are not aligned, on some hosts */
    sigaction(SIGILL, &sa, NULL);
    ck_assert_msg(host_thunks_new(&guest_slots, &thunks, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(vcpu_init_host(&vcpu, thunks, &d) == ST_OK, "%s", d.msg);
}

static inline void mem_copy(uint8_t *to, const uint8_t *from)
{
    memcpy(to, from, BAD * PAGE);
    memcpy(to + (BAD + 1) * PAGE, from + (BAD + 1) * PAGE, (PAGES - BAD - 1) * PAGE);
}

static inline void state_load(const struct state *s)
{
    memset(vcpu.guest, 0xaa, sizeof vcpu.guest);
    memcpy(vcpu.guest, s->slot, sizeof s->slot);
    memcpy(vcpu.guest + VEC_OFF, s->vec, sizeof s->vec);
    mem_copy((uint8_t *)(uintptr_t)MEM, mem_start);
    vcpu.pc = s->pc;
    vcpu.fp_rm = s->rm;
    vcpu.guest_fpcr = fpcr_make(s->rm, 0);
    fault.addr = 0;
}

static inline void state_save(struct state *s, unsigned exit)
{
    memcpy(s->slot, vcpu.guest, sizeof s->slot);
    memcpy(s->vec, vcpu.guest + VEC_OFF, sizeof s->vec);
    for (unsigned i = 0; i < S_V; i++)
        s->slot[i] &= type_mask(slots[i].type);
    mem_copy(s->mem, (const uint8_t *)(uintptr_t)MEM);
    s->pc = vcpu.pc & ~UINT64_C(1);             /* compiled code leaves the low bit to the dispatcher */
    s->exit = exit == VX_RETMISS ? VX_JUMP : exit;
    s->flags = fpcr_flags(vcpu.guest_fpcr);
    s->addr = s->exit == VX_FAULT ? fault.addr : 0;
}

/* Runs f from s->pc in T0; s is replaced by the state afterwards. */
static inline void run_t0(struct ir_func *f, struct state *s)
{
    volatile unsigned exit = VX_FAULT;

    state_load(s);
    fault.t0 = true;
    if (!sigsetjmp(fault.env, 1))
        exit = t0_run_func(f, &vcpu);
    state_save(s, exit);
}

/* Compiles f (which the pipeline changes) and places it at host_text. */
struct compile_job {
    struct ir_func *(*make)(struct cc *cc, const void *arg);
    const void *arg;
    const char *pipeline;
    uint64_t features;
    struct code code;
    FILE *dump;
};

static inline void compile_run(struct cc *cc, void *arg)
{
    struct compile_job *j = arg;
    struct ir_func *f = j->make(cc, j->arg);
    struct unit u = { .g = &guest_slots, .pc = ENTRY1, .bounds = { ENTRY1, 0x10000 }, .name = "t" };
    struct cc_options o = { .isa = HOST_SELF, .features = j->features, .dump = j->dump, .dump_after = "regalloc" };
    static const char *const moves = "polls";           /* T0 polls at the heads of loops */
    struct opt_options oo = { .pipeline = j->pipeline, .verify = true, .skip = &moves, .nskip = 1 };

    memset(&j->code, 0, sizeof j->code);
    host_pins_func(host_of(HOST_SELF), f);
    ir_cfg(f);
    opt_run(cc, f, &oo);
    if (j->dump)
        ir_print(j->dump, f);
    host_of(HOST_SELF)->compile(cc, f, &u, &o, &j->code);
}

static inline void place(const struct linked *out)
{
    ck_assert_uint_le(out->len, TEXT_ROOM - PAGE);
    ck_assert_int_eq(mprotect(host_text, TEXT_ROOM, PROT_READ | PROT_WRITE), 0);
    memcpy(host_text, out->text, out->len);
    memcpy(host_text + TEXT_ROOM - PAGE, out->table, out->ntable * 4 < PAGE ? out->ntable * 4 : PAGE);
    ck_assert_int_eq(mprotect(host_text, TEXT_ROOM, PROT_READ | PROT_EXEC), 0);
    host_flush_icache(host_text, TEXT_ROOM);
}

/* The window of guest pcs that the table covers: [lo, lo + 16) is out of every test's way. */
static inline void link_one(struct linker *lk, struct linked *out, uint64_t lo, uint64_t hi)
{
    struct link_layout lay = { .table_dist = TEXT_ROOM - PAGE, .insn_align = 2, .guest_lo = lo, .guest_hi = hi };
    struct diag d = { 0 };

    ck_assert_msg(linker_finish(lk, &lay, out, &d) == ST_OK, "link: %s", d.msg);
    place(out);
}

static inline void compile_place(struct compile_job *j, struct linked *out)
{
    struct linker *lk = linker_new(&guest_slots, HOST_SELF);
    struct diag d = { 0 };
    struct cc cc;

    cc_init(&cc);
    ck_assert_msg(cc_try(&cc, compile_run, j) == ST_OK, "%s: compile: %s", j->pipeline, cc.diag.msg);
    ck_assert_msg(linker_add(lk, &j->code, ENTRY1, 1, &d) == ST_OK, "link: %s", d.msg);
    link_one(lk, out, 0x70000000, 0x70000010);
    linker_free(lk);
    cc_fini(&cc);
}

static inline const uint8_t *host_entry(const struct linked *out, uint64_t pc)
{
    for (uint32_t i = 0; i < out->nentry; i++)
        if (out->entry[i].pc == pc)
            return host_text + out->entry[i].off;
    return NULL;
}

static inline void run_host(const struct linked *out, struct state *s)
{
    const uint8_t *code = host_entry(out, s->pc);

    ck_assert_msg(code != NULL, "no entry for %#lx", (unsigned long)s->pc);
    state_load(s);
    fault.t0 = false;
    fault.out = out;
    vcpu_drop_hints(&vcpu);
    state_save(s, host_enter(&vcpu, thunks, code));
}

/* NULL or what differs. */
static inline const char *state_differs(const struct state *want, const struct state *got)
{
    static char text[160];

    if (want->exit != got->exit || want->pc != got->pc || want->addr != got->addr) {
        snprintf(text, sizeof text, "exit %u at %#lx (address %#lx), expected %u at %#lx (%#lx)", got->exit, (unsigned long)got->pc,
                 (unsigned long)got->addr, want->exit, (unsigned long)want->pc, (unsigned long)want->addr);
        return text;
    }
    for (unsigned i = 0; i < NV; i++)
        if (memcmp(want->vec[i], got->vec[i], 16) != 0) {
            snprintf(text, sizeof text, "%s is %#lx:%016lx, expected %#lx:%016lx (exit %u at %#lx)", slots[S_V + i].name,
                     (unsigned long)got->vec[i][1], (unsigned long)got->vec[i][0], (unsigned long)want->vec[i][1],
                     (unsigned long)want->vec[i][0], got->exit, (unsigned long)got->pc);
            return text;
        }
    for (unsigned i = 0; i < S_V; i++)
        if (want->slot[i] != got->slot[i]) {
            snprintf(text, sizeof text, "%s is %#lx, expected %#lx (exit %u at %#lx)", slots[i].name, (unsigned long)got->slot[i],
                     (unsigned long)want->slot[i], got->exit, (unsigned long)got->pc);
            return text;
        }
    if (want->flags != got->flags) {
        snprintf(text, sizeof text, "flags %#x, expected %#x (exit %u)", got->flags, want->flags, got->exit);
        return text;
    }
    return memcmp(want->mem, got->mem, sizeof want->mem) ? "memory differs" : NULL;
}

static const char *const pipelines[] = { "t1", "t2", "t3" };

/* The i-th set of features that this machine has: v2, v3, v4. False: no more. */
static inline bool feature_set(unsigned i, uint64_t *features)
{
    uint64_t have = host_features_detect();

    if (HOST_SELF != HOST_X86_64) {
        *features = have;
        return i == 0;
    }
    *features = i > 2 ? 0 : host_features_of(LEVEL_V2 + (enum host_level)i);
    return i <= 2 && (*features & ~have) == 0;
}

#endif
