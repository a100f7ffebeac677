/* The initial stack: strings, auxiliary vector, environment and argument pointers, as fs/binfmt_elf.c lays them out. */
#include "runtime/load.h"

#include "runtime/vm.h"

#include <errno.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STACK_GUARD = 1 << 20, STACK_DEFAULT = 8 << 20, STACK_MIN = 1 << 20 };
#define STACK_MAX (1ull << 30)

static uint64_t stack_size(void)
{
    struct rlimit rl;

    if (getrlimit(RLIMIT_STACK, &rl) || rl.rlim_cur == RLIM_INFINITY)
        return STACK_DEFAULT;
    uint64_t n = rt_page_up(rl.rlim_cur > STACK_MAX ? STACK_MAX : rl.rlim_cur);
    return n < STACK_MIN ? STACK_MIN : n;
}

static enum status map_stack(struct rt *rt, bool exec, struct diag *d)
{
    uint64_t size = stack_size(), at = rt_vm_find(rt, size + STACK_GUARD, 1 << 16);
    int prot = PROT_READ | PROT_WRITE | (exec ? PROT_EXEC : 0);
    int64_t r = -ENOMEM;

    if (at)
        r = rt_vm_map_fixed(rt, at + STACK_GUARD, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (r < 0)
        return fail(d, ST_NOMEM, size, "cannot map a stack of %llu bytes: %s", (unsigned long long)size, strerror((int)-r));
    rt_vm_set(rt, at, at + STACK_GUARD, 0, VMA_RUNTIME);
    rt->stack_lo = at + STACK_GUARD;
    rt->stack_hi = rt->stack_lo + size;
    return ST_OK;
}

/* Copies s below *sp; returns its address. */
static uint64_t push_str(uint64_t *sp, const char *s)
{
    size_t n = strlen(s) + 1;

    *sp -= n;
    memcpy((void *)*sp, s, n);
    return *sp;
}

static size_t list_bytes(char **list, size_t *count)
{
    size_t n = 0;

    for (*count = 0; list[*count]; ++*count)
        n += strlen(list[*count]) + 1 + 8;
    return n;
}

struct auxv { uint64_t type, val; };

static unsigned make_auxv(const struct rt *rt, struct auxv *a, uint64_t interp, uint64_t random, uint64_t execfn, uint64_t platform)
{
    unsigned n = 0;

    a[n++] = (struct auxv){ AT_SYSINFO_EHDR, rt->vdso };
    a[n++] = (struct auxv){ AT_MINSIGSTKSZ, rt->g->abi->minsigstksz };
    a[n++] = (struct auxv){ AT_HWCAP, rt->g->abi->hwcap };
    a[n++] = (struct auxv){ AT_PAGESZ, RT_PAGE };
    a[n++] = (struct auxv){ AT_CLKTCK, 100 };
    a[n++] = (struct auxv){ AT_PHDR, rt->exe.phdr };
    a[n++] = (struct auxv){ AT_PHENT, rt->exe.phentsize };
    a[n++] = (struct auxv){ AT_PHNUM, rt->exe.phnum };
    a[n++] = (struct auxv){ AT_BASE, interp };
    a[n++] = (struct auxv){ AT_FLAGS, 0 };
    a[n++] = (struct auxv){ AT_ENTRY, rt->exe.entry };
    a[n++] = (struct auxv){ AT_UID, getuid() };
    a[n++] = (struct auxv){ AT_EUID, geteuid() };
    a[n++] = (struct auxv){ AT_GID, getgid() };
    a[n++] = (struct auxv){ AT_EGID, getegid() };
    a[n++] = (struct auxv){ AT_SECURE, rt->secure };
    a[n++] = (struct auxv){ AT_RANDOM, random };
    if (rt->g->abi->hwcap2)
        a[n++] = (struct auxv){ AT_HWCAP2, rt->g->abi->hwcap2 };
    a[n++] = (struct auxv){ AT_EXECFN, execfn };
    if (platform)
        a[n++] = (struct auxv){ AT_PLATFORM, platform };
    a[n++] = (struct auxv){ AT_NULL, 0 };
    return n;
}

enum status load_stack(struct rt_thread *t, const struct load_elf *e, const struct rt_module *interp, struct diag *d)
{
    struct rt *rt = t->rt;
    struct auxv aux[24];
    size_t argc, envc;
    enum status st = map_stack(rt, e->exec_stack, d);

    if (st)
        return st;
    size_t need = list_bytes(rt->opt.argv, &argc) + list_bytes(rt->opt.envp, &envc) + strlen(rt->opt.file) + 4096;
    if (need > (rt->stack_hi - rt->stack_lo) / 4 * 3)
        return fail(d, ST_LIMIT, need, "arguments and environment do not fit the stack");
    uint64_t sp = rt->stack_hi - 8;
    uint64_t execfn = push_str(&sp, rt->opt.file), platform = 0;
    uint64_t env_at = sp, arg_at;
    for (size_t i = envc; i-- > 0;)
        push_str(&env_at, rt->opt.envp[i]);
    arg_at = env_at;
    for (size_t i = argc; i-- > 0;)
        push_str(&arg_at, rt->opt.argv[i]);
    sp = arg_at & ~15ull;
    if (rt->g->abi->platform)
        platform = push_str(&sp, rt->g->abi->platform);
    sp = (sp - 16) & ~15ull;
    if (getrandom((void *)sp, 16, 0) != 16)
        memcpy((void *)sp, (const void *)getauxval(AT_RANDOM), 16);
    unsigned naux = make_auxv(rt, aux, interp ? interp->base : 0, sp, execfn, platform);
    size_t words = 1 + argc + 1 + envc + 1 + 2 * naux;
    sp = (sp - words * 8) & ~15ull;
    uint64_t *w = (uint64_t *)sp;
    *w++ = argc;
    for (size_t i = 0; i < argc; i++, arg_at += strlen((char *)arg_at) + 1)
        *w++ = arg_at;
    *w++ = 0;
    for (size_t i = 0; i < envc; i++, env_at += strlen((char *)env_at) + 1)
        *w++ = env_at;
    *w++ = 0;
    memcpy(w, aux, naux * sizeof aux[0]);
    rt_guest_set(t, rt->g->abi->sp, sp);
    rt->start_sp = sp;
    t->v.pc = (interp ? interp : &rt->exe)->entry & ~(uint64_t)rt->g->abi->pc_ignored;
    return ST_OK;
}
