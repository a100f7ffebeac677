/* x86-64: system calls, fault-safe copies, clone. */
#include "runtime/hostcall.h"

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
        "  rep movsb\n"
        ".globl rt_copy_end\nrt_copy_end:\n"
        "  xorl %eax,%eax\n  ret\n"
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

#endif
