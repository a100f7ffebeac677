/* Regions of small RISC-V byte sequences: entries, exits, calls, loops, jump tables, limits. Sequences that run lie at their own
 * address, so T0's loads find the tables. */
#include "jit/fpenv.h"
#include "jit/interp.h"
#include "passes/lift/region.h"
#include "passes/lift/riscv64/riscv64.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 0x400 };

static _Alignas(4096) uint8_t code[SIZE];       /* the text under test */
static struct vcpu vcpu;
static struct cc cc;
static struct unit u;
static struct region_info info;
static struct ir_func *f;
static uint64_t other;                          /* is_function */

static bool is_other(const void *arg, uint64_t pc)
{
    return pc == other;
}

static void setup(void)
{
    cc_init(&cc);
    memset(code, 0, sizeof code);
    memset(&vcpu, 0, sizeof vcpu);
    vcpu.guest_fpcr = fpcr_make(FP_RM_NE, 0);
    u = (struct unit){ .g = &guest_riscv64, .text = { 0x10000, code, SIZE }, .pc = 0x10000,
                       .bounds = { 0x10000, 0x10000 + SIZE }, .name = "t" };
    other = 0;
    u.is_function = is_other;
}

static void teardown(void)
{
    cc_fini(&cc);
}

static void at(uint64_t base)
{
    u.text.base = u.pc = base;
    u.bounds = (struct gspan){ base, base + SIZE };
}

static void do_lift(struct cc *c, void *arg)
{
    f = lift_region(c, &u, &info);
}

static void lift(void)
{
    struct diag d;

    ck_assert_msg(cc_try(&cc, do_lift, NULL) == ST_OK, "%s", cc.diag.msg);
    if (ir_verify(f, &d) != ST_OK) {
        ir_print(stderr, f);
        ck_abort_msg("%s", d.msg);
    }
}

static void words(const uint32_t *w, size_t n)
{
    memcpy(code, w, n * 4);
    lift();
}
#define WORDS(...) words((const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

/* How many records of op there are; *last: the last one. */
static unsigned count(enum ir_op op, struct ir_insn *last)
{
    unsigned n = 0;

    for (ir_blk b = 1; b < f->nblock; b++)
        for (uint32_t i = 0; i < f->block[b].ninsn; i++)
            if (f->insn[f->block[b].insn[i]].op == op) {
                n++;
                if (last)
                    *last = f->insn[f->block[b].insn[i]];
            }
    return n;
}

static ir_blk entry_block(uint64_t pc)
{
    for (ir_blk b = 1; b < f->nblock; b++)
        if ((f->block[b].flags & BLK_ENTRY) && f->block[b].pc == pc)
            return b;
    return IR_NONE;
}

static uint64_t *x(unsigned r)
{
    return (uint64_t *)(vcpu.guest + 8 * r);
}

START_TEST(loop)
{
    ir_blk e;

    WORDS(0xfff50513, 0xfe051ee3, 0x00008067);  /* 1: addi a0,a0,-1; bnez a0,1b; ret */
    ck_assert_uint_eq(info.nentry, 1);
    ck_assert_uint_eq(info.ninsn, 3);
    ck_assert_uint_eq(info.nread, 1);
    ck_assert_uint_eq(info.read[0].hi, 0x1000c);
    ck_assert_uint_eq(count(IR_poll, NULL), 1);
    e = entry_block(0x10000);
    ck_assert_uint_eq(e, 1);
    ck_assert_uint_eq(f->block[e].ninsn, 1);    /* a stub: the loop header has another way in */
    ck_assert_uint_eq(f->insn[f->block[e].insn[0]].op, IR_br);
    vcpu.pc = 0x10000;
    *x(10) = 7, *x(1) = 0x44;
    ck_assert_uint_eq(t0_run_func(f, &vcpu), VX_JUMP);
    ck_assert_uint_eq(*x(10), 0);
    ck_assert_uint_eq(vcpu.pc, 0x44);
}
END_TEST

START_TEST(calls)
{
    struct ir_insn in;

    WORDS(0x100000ef, 0x00150513, 0x00008067);  /* jal ra,.+0x100; addi a0,a0,1; ret */
    ck_assert_uint_eq(count(IR_call, &in), 1);
    ck_assert_uint_eq(ir_insn_pc(&in), 0x10100);
    ck_assert_uint_eq(f->retpc[in.a], 0x10004);
    ck_assert_uint_eq(info.ncallee, 1);
    ck_assert_uint_eq(info.callee[0], 0x10100);
    ck_assert_uint_eq(info.nentry, 2);
    ck_assert_uint_eq(f->block[entry_block(0x10004)].flags & BLK_RETSITE, BLK_RETSITE);
    ck_assert_uint_eq(info.read[0].hi, 0x1000c);
}
END_TEST

START_TEST(far_call)
{
    struct ir_insn in;

    WORDS(0x00001097, 0x008080e7, 0x00008067);  /* auipc ra,1; jalr ra,8(ra); ret */
    ck_assert_uint_eq(count(IR_call, &in), 1);
    ck_assert_uint_eq(ir_insn_pc(&in), 0x11008);
    ck_assert_uint_eq(info.callee[0], 0x11008);
}
END_TEST

START_TEST(far_call_entered_in_the_middle)
{
    WORDS(0x00050463, 0x00001097, 0x008080e7, 0x00008067);      /* beqz a0,.+8; auipc ra,1; jalr ra,8(ra); ret */
    ck_assert_uint_eq(count(IR_call, NULL), 0);
    ck_assert_uint_eq(count(IR_icall, NULL), 1);
}
END_TEST

START_TEST(absolute_far_call)
{
    struct ir_insn in;

    WORDS(0x000200b7, 0x008080e7, 0x00008067);  /* lui ra,0x20; jalr ra,8(ra); ret */
    ck_assert_uint_eq(count(IR_call, &in), 1);
    ck_assert_uint_eq(ir_insn_pc(&in), 0x20008);
    u.pic = true;
    lift();                                     /* absolute addresses mean nothing there */
    ck_assert_uint_eq(count(IR_icall, NULL), 1);
}
END_TEST

START_TEST(exits)
{
    u.bounds.hi = 0x10040;
    other = 0x10020;
    WORDS(0x02050063, 0x0800006f);              /* beqz a0,.+0x20; j .+0x80 */
    ck_assert_uint_eq(count(IR_jump, NULL), 2);
    ck_assert_uint_eq(info.ncallee, 2);
    ck_assert_uint_eq(info.callee[0], 0x10020);
    ck_assert_uint_eq(info.callee[1], 0x10084);
}
END_TEST

START_TEST(falls_into_another_function)
{
    struct ir_insn in;

    other = 0x10004;
    WORDS(0x00150513, 0x00150513, 0x00008067);
    ck_assert_uint_eq(info.ninsn, 1);
    ck_assert_uint_eq(count(IR_jump, &in), 1);
    ck_assert_uint_eq(ir_insn_pc(&in), 0x10004);
}
END_TEST

START_TEST(system_call)
{
    WORDS(0x00000073, 0x00008067);              /* ecall; ret */
    ck_assert_uint_eq(count(IR_syscall, NULL), 1);
    ck_assert_uint_eq(info.nentry, 2);
    ck_assert(entry_block(0x10004) != IR_NONE);
    ck_assert_uint_eq(f->block[entry_block(0x10004)].flags & BLK_RETSITE, 0);
}
END_TEST

START_TEST(single)
{
    u.single = true;
    WORDS(0xfff50513, 0xfe051ee3, 0x00008067);
    ck_assert_uint_eq(info.ninsn, 2);
    ck_assert_uint_eq(count(IR_jump, NULL), 2);
    ck_assert_uint_eq(count(IR_poll, NULL), 0);
}
END_TEST

START_TEST(more_entries)
{
    static const uint64_t e[] = { 0x10004 };

    u.entry = e, u.nentry = 1;
    WORDS(0x00150513, 0x00150513, 0x00008067);
    ck_assert_uint_eq(info.nentry, 2);
    vcpu.pc = 0x10004;
    ck_assert_uint_eq(t0_run_func(f, &vcpu), VX_JUMP);
    ck_assert_uint_eq(*x(10), 1);
}
END_TEST

START_TEST(limit)
{
    struct ir_insn in;

    u.max_insns = 2;
    WORDS(0x00150513, 0x00150513, 0x00150513, 0x00008067);
    ck_assert_uint_eq(info.ninsn, 2);
    ck_assert_uint_eq(count(IR_jump, &in), 1);
    ck_assert_uint_eq(ir_insn_pc(&in), 0x10008);
}
END_TEST

START_TEST(end_of_text)
{
    struct ir_insn in;

    u.text.len = 6;
    WORDS(0x00150513, 0x00150513);              /* the second one is cut in half */
    ck_assert_uint_eq(count(IR_jump, &in), 1);
    ck_assert_uint_eq(ir_insn_pc(&in), 0x10004);
    u.pc = 0x10004;
    lift();
    ck_assert_uint_eq(count(IR_trap, &in), 1);
    ck_assert_uint_eq(in.a, TRAP_FETCH);
    u.pc = 0x20000;
    lift();
    ck_assert_uint_eq(count(IR_trap, &in), 1);
    ck_assert_uint_eq(in.a, TRAP_FETCH);
    u.pc = 0x10001;
    lift();
    ck_assert_uint_eq(count(IR_trap, NULL), 1);
}
END_TEST

START_TEST(overlapping_code)
{
    /* beqz a0,.+6 into the middle of lui a0,0x85058, which holds c.mv a0,s6: c.jr a0's bytes follow */
    static const uint16_t h[] = { 0x0363, 0x0005, 0x8537, 0x852a, 0x8082 };

    memcpy(code, h, sizeof h);
    lift();
    ck_assert_uint_eq(info.ninsn, 4);
    ck_assert_uint_eq(info.nread, 1);
    ck_assert_uint_eq(count(IR_ret, NULL), 1);  /* both ways meet there */
}
END_TEST

START_TEST(position_independent)
{
    u.pic = true;
    WORDS(0x00001517, 0x008000ef, 0x00008067, 0x00008067);      /* auipc a0,1; jal ra,.+8; ret; ret */
    ck_assert(f->pic);
    vcpu.pc = 0x10000;
    unsigned n = 0;
    for (ir_ref r = 1; r < f->ninsn; r++)
        if (f->insn[r].op == IR_gpc)
            n += ir_insn_pc(&f->insn[r]) == 0x11000 || ir_insn_pc(&f->insn[r]) == 0x10008;
    ck_assert_uint_eq(n, 2);
}
END_TEST

/* li a5,3; bltu a5,a0,default; la a4,table; slli a0,a0,2; add; lw; add; jr; nop; three cases that load 100.. and return */
static const uint32_t sw[] = {
    0x00300793, 0x02a7e263, 0x00000717, 0x0f870713, 0x00251513, 0x00e50533, 0x00052783, 0x00e787b3, 0x00078067, 0x00000013,
    0x06400513, 0x00008067, 0x06500513, 0x00008067, 0x06600513, 0x00008067,
};

static void put_table(const int32_t *v, size_t n)
{
    memcpy(code + 0x100, v, 4 * n);
}

static void run_switch(uint64_t index, uint64_t want)
{
    vcpu.pc = u.pc;
    *x(10) = index, *x(1) = 0x44;
    ck_assert_uint_eq(t0_run_func(f, &vcpu), VX_JUMP);
    ck_assert_uint_eq(vcpu.pc, 0x44);
    ck_assert_uint_eq(*x(10), want);
}

START_TEST(jump_table)
{
    at((uintptr_t)code);
    put_table((const int32_t[]){ 0x38 - 0x100, 0x30 - 0x100, 0x28 - 0x100, 0x38 - 0x100 }, 4);
    words(sw, ARRAY_LEN(sw));
    ck_assert_uint_eq(f->nsw, 1);
    ck_assert_uint_eq(f->sw[0].n, 4);
    ck_assert_uint_eq(info.nread, 3);           /* the nop between is not read */
    ck_assert_uint_eq(info.read[2].lo - u.pc, 0x100);
    ck_assert_uint_eq(info.read[2].hi - u.pc, 0x110);
    run_switch(0, 102);
    run_switch(1, 101);
    run_switch(2, 100);
    run_switch(3, 102);
    run_switch(4, 100);
    run_switch(~UINT64_C(0), 100);
    u.pic = true;                               /* the same code, module-relative */
    lift();
    ck_assert_uint_eq(f->nsw, 1);
}
END_TEST

START_TEST(jump_table_entered_behind_the_check)
{
    uint64_t e;

    at((uintptr_t)code);
    e = u.pc + 0x14;                            /* the add: index already shifted there */
    u.entry = &e, u.nentry = 1;
    put_table((const int32_t[]){ 0x38 - 0x100, 0x30 - 0x100, 0x28 - 0x100, 0x38 - 0x100 }, 4);
    words(sw, ARRAY_LEN(sw));
    ck_assert_uint_eq(f->nsw, 0);
    ck_assert_uint_eq(count(IR_ijump, NULL), 1);
}
END_TEST

START_TEST(jump_table_with_a_hoisted_base)
{
    uint64_t e;

    at((uintptr_t)code);
    e = u.pc + 0xc;                             /* the loop: s6 may be anything there */
    u.entry = &e, u.nentry = 1;
    put_table((const int32_t[]){ 0x28 - 0x100, 0x30 - 0x100 }, 2);
    *(uint8_t *)(code + 0x200) = 0, code[0x201] = 0, code[0x202] = 1;
    WORDS(0x00000b17, 0x100b0b13, 0x00100c93,                           /* la s6,table; li s9,1 */
          0x00054703, 0x02ece263, 0x00271713, 0x01670733, 0x00072703, 0x01670733, 0x00070067,  /* lbu a4; bltu s9,a4; ... jr a4 */
          0x00150513, 0xfe1ff06f, 0x00008067);                          /* addi a0,a0,1; j loop; ret */
    ck_assert_uint_eq(f->nsw, 1);
    ck_assert_uint_eq(count(IR_ijump, NULL), 1);
    run_switch((uintptr_t)code + 0x200, (uintptr_t)code + 0x202);
    /* In by the side door with another table base: the jump is what the guest says. */
    *(int32_t *)(code + 0x300) = 0x44;
    *x(22) = (uintptr_t)code + 0x300, *x(25) = 1, *x(10) = (uintptr_t)code + 0x200;
    vcpu.pc = e;
    ck_assert_uint_eq(t0_run_func(f, &vcpu), VX_JUMP);
    ck_assert_uint_eq(vcpu.pc, (uintptr_t)code + 0x344);
}
END_TEST

START_TEST(jump_table_of_absolute_addresses)
{
    static const uint64_t table[] = { 0x10018, 0x1001c };

    memcpy(code + 0x100, table, sizeof table);
    /* andi a5,a2,1; lui a4,0x10; slli a5,a5,3; add; ld a5,0x100(a5); jr a5; ret; ret */
    WORDS(0x00167793, 0x00010737, 0x00379793, 0x00e787b3, 0x1007b783, 0x00078067, 0x00008067, 0x00008067);
    ck_assert_uint_eq(f->nsw, 1);
    ck_assert_uint_eq(f->sw[0].n, 2);
    ck_assert_uint_eq(count(IR_ret, NULL), 2);
    u.pic = true;
    lift();
    ck_assert_uint_eq(f->nsw, 0);
}
END_TEST

START_TEST(table_outside_the_text_is_refused)
{
    at((uintptr_t)code);
    put_table((const int32_t[]){ 0x28 - 0x100, 0x7000000, 0x28 - 0x100, 0x28 - 0x100 }, 4);
    words(sw, ARRAY_LEN(sw));
    ck_assert_uint_eq(f->nsw, 0);
    u.text.len = 0x104;
    lift();
    ck_assert_uint_eq(f->nsw, 0);
}
END_TEST

/* Behind a call that was left out: another function, or code of this one of which nothing is known. */
START_TEST(return_site_left_out)
{
    other = 0x10004;
    WORDS(0x100000ef, 0x00150513, 0x00008067);  /* jal ra,.+0x100; addi a0,a0,1; ret */
    ck_assert(!f->cut);
    u.partial = true;
    lift();
    ck_assert(f->cut);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("region");
    TCase *t = tcase_create("all");
    const TTest *all[] = { loop, calls, far_call, far_call_entered_in_the_middle, absolute_far_call, exits,
                           falls_into_another_function, system_call, single, more_entries, limit, end_of_text, overlapping_code,
                           position_independent, jump_table, jump_table_entered_behind_the_check, jump_table_with_a_hoisted_base, jump_table_of_absolute_addresses,
                           table_outside_the_text_is_refused, return_site_left_out };
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        tcase_add_test(t, all[i]);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
