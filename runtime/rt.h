/* The runtime's state and the calls that runtime/linux/ (system calls) makes into it.
 *
 * Guest address = host address. The guest owns [mmap_min_addr, RT_GUEST_HI); the host kernel never places anything of ours there by
 * itself, and vm.c places every guest mapping, so the guest is never handed a runtime range and cannot replace one.
 * Functions return -errno like the kernel they imitate. Those marked RT_SIGNAL may run in a host signal handler.
 * Guest threads are host threads; thread.h has the rules and the order of locks. */
#ifndef AOTC_RUNTIME_RT_H
#define AOTC_RUNTIME_RT_H

#include "jit/enter.h"
#include "jit/interp.h"
#include "jit/vcpu.h"
#include "passes/lift/guest.h"
#include "runtime/testhook.h"

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* RT_GUEST_HI: below every place where the host kernel puts our own mappings. RT_ZONE: where programs without an address of their own go, and
 * above them the mappings whose address is ours to choose; half a terabyte apart, for the program's brk. */
#if defined(__SANITIZE_THREAD__)            /* its shadow memory ends at 32 TiB, what it keeps of locks begins at 48 */
#define RT_GUEST_HI 0x300000000000ull
#define RT_ZONE 0x208000000000ull
#else
#define RT_GUEST_HI 0x200000000000ull
#define RT_ZONE 0x108000000000ull           /* above AddressSanitizer's shadow memory */
#endif
enum { RT_PAGE = 4096, RT_FD_LOW = 1000, RT_NSIG = 64 };
enum { RT_EXIT_USAGE = 64, RT_EXIT_MISS = 70, RT_EXIT_DIFFER = 71, RT_EXIT_NOEXEC = 126, RT_EXIT_NOENT = 127 };

enum rt_engine { RT_AUTO, RT_INTERP, RT_AOT, RT_JIT };
enum rt_stats_form { RT_STATS_NONE, RT_STATS_TEXT, RT_STATS_JSON };

/* Command line. Strings point into argv or are malloc'd once. Children inherit everything but explain, argv0, env edits. */
struct rt_options {
    enum rt_engine engine;
    enum rt_stats_form stats;
    const char *store;              /* --store, or NULL */
    const char *trust_key;          /* --trust-key: absolute path or hexadecimal key, or NULL */
    const char *stats_file;         /* absolute path, or NULL */
    const char *prefix;             /* -L: absolute path of the guest's root directory, or NULL; see linux/path.h */
    bool guest_name;                /* --guest-name: `file` is a path as the guest writes it (children); else the host's name
                                     * first */
    bool strace, verbose, explain;
    bool lockstep;                  /* --check=lockstep */
    bool strict_flags;              /* --strict-flags */
    bool perf_map;                  /* --perf=map */
    const char *exec_name;          /* --exec-name: what execve was given when it was a script (children), or NULL */
    uint64_t explain_pc;
    const char *argv0;              /* -0, or NULL */
    const char *file;               /* guest file as given */
    int argc; char **argv;          /* guest arguments; argv[0] is the guest's argv[0] */
    char **envp;                    /* guest environment after -E and -U; malloc'd array */
};

/* --stats. Each thread counts for itself (t->stats); what belongs to no thread is in rt->stats, written under a lock. All are uint64_t. */
struct rt_stats {
    uint64_t images, refused;       /* attached; found but refused */
    uint64_t unplaced;              /* of the refused: whose place, which is fixed relative to its module, was taken */
    uint64_t detached;              /* given up with their module */
    uint64_t attach_ns;             /* store search, open, check, map */
    uint64_t start_ns;              /* main() to the first guest instruction */
    uint64_t misses;                /* pcs that no image served (0 under --engine=interp) */
    uint64_t rmm_insns;             /* T0 instructions run because the host cannot express the rounding mode, or what goes with it */
    uint64_t host_programs;         /* host ELF files executed */
    uint64_t jit_ns, jit_failed;    /* time spent compiling; pcs that could not be compiled */
    uint64_t enter_jit;             /* entries into code compiled here (all entries: vcpu.n_dispatch) */
    uint64_t syscalls, signals;     /* guest system calls; guest handlers run */
    uint64_t code_faults;           /* memory faults in compiled code, whose state came from a snapshot */
    uint64_t lockstep_units, lockstep_skipped;      /* stays in compiled code compared with T0; not comparable */
    uint64_t lockstep_insns;        /* guest instructions that T0 ran for it */
    uint64_t restarts;              /* T0 runs that materialised the middle of a region (after a fault or sigreturn) */
    uint64_t threads, stops;        /* guest threads created; times the world was stopped */
    uint64_t t0_insns, t0_blocks, dispatch, retmiss;    /* filled in from the vcpus by rt_stats_sum */
};

/* thread.h */
struct rt_lock { uint32_t word; };

/* A guest ELF file as mapped: the program, its interpreter, a library (module.c). Addresses are absolute. */
struct rt_module {
    struct rt_module *next;
    const char *path;               /* absolute path of the guest file on the host (AT_EXECFN keeps what was given) */
    uint64_t dev, ino;
    uint64_t base;                  /* load bias: 0 for ET_EXEC */
    uint64_t lo, hi;                /* span of all PT_LOADs, page-aligned */
    uint64_t entry, phdr;
    uint16_t machine, type, phnum, phentsize;
    uint64_t text_lo, text_hi;      /* executable PT_LOADs; 0: none */
    uint64_t text_off;              /* the first one's offset in the file */
    uint64_t ro_lo, ro_hi;          /* around the PT_LOADs that are not writable: code may have been made from what is there */
    bool lent;                      /* code of memory that is no module's lies in the window: it stays taken for good */
    uint64_t win_lo, win_hi;        /* ours, in front of it: its image, if that can be, at the bottom; code compiled here from the top
                                       down to `window`. win_hi 0: no such room */
    uint64_t window;
    uint64_t im_lo, im_hi;          /* where its image lies */
    struct code_space *image;       /* its image's space, or NULL */
    bool tried;                     /* an image was looked for */
    bool program;                   /* struct rt's own */
    bool flags_known;               /* flags.c: its text was looked at, or aotc did */
    bool passes;                    /* its image says that functions pass condition flags: regions made from it are strict */
    uint32_t compiled;              /* regions made from it while that was not so */
    struct rt_journal *journal;     /* what the next build wants to know; NULL: nothing is noted */
};

/* The kernel's struct sigaction; restorer where the guest's ABI has one and flags holds RT_SA_RESTORER. */
enum { RT_SA_RESTORER = 0x04000000 };
struct rt_sigact { uint64_t handler, flags, mask, restorer; };
/* Guest view, [1..64], of a process; and fault signals sent to it that wait until some thread opens them (held.c). */
struct rt_sighand { struct rt_sigact act[RT_NSIG + 1]; struct rt_lock lock; uint64_t held; siginfo_t held_info[SIGSEGV + 1]; };
struct rt_sigaltstack { uint64_t sp; int32_t flags, pad; uint64_t size; };   /* the kernel's stack_t on 64-bit guests */

/* Executable memory that was looked at for functions that pass condition flags (flags.c); disjoint. */
enum { RT_FLAG_RANGES = 1024 };
struct rt_range { uint64_t lo, hi; };
struct rt_flagmap { unsigned n; uint64_t forgot; struct rt_range range[RT_FLAG_RANGES]; };

struct rt_vm;                       /* vm.c */
struct linux_state;                 /* linux/syscall.c */

enum { RT_TOLD = 16 };

struct rt {
    struct rt_options opt;
    const struct guest *g;
    struct rt_module exe;           /* the program itself: also in the list */
    struct rt_module *modules;      /* all that is mapped (module.c) */
    struct rt_stores *stores;       /* attach.c: where images are looked for; NULL: nowhere */
    struct rt_vm *vm;
    struct rt_lock vm_lock;         /* of the map, taken by those who call vm.c's functions */
    struct rt_lock code_lock;       /* of compiling and of adding to the code cache */
    struct linux_state *lx;         /* made on first use */
    struct rt_lock lx_lock;
    struct rt_world *world;         /* all threads, vfork children too */
    struct host_thunks *thunks;     /* NULL: no code generator on this host */
    struct code_cache *cache;       /* code of images and code compiled here; NULL: everything runs in T0 */
    struct rt_symbols *symbols;     /* the guest file's, when somebody wants names; NULL: none */
    struct lockstep *lockstep;      /* --check=lockstep, else NULL */
    struct rt_seen *seen;           /* which guest code has run; NULL: nothing is compiled */
    struct rt_lines *lines;         /* lines.h: guest bytes that were ever translated; NULL: not known */
    struct rt_quiet *quiet;         /* quiet.h: code that changes without notice; NULL: none seen */
    struct { uint64_t lo[RT_TOLD], hi[RT_TOLD]; unsigned n; bool all; } told;   /* memory whose changes the guest tells of; quiet.c's */
    struct rt_alias *alias;         /* alias.h; NULL: nothing is mapped shared */
    struct rt_hot *hot;             /* code.c: how often T0 met a pc; NULL: nothing is compiled */
    struct rt_flagmap flagmap;
    struct rt_stats stats;
    struct testhook test;           /* AOTRUN_TEST */
    struct rt_thread *main;
    uint64_t brk_start, brk, brk_limit;     /* guest break; the limit is the end of its reservation */
    uint64_t stack_lo, stack_hi;
    uint64_t start_sp;              /* the guest's first stack pointer: argc, argv, envp, auxv lie there */
    uint64_t vdso, vdso_text;       /* guest page with the vDSO, and its first function */
    uint64_t sigtramp;              /* there: the signal trampoline */
    uint64_t start_time;            /* CLOCK_MONOTONIC ns at main() */
    const char *exe_path;           /* what /proc/self/exe names to the guest: absolute path of the guest file */
    const char *self_path;          /* how aotrun finds itself without self_fd */
    int self_fd;                    /* O_PATH|O_CLOEXEC on aotrun itself, >= RT_FD_LOW if the limit allows */
    int err_fd, stats_fd;           /* where statistics go; -1 none; as high as self_fd */
    const char *root_path;          /* -L: real path of the guest's root directory, NULL: the host's root. linux/path.c */
    unsigned root_len;
    int root_fd;                    /* O_PATH on it; valid with root_path */
    int perf_fd;                    /* --perf=map; -1: none */
    bool secure;                    /* AT_SECURE */
    bool host_threads;              /* the C library has made a thread (rt_signals_after_first_thread) */
};

/* RT_KICK: a kick, or a fault signal that the guest must not notice. RT_KICK_SIGNAL: a fault signal that it will. */
enum rt_kick { RT_NO_KICK, RT_KICK, RT_KICK_SIGNAL };

struct rt_thread {
    struct vcpu v;                  /* first: 64-byte aligned; v.rt points back here */
    struct rt *rt;
    const struct guest *g;
    struct rt_sighand *sighand;     /* one for all threads; a vfork child has its own */
    bool in_vfork;                  /* a process of its own, but the address space, and all that *rt stands for, is its parent's */
    int tid;
    uint64_t sigmask;               /* guest mask, bit n-1 = signal n; the host mask mirrors it (see signals.c) */
    uint64_t held;                  /* SEGV, BUS, FPE, ILL, TRAP sent by kill() that cannot be delivered now (held.c) */
    siginfo_t held_info[SIGSEGV + 1];   /* of those, by signal number */
    uint64_t sigwait;               /* what a sigtimedwait() in progress waits for */
    struct rt_sigaltstack altstack; /* guest's */
    volatile uint32_t sig_pending;  /* sig_info holds a signal that waits for a safe point; the host then blocks all others */
    siginfo_t sig_info;
    bool sigsuspended;              /* saved_mask is what the next frame (or restart) restores: sigsuspend, ppoll, ... */
    uint64_t saved_mask;
    sigjmp_buf fault_env;           /* a fault in T0 lands here */
    volatile sig_atomic_t in_t0, in_code;
    volatile sig_atomic_t exiting;
    struct rt_thread *next;         /* in the world's list */
    uint32_t state;                 /* enum rt_state */
    uint32_t locks;                 /* how many it holds */
    uint32_t left_behind;           /* its process is ending, which children that share the memory do not wait for: it runs no more */
    volatile sig_atomic_t kicked;   /* enum rt_kick: what else than an ordinary signal came while t was OUTSIDE; the kernel may have broken
                                     * off its call */
    uint32_t kick_sent, look;       /* by another thread: a kick is on its way; it wants this one to look for its process's held signals */
    sigjmp_buf end_env;             /* the thread's end: back to its first function */
    uint64_t start_ptid, start_ctid;        /* where a new thread writes its tid; 0: nowhere */
    uint32_t *started;              /* and where its creator waits for it: futex */
    struct t0 *t0;                  /* made when first needed, rt_thread_t0() */
    struct rt_stats stats;
    bool left_root;                 /* a vfork child that has done chroot: -L is its parent's alone */
    void *host_altstack;
    uint64_t clear_tid, robust_list, robust_len;   /* set_tid_address, set_robust_list: kept for the guest */
    uint64_t sys_pc;                /* pc of the system call instruction being served */
    uint64_t flags_page, flags_forgot;      /* code.c: the page that was looked at last, the flagmap.forgot then */
    uint64_t code_renewed, changes_seen;    /* code_cache.renewed, likewise; rt_lines_changes() when T0 last fetched */
    uint64_t code_seen;             /* generation of the code cache whose code the hints name */
    bool resume;                    /* v.pc may lie inside a region (sigreturn, restart, poll, fault): T0 may run to an entry */
};

/* --- guest registers (64-bit homes) --- */
static inline uint64_t rt_guest_get(const struct rt_thread *t, unsigned slot)
{
    uint64_t v;
    memcpy(&v, t->v.guest + t->g->slot[slot].off, 8);
    return v;
}
static inline void rt_guest_set(struct rt_thread *t, unsigned slot, uint64_t v)
{
    memcpy(t->v.guest + t->g->slot[slot].off, &v, 8);
}

/* --- system calls: runtime/linux/ --- */
/* Serves the call that t's registers describe (abi->sysno, abi->arg[]), writes the result to abi->ret and returns it. May instead
 * return -RT_RESTART_SA or -RT_RESTART_ALWAYS without writing: the dispatcher then delivers signals and restarts the call or
 * writes -EINTR. sigreturn returns RT_NO_RESULT (registers are already those of the frame). t->v.pc is already past the
 * instruction. */
int64_t linux_syscall(struct rt_thread *t);
enum { RT_RESTART_SA = 512,         /* interrupted; restart when the handler has SA_RESTART, else EINTR */
       RT_RESTART_ALWAYS = 513 };   /* not started, because a signal waits */
#define RT_NO_RESULT INT64_MIN

/* A host system call on behalf of the guest: returns the kernel's result (-errno). If a signal already waits, or arrives before
 * the kernel is entered, returns -RT_RESTART_ALWAYS without entering: nothing can be lost between check and call. A call that the
 * kernel interrupts gives -EINTR; the caller turns that into -RT_RESTART_SA for calls that SA_RESTART restarts. Every call that
 * may block must come through here. */
int64_t rt_syscall_raw(struct rt_thread *t, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);

/* --- guest memory --- */
/* Fault-safe copies: 0 or -EFAULT (a part may have been copied). No VMA look-up: memory is what the kernel says it is. */
int rt_copy_in(struct rt_thread *t, void *dst, uint64_t src, size_t n);
int rt_copy_out(struct rt_thread *t, uint64_t dst, const void *src, size_t n);
/* Copies a string with its NUL: length without the NUL, -EFAULT, or -ENAMETOOLONG when it does not fit n bytes. */
int64_t rt_copy_str(struct rt_thread *t, char *dst, uint64_t src, size_t n);

/* mmap family with kernel semantics and result codes; the guest's prot is kept in the VMA map (host mappings are never
 * executable). */
int64_t rt_mmap(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off);
int64_t rt_munmap(struct rt_thread *t, uint64_t addr, uint64_t len);
int64_t rt_mprotect(struct rt_thread *t, uint64_t addr, uint64_t len, int prot);
int64_t rt_mremap(struct rt_thread *t, uint64_t addr, uint64_t len, uint64_t newlen, int flags, uint64_t newaddr);
int64_t rt_madvise(struct rt_thread *t, uint64_t addr, uint64_t len, int advice);
int64_t rt_brk(struct rt_thread *t, uint64_t addr);     /* new break, or the old one when refused; 0 asks */
/* For other calls that map (shmat): a free guest range of len bytes, 0 when none; then record what is there now. */
uint64_t rt_vm_find(struct rt *rt, uint64_t len, uint64_t align);
void rt_vm_note(struct rt *rt, uint64_t lo, uint64_t hi, int prot);
/* Guest code in [lo, hi) changed or vanished (unmapped, remapped, riscv_flush_icache; lo=0, hi=UINT64_MAX: anything may have). */
void rt_code_changed(struct rt_thread *t, uint64_t lo, uint64_t hi);

/* --- signals (signals.c) --- */
/* Dispositions. new/old may be NULL. The caller copies from and to the guest. */
int64_t rt_signal_action(struct rt_thread *t, int sig, const struct rt_sigact *act, struct rt_sigact *old);
int64_t rt_signal_mask(struct rt_thread *t, int how /* SIG_BLOCK, UNBLOCK, SETMASK */, const uint64_t *set, uint64_t *old);
int64_t rt_signal_altstack(struct rt_thread *t, const struct rt_sigaltstack *st, struct rt_sigaltstack *old);
int64_t rt_signal_return(struct rt_thread *t);          /* rt_sigreturn: RT_NO_RESULT; a bad frame queues SIGSEGV */
/* What the host's mask must be for this guest mask (synchronous signals stay open). Calls that take a temporary mask
 * (rt_sigsuspend, ppoll, pselect6, epoll_pwait) pass this to the kernel, through rt_syscall_raw. */
uint64_t rt_signal_host_mask(uint64_t guest_mask);
uint64_t rt_signal_pending(struct rt_thread *t);        /* rt_sigpending's answer */
/* The guest's side of a temporary mask: from begin on, guest_mask is what t has; end puts the old one back, for a call that no handler
 * ends (the frame of one that does restores it). */
void rt_signal_temp_begin(struct rt_thread *t, uint64_t guest_mask);
void rt_signal_temp_end(struct rt_thread *t);
/* Will a signal be delivered at the next safe point? */
bool rt_signal_waits(const struct rt_thread *t);
/* Delivers what waits; the dispatcher calls it at safe points. sysret: result of the call just made, or 0. */
void rt_signal_deliver(struct rt_thread *t, int64_t sysret);
/* A synchronous guest fault at t->v.pc: runs the guest's handler, or dies by sig. */
void rt_signal_force(struct rt_thread *t, int sig, int code, uint64_t addr);

/* --- processes (process.c) --- */
_Noreturn void rt_exit_process(struct rt_thread *t, int status);        /* exit_group: statistics, then _exit */
_Noreturn void rt_die_by_signal(struct rt_thread *t, int sig);          /* default action: the parent sees this signal; no core */
#define CLONE_CLEAR_HANDLERS 0x100000000ull     /* CLONE_CLEAR_SIGHAND of clone3(2) */
/* fork-like clone: flags may hold CLONE_VM (the child shares memory, its own vcpu and host stack; with CLONE_VFORK its creator
 * waits), CLONE_CLEAR_HANDLERS, CLONE_PIDFD (ptid is then where its descriptor goes), CLONE_PARENT_SETTID,
 * CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID, CLONE_SETTLS, an exit signal. child_sp 0: as the parent's. Threads: thread.h. Returns the
 * child's pid in the parent, 0 in a forked child (which goes on from here); one that shares memory runs its own dispatcher. */
int64_t rt_clone(struct rt_thread *t, uint64_t flags, uint64_t child_sp, uint64_t ptid, uint64_t tls, uint64_t ctid);
/* execve/execveat of a file: guest ELF runs under aotrun with the same options, scripts by the kernel's rules, host ELF passes
 * through (counted). path is a host string; argv, envp are guest arrays (addresses; 0 = empty). Returns -errno on failure only. */
int64_t rt_exec(struct rt_thread *t, int dirfd, const char *path, uint64_t argv, uint64_t envp, int flags);
/* Does fd belong to the runtime? Then guest calls on it must give -EBADF. */
bool rt_fd_is_ours(const struct rt *rt, int fd);
/* The runtime's lowest descriptor from `from` on; -1: none. */
int rt_fd_next_ours(const struct rt *rt, int from);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t rt_now_ns(void);
/* One line on stderr, "aotrun: ..."; no stdio. */
void rt_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
