/* Entry stubs in executable memory, hint stacks, and the way in. */
#include "jit/enter.h"

#include "jit/fpenv.h"
#include "jit/helpers.h"
#include "jit/host/host.h"
#include "jit/host/patch.h"
#include "jit/host/thunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { THUNK_SIZE = 4096, STACK_GUARD = 4096, HINT_SLACK = 256 };

enum vexit thunk_exit(unsigned stub)
{
    switch (stub) {
    case STUB_DISPATCH: return VX_JUMP;
    case STUB_SYSCALL: return VX_SYSCALL;
    case STUB_POLL: return VX_POLL;
    case STUB_RETMISS: return VX_RETMISS;
    default: return VX_ILLEGAL + (stub - STUB_TRAP);
    }
}

/* Makes a page of finished code executable. Where a policy forbids that for memory that was written (seccomp filters such as systemd's
 * MemoryDenyWriteExecute), a file with the same bytes takes its place: images, which are files too, then still run. */
static bool make_executable(void *p, size_t size)
{
    if (mprotect(p, size, PROT_READ | PROT_EXEC) == 0)
        return true;
    int why = errno, fd = memfd_create("aot-stubs", MFD_CLOEXEC);
    struct rlimit rl = { 0 };
    getrlimit(RLIMIT_FSIZE, &rl);               /* beyond it a write would raise a signal */
    bool done = fd >= 0 && rl.rlim_cur >= size && write(fd, p, size) == (ssize_t)size &&
                mmap(p, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0) != MAP_FAILED;

    if (fd >= 0)
        close(fd);
    errno = why;
    return done;
}

enum status host_thunks_new(const struct guest *g, struct host_thunks **out, struct diag *d)
{
    const struct host *h = host_of(HOST_SELF);
    struct host_thunks *th = calloc(1, sizeof *th);

    if (!th || !h || g->nslot > sizeof th->pin) {
        free(th);
        return fail(d, h ? ST_NOMEM : ST_UNSUPPORTED, 0, h ? "no memory for entry stubs" : "no backend for this host");
    }
    th->g = g;
    host_pins(h, g->slot, g->nslot, th->pin, NULL);
    th->code = mmap(NULL, THUNK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (th->code == MAP_FAILED) {
        free(th);
        return fail(d, ST_NOMEM, 0, "mapping entry stubs: %s", strerror(errno));
    }
    th->enter = (uint32_t (*)(struct vcpu *, const void *))(uintptr_t)th->code;
    uint32_t n = h->thunks(th, th->code, THUNK_SIZE);
    if (!make_executable(th->code, THUNK_SIZE)) {
        munmap(th->code, THUNK_SIZE);
        free(th);
        return fail(d, ST_IO, 0, "making entry stubs executable: %s", strerror(errno));
    }
    host_flush_icache(th->code, n);
    *out = th;
    return ST_OK;
}

const void *host_thunks_code(const struct host_thunks *th, size_t *n)
{
    *n = THUNK_SIZE;
    return th->code;
}

/* The hint stack: [guard page][entries ... sentinel][slack]. The sentinel sits at the bottom and is never popped for good: its stub
 * leaves, and the next enter starts from it again. */
enum status vcpu_init_host(struct vcpu *v, struct host_thunks *th, struct diag *d)
{
    uint8_t *p = mmap(NULL, STACK_GUARD + HINT_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED || mprotect(p, STACK_GUARD, PROT_NONE) != 0)
        return fail(d, ST_NOMEM, 0, "mapping a hint stack: %s", strerror(errno));
    v->hint_base = p + STACK_GUARD;
    v->hint_top = p + STACK_GUARD + HINT_STACK_SIZE - HINT_SLACK;
    for (unsigned s = 0; s < STUB_COUNT; s++)
        v->stub[s] = th->stub[s];
    v->stub[STUB_SLOW] = th->slow;
    for (unsigned i = 0; i < HELPER_COUNT && i < ARRAY_LEN(v->helper); i++)
        v->helper[i] = jit_helper_table[i];
    vcpu_drop_hints(v);
    v->jc = NULL;
    v->jc_miss = th->miss;
    vcpu_know_nothing(v);
    if (!v->guest_fpcr)
        v->guest_fpcr = fpcr_make(FP_RM_NE, 0);
    return ST_OK;
}

static size_t jump_cache_bytes(const struct vcpu *v) { return v->jc_mask + sizeof *v->jc; }

static void drop_jump_cache(struct vcpu *v)
{
    if (v->jc_mask)
        munmap(v->jc, jump_cache_bytes(v));
    v->jc = NULL;
    v->jc_mask = 0;
}

void vcpu_fini_host(struct vcpu *v)
{
    if (v->hint_base)
        munmap((uint8_t *)v->hint_base - STACK_GUARD, STACK_GUARD + HINT_STACK_SIZE);
    v->hint_base = v->hint_top = v->hint_sp = NULL;
    drop_jump_cache(v);
}

/* ---- the jump cache ---- */

/* Any number may be jumped to, so no slot is ever quite empty: zeros match pc 0, and it has the first slot, which leads out. */
void vcpu_know_nothing(struct vcpu *v)
{
    if (!v->jc) {
        v->jc = &v->jc_none;
        v->jc_mask = 0;
    }
    if (v->jc_mask)
        memset(v->jc, 0, jump_cache_bytes(v));
    v->jc[0] = (struct jc_entry){ 0, v->jc_miss };
}

/* A new table with room for n; what the old one knew is learnt again. False: there is no memory, all stays as it was. */
static bool new_jump_cache(struct vcpu *v, size_t n)
{
    struct jc_entry *e = mmap(NULL, n * sizeof *e, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (e == MAP_FAILED)
        return false;
    drop_jump_cache(v);
    e[0] = (struct jc_entry){ 0, v->jc_miss };
    v->jc = e;
    v->jc_mask = (n - 1) * sizeof *e;
    return true;
}

void vcpu_know_code(struct vcpu *v, uint64_t pc, const void *code)
{
    v->jc_known++;
    if (!v->jc_mask && !new_jump_cache(v, JC_FIRST))
        return;
    if (v->jc_known > JC_FIRST && v->jc_mask < (JC_ENTRIES - 1) * sizeof *v->jc)
        new_jump_cache(v, JC_ENTRIES);
    v->jc[((pc << 3 ^ pc >> 6) & v->jc_mask) / sizeof *v->jc] = (struct jc_entry){ pc, code };
}

void vcpu_drop_hints(struct vcpu *v)
{
    void **top = v->hint_top;

    /* Several sentinels: a return site that does not match may pop twice before it leaves. */
    for (unsigned i = 0; i < 4; i++)
        top[i] = v->stub[STUB_RETMISS];
    v->hint_sp = top;
    v->hint_armed = NULL;
}

void vcpu_fence_hints(struct vcpu *v)
{
    void **sp = v->hint_sp;

    if (!sp || sp <= (void **)v->hint_base)
        return;
    *--sp = v->stub[STUB_RETMISS];
    v->hint_sp = sp;
}

enum vexit host_enter(struct vcpu *v, struct host_thunks *th, const void *code)
{
    enum vexit e = th->enter(v, code);

    if (v->hint_armed)
        return e;
    if ((uint8_t *)v->hint_sp > (uint8_t *)v->hint_top)        /* the sentinel was popped */
        vcpu_drop_hints(v);
    if (e == VX_RETMISS)
        v->n_retmiss++;
    return e;
}

/* Keeps the newest half of what lies from sp on; the new pointer. */
static uint8_t *make_room(struct vcpu *v, const uint8_t *sp)
{
    uint8_t *to = (uint8_t *)v->hint_top - HINT_STACK_SIZE / 2;

    return memmove(to, sp, HINT_STACK_SIZE / 2);
}

bool vcpu_hint_overflow(struct vcpu *v, uint64_t addr, void *uc)
{
    uint64_t base = (uint64_t)(uintptr_t)v->hint_base, top = (uint64_t)(uintptr_t)v->hint_top;
    uint64_t sp = host_ctx_hint_sp(uc);

    if (!base || addr < base - STACK_GUARD || addr >= base || sp < base - 64 || sp > top)
        return false;
    if (sp < base)
        sp = base;
    host_ctx_set_hint_sp(uc, (uint64_t)(uintptr_t)make_room(v, (const uint8_t *)(uintptr_t)sp));
    return true;
}

/* ---- leaving at the next call or return ---- */

ASYNC_HANDLER void vcpu_arm(struct vcpu *v, void *uc)
{
    uint64_t sp = host_ctx_hint_sp(uc), base = (uint64_t)(uintptr_t)v->hint_base;
    bool on = sp >= base && sp <= (uint64_t)(uintptr_t)v->hint_top + HINT_SLACK;   /* else C code runs: hint_sp counts */
    void **word = v->hint_base;

    if (!base || v->hint_armed)
        return;
    v->hint_armed = on ? (void *)(uintptr_t)sp : v->hint_sp;
    memcpy(v->hint_kept, word, sizeof v->hint_kept);
    for (unsigned i = 0; i < ARRAY_LEN(v->hint_kept); i++)
        word[i] = v->stub[STUB_RETMISS];
    v->hint_sp = word;                          /* where pc is about to save or load the pointer, both count */
    if (on)
        host_ctx_set_hint_sp(uc, base);
}

void vcpu_disarm(struct vcpu *v)
{
    uint64_t popped = (uint64_t)((uint8_t *)v->hint_sp - (uint8_t *)v->hint_base);

    if (!v->hint_armed)
        return;
    memcpy(v->hint_base, v->hint_kept, sizeof v->hint_kept);
    v->hint_sp = (uint8_t *)v->hint_armed + (popped <= sizeof v->hint_kept ? popped : 0);
    v->hint_armed = NULL;
    if ((uint8_t *)v->hint_sp > (uint8_t *)v->hint_top)
        vcpu_drop_hints(v);
}

enum vcall vcpu_armed_call(struct vcpu *v, uint64_t addr, void *uc, uint64_t *to)
{
    uint64_t base = (uint64_t)(uintptr_t)v->hint_base, hint;
    uint8_t *sp = v->hint_armed;

    if (!sp || addr < base - STACK_GUARD || addr >= base)
        return VCALL_NONE;
    if (!host_ctx_call(uc, to, &hint)) {
        vcpu_disarm(v);
        host_ctx_set_hint_sp(uc, (uint64_t)(uintptr_t)v->hint_sp);
        return VCALL_RETRY;
    }
    if (sp < (uint8_t *)v->hint_base + sizeof v->hint_kept + sizeof hint) {
        memcpy(v->hint_base, v->hint_kept, sizeof v->hint_kept);
        v->hint_armed = NULL;
        host_ctx_set_hint_sp(uc, (uint64_t)(uintptr_t)make_room(v, sp));
        vcpu_arm(v, uc);
        sp = v->hint_armed;
    }
    v->hint_armed = sp -= sizeof hint;
    memcpy(sp, &hint, sizeof hint);
    host_ctx_set_pc(uc, *to);
    return VCALL_TO;
}

void vcpu_set_fp(struct vcpu *v, unsigned rm, unsigned fpf) { v->guest_fpcr = fpcr_make(rm, fpf); }

unsigned vcpu_fp_flags(const struct vcpu *v) { return fpcr_flags(v->guest_fpcr); }

void vcpu_set_fp_flags(struct vcpu *v, unsigned fpf) { v->guest_fpcr = fpcr_set_flags(v->guest_fpcr, fpf); }
