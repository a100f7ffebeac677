/* aotrun: runs one guest program. */
#include "formats/store.h"
#include "runtime/attach.h"
#include "runtime/code.h"
#include "runtime/dispatch.h"
#include "runtime/linux/path.h"
#include "runtime/load.h"
#include "runtime/lockstep.h"
#include "runtime/module.h"
#include "runtime/options.h"
#include "runtime/perfmap.h"
#include "runtime/process.h"
#include "runtime/program.h"
#include "runtime/lines.h"
#include "runtime/signals.h"
#include "runtime/symbols.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include "jit/fpenv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef AOTC_VERSION
#define AOTC_VERSION "0.1.0"
#endif

/* The runtime's own descriptors: opened low, kept where the guest does not allocate. */
static int keep_high(int fd)
{
    int high = rt_fd_high(fd);

    if (fd >= 0 && high >= 0)
        close(fd);
    return high >= 0 ? high : fd;
}

static void open_own_fds(struct rt *rt)
{
    rt->self_path = "/proc/self/exe";
    rt->self_fd = keep_high(open(rt->self_path, O_PATH | O_CLOEXEC));
    if (rt->self_fd < 0 && !rt->secure) {       /* no /proc: the name we were started by */
        const char *name = realpath((const char *)(uintptr_t)getauxval(AT_EXECFN), NULL);
        rt->self_path = name ? name : rt->self_path;
    }
    rt->err_fd = rt->opt.stats != RT_STATS_NONE || rt->opt.strace ? rt_fd_high(STDERR_FILENO) : -1;
    rt->stats_fd = rt->perf_fd = -1;
    if (rt->opt.prefix && !path_init(rt, rt->opt.prefix)) {
        rt_say("-L %s: %s", rt->opt.prefix, strerror(errno));
        exit(RT_EXIT_USAGE);
    }
    if (rt->opt.stats_file) {
        rt->stats_fd = keep_high(open(rt->opt.stats_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
        if (rt->stats_fd < 0)
            rt_say("cannot open %s: %s", rt->opt.stats_file, strerror(errno));
    }
}

/* Opens the guest file and checks its headers; on failure prints one line and leaves as a shell would. */
static int open_guest(struct rt *rt, struct load_elf *e)
{
    struct diag d = { 0 };
    struct stat st;
    int fd = rt_program_open(rt);

    if (fd == -EMFILE && rt->self_fd >= 0) {        /* ours is one too many: exec goes by name then */
        close(rt->self_fd);
        rt->self_fd = -1;
        fd = rt_program_open(rt);
    }
    if (fd < 0 || fstat(fd, &st)) {
        int why = fd < 0 ? -fd : errno;
        rt_say("%s: %s", rt->opt.file, strerror(why));
        exit(why == ENOENT || why == ENOTDIR ? RT_EXIT_NOENT : RT_EXIT_NOEXEC);
    }
    if (!S_ISREG(st.st_mode)) {
        rt_say("%s: not a regular file", rt->opt.file);
        exit(RT_EXIT_NOEXEC);
    }
    if (load_read_header(fd, (uint64_t)st.st_size, e, &d)) {
        rt_say("%s: %s", rt->opt.file, d.msg);
        exit(RT_EXIT_NOEXEC);
    }
    rt->g = guest_by_machine(e->eh.e_machine);
    if (!rt->g || !rt->g->abi) {
        rt_say("%s: programs for ELF machine %u are not supported", rt->opt.file, e->eh.e_machine);
        exit(RT_EXIT_NOEXEC);
    }
    return fd;
}

/* Opens the interpreter that the program (open at exe) names, and checks its headers; -1: the program has none. As open_guest on
 * failure. */
static int open_interp(struct rt *rt, int exe, const struct load_elf *e, char name[PATH_MAX], struct load_elf *ie)
{
    const char *how = rt->opt.prefix ? "" : "; use -L ROOT, where ROOT is a tree with the guest's libraries";
    struct diag d = { 0 };
    struct stat st;
    int fd;

    if (!e->interp)
        return -1;
    if (load_interp_name(exe, e, name, PATH_MAX, &d)) {
        rt_say("%s: %s", rt->opt.file, d.msg);
        exit(RT_EXIT_NOEXEC);
    }
    fd = rt_guest_open(rt, name);
    if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        const char *why = fd < 0 ? strerror(-fd) : "not a regular file";
        rt_say("%s: cannot open its interpreter %s%s%s: %s%s", rt->opt.file, name, rt->opt.prefix ? " below " : "",
               rt->opt.prefix ? rt->opt.prefix : "", why, how);
        exit(RT_EXIT_NOEXEC);
    }
    if (!load_read_header(fd, (uint64_t)st.st_size, ie, &d) && ie->eh.e_machine != e->eh.e_machine)
        fail(&d, ST_UNSUPPORTED, 0, "it is for ELF machine %u, the program for %u", ie->eh.e_machine, e->eh.e_machine);
    if (d.st) {
        rt_say("%s: its interpreter %s cannot be used: %s%s", rt->opt.file, name, d.msg, how);
        exit(RT_EXIT_NOEXEC);
    }
    return fd;
}

static _Noreturn void give_up(struct rt *rt, const char *msg)
{
    rt_say("%s: %s", rt->opt.file, msg);
    exit(RT_EXIT_NOEXEC);
}

/* Maps the interpreter, with its image. NULL: there is none. */
static struct rt_module *map_interp(struct rt *rt, int fd, const struct load_elf *e)
{
    struct rt_module *m = NULL;
    struct diag d = { 0 };

    if (fd < 0)
        return NULL;
    if (load_map_interp(rt, fd, e, rt_real_name(fd, rt->opt.file), &m, &d))
        give_up(rt, d.msg);
    rt_attach(rt, m, fd);
    close(fd);
    return m;
}

/* Everything between the command line and the first guest instruction. */
static struct rt_thread *start(struct rt *rt)
{
    static struct load_elf elf, ielf;
    static char name[PATH_MAX];
    struct diag d = { 0 };
    int fd = open_guest(rt, &elf), ifd = open_interp(rt, fd, &elf, name, &ielf);

    rt_program_name(rt, fd);
    struct rt_thread *t = rt_thread_new(rt);
    if (!t || !(t->sighand = calloc(1, sizeof *t->sighand)) || rt_world_init(rt, t) || rt_vm_init(rt))
        give_up(rt, "out of memory");
    t->altstack.flags = 0;              /* a new thread's are SS_DISABLE, a new program's what they were in the first process of all */
    rt->main = t;
    t->tid = getpid();
    if (rt_signals_init(rt, t))
        give_up(rt, "cannot install signal handlers");
    if (load_map(rt, fd, &elf, &d))
        give_up(rt, d.msg);
    if (rt->opt.engine != RT_INTERP && (host_thunks_new(rt->g, &rt->thunks, &d) || vcpu_init_host(&t->v, rt->thunks, &d))) {
        rt->thunks = NULL;
        rt_say("no compiled code on this host: %s", d.msg);
    }
    rt->lines = rt_lines_new();
    if (rt->thunks && !rt_code_init(rt))
        give_up(rt, "out of memory");
    if (rt->opt.lockstep || rt->opt.perf_map)
        rt_symbols_load(rt, fd);
    rt_attach_init(rt);
    rt_attach(rt, &rt->exe, fd);
    close(fd);
    struct rt_module *interp = map_interp(rt, ifd, &ielf);
    if (load_trampoline(rt, &d) || load_stack(t, &elf, interp, &d))
        give_up(rt, d.msg);
    if (!rt->exe.image && !rt_thread_t0(t))             /* with an image it may never be needed */
        give_up(rt, "out of memory");
    if (rt->opt.lockstep && !rt->cache)
        give_up(rt, "--check=lockstep: there is no compiled code to check on this host");
    if (rt->opt.lockstep && !rt_lockstep_init(rt))
        give_up(rt, "out of memory");
    sigframe_reset(t);
    t->v.fp_rm = rt->g->fp_rm(t->v.guest);
    t->v.guest_fpcr = fpcr_make(t->v.fp_rm, 0);
    t->v.host_fpcr = fpenv_read();
    return t;
}

static void read_test_hooks(struct rt *rt)
{
    const char *list = rt->secure ? NULL : getenv("AOTRUN_TEST"), *wrong;

    if (!list || testhook_parse(&rt->test, list, &wrong))
        return;
    rt_say("AOTRUN_TEST: unknown or malformed: %s", wrong);
    exit(RT_EXIT_USAGE);
}

int main(int argc, char **argv, char **envp)
{
    static struct rt rt;
    char err[256];

    rt.start_time = rt_now_ns();
    rt.secure = getauxval(AT_SECURE);
    switch (rt_options_parse(&rt.opt, argc, argv, envp, err, sizeof err)) {
    case OPT_HELP:
        rt_options_help(stdout);
        return 0;
    case OPT_VERSION:
        printf("aotrun %s\n", AOTC_VERSION);
        return 0;
    case OPT_BAD:
        rt_say("%s", err);
        return RT_EXIT_USAGE;
    case OPT_RUN:
        break;
    }
    read_test_hooks(&rt);
    open_own_fds(&rt);
    struct rt_thread *t = start(&rt);
    if (rt.opt.explain) {
        rt_explain(&rt, rt.opt.explain_pc);
        return 0;
    }
    if (rt.opt.perf_map)
        rt_perf_start(&rt);
    rt.stats.start_ns = rt_now_ns() - rt.start_time;
    rt_run(t);
}
