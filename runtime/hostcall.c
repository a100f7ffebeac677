/* Host-dependent leaves of the runtime. One section per host ISA. */
#include "runtime/hostcall.h"

#include <errno.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__x86_64__)

/* rt_sys_check .. rt_sys_insn: a signal that arrives while the pc is in here finds the kernel not entered yet; its handler moves
 * the pc to rt_sys_intr, so nothing is lost between the test of the flag and the call. */
__asm__(".text\n"
        ".globl rt_asm_syscall\n.type rt_asm_syscall,@function\n"
        "rt_asm_syscall:\n"
        "  movq %rdi,%r11\n  movq %rsi,%rax\n  movq %rdx,%rdi\n  movq %rcx,%rsi\n  movq %r8,%rdx\n  movq %r9,%r10\n"
        "  movq 8(%rsp),%r8\n  movq 16(%rsp),%r9\n"
        ".globl rt_sys_check\nrt_sys_check:\n"
        "  cmpl $0,(%r11)\n  jne rt_sys_intr\n"
        ".globl rt_sys_insn\nrt_sys_insn:\n"
        "  syscall\n  ret\n"
        ".globl rt_sys_intr\nrt_sys_intr:\n"
        "  movq $-513,%rax\n  ret\n"
        ".size rt_asm_syscall,.-rt_asm_syscall\n"
        ".globl rt_asm_copy\n.type rt_asm_copy,@function\n"
        "rt_asm_copy:\n"
        "  movq %rdx,%rcx\n"
        ".globl rt_copy_insn\nrt_copy_insn:\n"
        "  rep movsb\n  xorl %eax,%eax\n  ret\n"
        ".globl rt_copy_fault\nrt_copy_fault:\n"
        "  movq $-14,%rax\n  ret\n"
        ".size rt_asm_copy,.-rt_asm_copy\n"
        /* rt_asm_clone(flags, stack, ptid, ctid, fn, arg): the child's fn and arg lie in registers that the kernel keeps. */
        ".globl rt_asm_clone\n.type rt_asm_clone,@function\n"
        "rt_asm_clone:\n"
        "  pushq %rbx\n  pushq %r12\n"
        "  movq %r8,%rbx\n  movq %r9,%r12\n"
        "  movq %rcx,%r10\n  xorl %r8d,%r8d\n  movl $56,%eax\n  syscall\n"
        "  testq %rax,%rax\n  jnz 1f\n"
        "  testq %rbx,%rbx\n  jz 1f\n"
        "  xorl %ebp,%ebp\n  andq $-16,%rsp\n  movq %r12,%rdi\n  call *%rbx\n  ud2\n"
        "1: popq %r12\n  popq %rbx\n  ret\n"
        ".size rt_asm_clone,.-rt_asm_clone\n"
        ".globl rt_sigreturn_stub\n.type rt_sigreturn_stub,@function\n"
        "rt_sigreturn_stub:\n"
        "  movl $15,%eax\n  syscall\n"
        ".size rt_sigreturn_stub,.-rt_sigreturn_stub\n");

extern const char rt_sys_check[], rt_sys_insn[], rt_sys_intr[], rt_copy_insn[], rt_copy_fault[];
void rt_sigreturn_stub(void);
enum { HOST_SA_RESTORER = 0x04000000 };

uint64_t rt_uc_pc(const void *uc)
{
    return (uint64_t)((const ucontext_t *)uc)->uc_mcontext.gregs[REG_RIP];
}

void rt_uc_set_pc(void *uc, uint64_t pc)
{
    ((ucontext_t *)uc)->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}

uint32_t rt_uc_fpcr(const void *uc, uint32_t fallback)
{
    const ucontext_t *u = uc;
    return u->uc_mcontext.fpregs ? u->uc_mcontext.fpregs->mxcsr : fallback;
}

bool rt_uc_is_write(const void *uc)
{
    return ((const ucontext_t *)uc)->uc_mcontext.gregs[REG_ERR] & 2;
}

#else
#error "hostcall.c: this host ISA has no section yet"
#endif

bool rt_uc_unwind_syscall(void *uc)
{
    uint64_t pc = rt_uc_pc(uc);

    if (pc < (uint64_t)(uintptr_t)rt_sys_check || pc > (uint64_t)(uintptr_t)rt_sys_insn)
        return false;
    rt_uc_set_pc(uc, (uint64_t)(uintptr_t)rt_sys_intr);
    return true;
}

bool rt_uc_unwind_copy(void *uc)
{
    if (rt_uc_pc(uc) != (uint64_t)(uintptr_t)rt_copy_insn)
        return false;
    rt_uc_set_pc(uc, (uint64_t)(uintptr_t)rt_copy_fault);
    return true;
}

struct host_sigact { void *handler; uint64_t flags; void (*restorer)(void); uint64_t mask; };

int rt_host_sigaction(int sig, void *handler, uint64_t flags, uint64_t mask)
{
    struct host_sigact act = { handler, flags | HOST_SA_RESTORER, rt_sigreturn_stub, mask };
    return syscall(SYS_rt_sigaction, sig, &act, NULL, sizeof act.mask) ? -errno : 0;
}

intptr_t rt_host_sigget(int sig, uint64_t *flags)
{
    struct host_sigact act;

    if (syscall(SYS_rt_sigaction, sig, NULL, &act, sizeof act.mask))
        return -1;
    if (flags)
        *flags = act.flags;
    return (intptr_t)act.handler;
}

void rt_host_setmask(uint64_t mask)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

uint64_t rt_host_getmask(void)
{
    uint64_t mask = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, sizeof mask);
    return mask;
}

int64_t rt_syscall_raw(struct rt_thread *t, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    return rt_asm_syscall(&t->sig_pending, nr, a0, a1, a2, a3, a4, a5);
}

int rt_copy_in(struct rt_thread *t, void *dst, uint64_t src, size_t n)
{
    (void)t;
    return (int)rt_asm_copy(dst, (const void *)src, n);
}

int rt_copy_out(struct rt_thread *t, uint64_t dst, const void *src, size_t n)
{
    (void)t;
    return (int)rt_asm_copy((void *)dst, src, n);
}

int64_t rt_copy_str(struct rt_thread *t, char *dst, uint64_t src, size_t n)
{
    size_t done = 0;

    while (done < n) {
        /* Page by page: the string may end just before memory that is not there. */
        size_t step = RT_PAGE - ((src + done) & (RT_PAGE - 1));
        if (step > n - done)
            step = n - done;
        if (rt_copy_in(t, dst + done, src + done, step))
            return -EFAULT;
        const char *end = memchr(dst + done, 0, step);
        if (end)
            return end - dst;
        done += step;
    }
    return -ENAMETOOLONG;
}
