/* Runs a generated program by T0 in this process, and counts what each row of the ISA table executed. */
#include "tests/diff/diff.h"

#include "jit/fpenv.h"
#include "jit/interp.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct guest_run {
    const struct program *p;
    const struct guest *g;
    struct vcpu *v;
    FILE *out;
    uint64_t *blocks;           /* executions of the block at each 2 bytes of text */
};

static const uint8_t *fetch(void *arg, uint64_t pc, size_t *n)
{
    const struct program *p = ((struct guest_run *)arg)->p;

    if (pc < p->text_base || pc - p->text_base >= p->ntext)
        return NULL;
    if (*n > p->text_base + p->ntext - pc)
        *n = p->text_base + p->ntext - pc;
    return p->text + (pc - p->text_base);
}

/* Counts block entries: T0 asks at each one, because the answer "no code there" is dropped again by running one block at a time. */
static void count_block(struct guest_run *r)
{
    uint64_t off = r->v->pc - r->p->text_base;

    if (r->blocks && off < r->p->ntext)
        r->blocks[off / 2]++;
}

static void count_rows(struct guest_run *r, uint64_t *rows)
{
    for (uint32_t off = 0; off < r->p->ntext; off += 2) {
        uint32_t at = off, n = 0;
        struct ginsn in;

        if (!r->blocks[off / 2])
            continue;
        do {
            r->g->decode(r->p->text + at, r->p->ntext - at, 0, &in);
            rows[in.row] += r->blocks[off / 2];
            at += in.len;
        } while (in.flow == GF_NEXT && ++n < 64 && at < r->p->ntext);
    }
}

static uint64_t *reg(struct guest_run *r, uint16_t slot)
{
    return (uint64_t *)(void *)(r->v->guest + r->g->slot[slot].off);
}

/* The system calls a program makes. True: go on. */
static bool system_call(struct guest_run *r, int *status)
{
    const struct guest_abi *abi = r->g->abi;
    uint64_t nr = *reg(r, abi->sysno), buf = *reg(r, abi->arg[1]), n = *reg(r, abi->arg[2]);

    *status = 0;
    if (nr == 93)
        return false;
    if (nr != 64 || buf < r->p->data_base || n > r->p->ndata || buf - r->p->data_base > r->p->ndata - n)
        *reg(r, abi->ret) = (uint64_t)-38;
    else
        *reg(r, abi->ret) = fwrite((void *)(uintptr_t)buf, 1, n, r->out);
    return true;
}

static int run(struct guest_run *r, struct t0 *t)
{
    uint64_t limit = r->blocks ? 1 : UINT64_MAX;
    int status;

    for (;;) {
        enum vexit why;

        count_block(r);
        why = t0_run(t, r->v, limit, NULL, NULL);
        switch (why) {
        case VX_JUMP: case VX_CODE: case VX_POLL:
            break;
        case VX_SYSCALL:
            if (!system_call(r, &status))
                return status;
            break;
        case VX_FPMODE:
            r->v->fp_rm = r->g->fp_rm(r->v->guest);
            r->v->guest_fpcr = fpcr_make(r->v->fp_rm & 7, fpcr_flags(r->v->guest_fpcr));
            break;
        default:
            fprintf(stderr, "difftool: T0 left with %d at pc %#lx\n", why, (unsigned long)r->v->pc);
            return -1;
        }
    }
}

int exec_t0(const struct program *p, FILE *out, uint64_t *rows)
{
    struct guest_run r = { .p = p, .g = guest_by_name(p->guest->name), .out = out };
    size_t nt = (p->ntext + 4095) & ~4095ul, nd = (p->ndata + 4095) & ~4095ul;
    void *text = mmap((void *)(uintptr_t)p->text_base, nt, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    void *data = mmap((void *)(uintptr_t)p->data_base, nd, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    struct t0 *t = t0_new(r.g, fetch, &r);
    int st = -1;

    r.v = aligned_alloc(64, sizeof *r.v);
    r.blocks = rows ? calloc(p->ntext / 2 + 1, sizeof *r.blocks) : NULL;
    if (text == MAP_FAILED || data == MAP_FAILED || !t || !r.v) {
        fprintf(stderr, "difftool: cannot map the program\n");
    } else {
        memset(r.v, 0, sizeof *r.v);
        memcpy(text, p->text, p->ntext);
        memcpy(data, p->data, p->ndata);
        r.v->pc = p->entry;
        r.v->guest_fpcr = fpcr_make(FP_RM_NE, 0);
        st = run(&r, t);
        if (rows)
            count_rows(&r, rows);
    }
    fflush(out);
    t0_free(t);
    free(r.v);
    free(r.blocks);
    if (text != MAP_FAILED)
        munmap(text, nt);
    if (data != MAP_FAILED)
        munmap(data, nd);
    return st;
}
