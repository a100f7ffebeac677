/* AArch64: system calls, fault-safe copies, clone. */
#include "runtime/hostcall.h"

#if defined(__aarch64__)

/* rt_sys_check .. rt_sys_insn: a signal that arrives while the pc is in here finds the kernel not entered yet; its handler moves
 * the pc to rt_sys_intr, so nothing is lost between the test of the flag and the call. */
__asm__(".text\n"
        ".globl rt_asm_syscall\n.type rt_asm_syscall,%function\n"
        "rt_asm_syscall:\n"
        "  mov x9,x0\n  mov x8,x1\n  mov x0,x2\n  mov x1,x3\n  mov x2,x4\n  mov x3,x5\n  mov x4,x6\n  mov x5,x7\n"
        ".globl rt_sys_check\nrt_sys_check:\n"
        "  ldr w10,[x9]\n  cbnz w10,rt_sys_intr\n"
        ".globl rt_sys_insn\nrt_sys_insn:\n"
        "  svc #0\n  ret\n"
        ".globl rt_sys_intr\nrt_sys_intr:\n"
        "  mov x0,#-513\n  ret\n"
        ".size rt_asm_syscall,.-rt_asm_syscall\n"
        ".globl rt_asm_copy\n.type rt_asm_copy,%function\n"
        "rt_asm_copy:\n"
        ".globl rt_copy_insn\nrt_copy_insn:\n"
        "1: subs x2,x2,#8\n  b.lo 2f\n  ldr x3,[x1],#8\n  str x3,[x0],#8\n  b 1b\n"
        "2: adds x2,x2,#8\n  b.eq 4f\n"
        "3: ldrb w3,[x1],#1\n  strb w3,[x0],#1\n  subs x2,x2,#1\n  b.ne 3b\n"
        "4:\n.globl rt_copy_end\nrt_copy_end:\n"
        "  mov x0,#0\n  ret\n"
        ".globl rt_copy_fault\nrt_copy_fault:\n"
        "  mov x0,#-14\n  ret\n"
        ".size rt_asm_copy,.-rt_asm_copy\n"
        /* rt_asm_clone(flags, stack, ptid, ctid, fn, arg): the child's fn and arg lie in registers that the kernel keeps. */
        ".globl rt_asm_clone\n.type rt_asm_clone,%function\n"
        "rt_asm_clone:\n"
        "  mov x9,x4\n  mov x10,x5\n  mov x4,x3\n  mov x3,#0\n  mov x8,#220\n  svc #0\n"
        "  cbnz x0,1f\n  cbz x9,1f\n"
        "  mov x29,#0\n  mov x30,#0\n  mov x11,sp\n  and x11,x11,#-16\n  mov sp,x11\n  mov x0,x10\n  blr x9\n  brk #0\n"
        "1: ret\n"
        ".size rt_asm_clone,.-rt_asm_clone\n"
        ".globl rt_sigreturn_stub\n.type rt_sigreturn_stub,%function\n"
        "rt_sigreturn_stub:\n"
        "  mov x8,#139\n  svc #0\n"
        ".size rt_sigreturn_stub,.-rt_sigreturn_stub\n");

#endif
