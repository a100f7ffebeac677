/* Programs with faults: set-up, and items that fault, whatever the guest. */
#include "tests/diff/fault.h"

#include <signal.h>

static void map(struct gen *g, uint64_t at, uint32_t pages, int32_t flags)
{
    const struct fault_asm *a = g->isa->fault;

    a->li(g, a->arg, at);
    a->imm(g, a->arg + 1, (int32_t)pages * PAGE);
    a->imm(g, a->arg + 2, RW);
    a->imm(g, a->arg + 3, flags);
    a->imm(g, a->arg + 5, 0);
    a->syscall(g, NR_MMAP);
}

static void file_size(struct gen *g, int32_t size)
{
    const struct fault_asm *a = g->isa->fault;

    a->la(g, a->arg, g->ctl);
    a->load(g, a->arg, a->arg, CTL_FD);
    a->imm(g, a->arg + 1, size);
    a->syscall(g, NR_FTRUNCATE);
}

void fault_set_page(struct gen *g, uint32_t i, bool good)
{
    const struct fault_asm *a = g->isa->fault;
    uint64_t at = area(g, i) + PAGE;

    if (i == AREA_FILE) {
        file_size(g, good ? 2 * PAGE : PAGE);
    } else if (i == AREA_HOLE && good) {
        a->imm(g, a->arg + 4, -1);
        map(g, at, 1, MAP_FIXED_PRIVATE | MAP_ANON);
    } else {
        a->li(g, a->arg, at);
        a->imm(g, a->arg + 1, PAGE);
        if (i != AREA_HOLE || a->always_prot)
            a->imm(g, a->arg + 2, good ? RW : i == AREA_RO ? R : 0);
        a->syscall(g, i == AREA_HOLE ? NR_MUNMAP : NR_MPROTECT);
    }
}

void fault_setup(struct gen *g)
{
    static const uint8_t sigs[] = { SIG_ILL, SIG_TRAP, SIG_BUS, SIG_SEGV };
    const struct fault_asm *a = g->isa->fault;
    uint32_t r = a->arg;

    a->la(g, r, g->ctl);                        /* nothing is behind the text: qemu-user has PROT_NONE there */
    a->load(g, r, r, CTL_END);
    a->imm(g, r + 1, PAGE);
    a->syscall(g, NR_MUNMAP);
    a->la(g, r, g->ctl + CTL_STACK);
    a->imm(g, r + 1, 0);
    a->syscall(g, NR_SIGALTSTACK);
    for (uint32_t i = 0; i < ARRAY_LEN(sigs); i++) {
        a->imm(g, r, sigs[i]);
        a->la(g, r + 1, g->ctl + CTL_ACT);
        a->imm(g, r + 2, 0);
        a->imm(g, r + 3, 8);
        a->syscall(g, NR_SIGACTION);
    }
    for (uint32_t i = 0; i < NAREA; i++) {
        a->imm(g, r + 4, -1);
        map(g, area(g, i), 3, MAP_FIXED_PRIVATE | MAP_ANON);
        if (i != AREA_FILE)
            fault_set_page(g, i, false);
    }
    a->la(g, r, g->ctl + CTL_NAME);
    a->imm(g, r + 1, 0);
    a->syscall(g, NR_MEMFD);
    a->la(g, a->tmp, g->ctl);
    a->store(g, r, a->tmp, CTL_FD);
    file_size(g, PAGE);
    a->la(g, r + 4, g->ctl);
    a->load(g, r + 4, r + 4, CTL_FD);
    map(g, area(g, AREA_FILE), 2, g->spec->faults & FAULTS_PRIVATE ? MAP_FIXED_PRIVATE : MAP_FIXED_SHARED);
}

/* A loop that walks up to a bad page and beyond its edge, with random instructions for values that go around in it. */
static void walk_item(struct gen *g)
{
    const struct fault_asm *a = g->isa->fault;
    uint32_t stride = 4u << below(g, a->nstride), before = 2 + below(g, 12), reg = a->walk + below(g, a->nwalk), top;

    a->li(g, reg, area(g, below(g, NAREA)) + PAGE - before * stride);
    a->imm(g, a->counter, (int32_t)(before + 1 + below(g, 6)));
    top = g->p->ntext;
    for (uint32_t n = 2 + below(g, 10), at = below(g, n); n--;)
        if (n == at)
            a->access(g, reg);
        else
            a->any(g);
    a->add(g, reg, stride);
    a->again(g, a->counter, top);
}

void fault_item(struct gen *g, bool callee)
{
    const struct fault_asm *a = g->isa->fault;
    uint32_t kind = below(g, 14), reg = a->base[below(g, a->nbase)];

    if (kind >= 12 && !callee && !g->depth) {
        walk_item(g);
        return;
    }
    if (!(g->base_regs >> reg & 1))
        reg = a->walk;
    if (kind == 0) {
        a->illegal(g);
    } else if (kind == 1) {
        a->trap(g);
    } else if (kind == 2 && !callee) {
        a->jump(g);
    } else if (kind == 3) {
        a->special(g, reg);
    } else {
        a->poison(g, reg);
        if (kind == 4)                          /* a system call right before the access */
            a->syscall(g, 2000);
        for (uint32_t n = kind < 11 ? 1 + below(g, 2) : 0; n--;)
            a->access(g, reg);
    }
}

void fault_address(uint64_t d[3], uint64_t ea)
{
    if (d[1] == SI_KERNEL) {
        d[0] = SIGSEGV;
        d[1] = SEGV_MAPERR;
        d[2] = ea;
    } else if (d[2] == 0 || (d[2] < ea && d[2] >= (ea & ~UINT64_C(15)) && ea % PAGE)) {
        d[2] = ea;
    }
}
