# riscv64.t - golden rows of the RISC-V guest; syntax in riscv64_test.c.
# Written by hand from the manual: control flow, system, CSRs, LR/SC, corner cases.

fff0819b  addiw gp,ra,-1 | x1=80000000 => x3=7fffffff
# branches: both ways, signed and unsigned
00b50463  beq a0,a1,0x10008 | x10=5 x11=5 => pc=10008
00b50463  beq a0,a1,0x10008 | x10=5 x11=100000005 => pc=10004
feb508e3  beq a0,a1,0xfff0 | => pc=fff0
00b51463  bne a0,a1,0x10008 | x10=5 x11=100000005 => pc=10008
00b51463  bne a0,a1,0x10008 | x10=5 x11=5 => pc=10004
00b54463  blt a0,a1,0x10008 | x10=ffffffffffffffff x11=0 => pc=10008
00b54463  blt a0,a1,0x10008 | x10=3 x11=3 => pc=10004
00b55463  bge a0,a1,0x10008 | x10=3 x11=3 => pc=10008
00b55463  bge a0,a1,0x10008 | x10=ffffffffffffffff x11=0 => pc=10004
00b56463  bltu a0,a1,0x10008 | x10=ffffffffffffffff x11=0 => pc=10004
00b56463  bltu a0,a1,0x10008 | x10=0 x11=1 => pc=10008
00b57463  bgeu a0,a1,0x10008 | x10=ffffffffffffffff x11=0 => pc=10008
00b57463  bgeu a0,a1,0x10008 | x10=0 x11=1 => pc=10004
c901  c.beqz a0,0x10010 | => pc=10010
c901  c.beqz a0,0x10010 | x10=8000000000000000 => pc=10002
f965  c.bnez a0,0xfff0 | x10=100000000 => pc=fff0
f965  c.bnez a0,0xfff0 | => pc=10002
# jumps: the link register is written after the target is read; bit 0 of the target is cleared
0400006f  jal zero,0x10040 | x1=7 => pc=10040
040000ef  jal ra,0x10040 | => x1=10004 pc=10040
fc1ff2ef  jal t0,0xffc0 | => x5=10004 pc=ffc0
00008067  jalr zero,0(ra) | x1=123457 => pc=123456
009080e7  jalr ra,9(ra) | x1=20000 => x1=10004 pc=20008
fffe0367  jalr t1,-1(t3) | x28=30001 => x6=10004 pc=30000
a005  c.j 0x10020 | => pc=10020
8502  c.jr a0 | x10=fffffffffffffff1 => pc=fffffffffffffff0
8082  c.jr ra | x1=4444 => pc=4444
9782  c.jalr a5 | x15=4444 => x1=10002 pc=4444
9082  c.jalr ra | x1=4444 => x1=10002 pc=4444
80000517  auipc a0,0x80000 | => x10=ffffffff80010000
00001017  auipc zero,0x1 | =>
# traps, system
0000  .2byte 0x0 | => exit=illegal pc=10000
ffffffff  .4byte 0xffffffff | => exit=illegal pc=10000
6101  .2byte 0x6101 | => exit=illegal pc=10000
8002  .2byte 0x8002 | => exit=illegal pc=10000
2001  .2byte 0x2001 | => exit=illegal pc=10000
00b555d3  .4byte 0xb555d3 | => exit=illegal pc=10000
00b57553  fadd.s fa0,fa0,fa1 | rm=5 => exit=illegal pc=10000
34002573  .4byte 0x34002573 | => exit=illegal pc=10000
c0051573  .4byte 0xc0051573 | => exit=illegal pc=10000
0005200f  cbo.inval (a0) | x10=@80 => exit=illegal pc=10000
0015200f  cbo.clean (a0) | x10=@80 => exit=illegal pc=10000
0025200f  cbo.flush (a0) | x10=@80 => exit=illegal pc=10000
0045200f  cbo.zero (a0) | x10=@8f m15=1 m16=2 m20=3 m23=4 m24=5 => m16=0 m20=0 m23=0
00000073  ecall | => exit=syscall pc=10004
00100073  ebreak | => exit=break pc=10000
9002  c.ebreak | => exit=break pc=10000
0000100f  fence.i | => exit=code pc=10004
8330000f  fence.tso | =>
0100000f  pause | =>
# LR/SC: success writes 0 and stores, failure 1; both drop the reservation; misaligned ones trap; misaligned AMOs are done
1005a52f  lr.w a0,(a1) | x11=@8 m1=1122334480000001 => x10=ffffffff80000001 res=@8 val=ffffffff80000001
1405b52f  lr.d.aq a0,(a1) | x11=@8 m1=1122334480000001 => x10=1122334480000001 res=@8 val=1122334480000001
1605a5af  lr.w.aqrl a1,(a1) | x11=@c m1=1122334480000001 => x11=11223344 res=@c val=11223344
18c5a52f  sc.w a0,a2,(a1) | x10=7 x11=@8 x12=5566778899 res=@8 val=ffffffff80000001 m1=1122334480000001 => x10=0 m1=1122334466778899 res=ffffffffffffffff
18c5a52f  sc.w a0,a2,(a1) | x10=7 x11=@8 x12=5566778899 res=@8 val=ffffffff80000001 m1=1122334480000002 => x10=1 res=ffffffffffffffff
18c5a52f  sc.w a0,a2,(a1) | x10=7 x11=@8 x12=5566778899 res=@c val=80000001 m1=80000001 => x10=1 res=ffffffffffffffff
1ac5b52f  sc.d.rl a0,a2,(a1) | x10=7 x11=@10 x12=5 res=@10 val=9 m2=9 => x10=0 m2=5 res=ffffffffffffffff
1ac5b52f  sc.d.rl a0,a2,(a1) | x10=7 x11=@10 x12=5 res=ffffffffffffffff val=9 m2=9 => x10=1
1005a52f  lr.w a0,(a1) | x11=@a => exit=align pc=10000
1ac5b52f  sc.d.rl a0,a2,(a1) | x11=@c => exit=align pc=10000
00c5a52f  amoadd.w a0,a2,(a1) | x11=@9 x12=1 m1=ff m2=7 => m1=1ff
00c5a52f  amoadd.w a0,a2,(a1) | x11=@e x12=1 m1=ff m2=ffff => x10=ffffffffffff0000 m1=10000000000ff
# CSRs: writes of the rounding mode leave through the dispatcher
00102573  csrrs a0,fflags,zero | ff=15 rm=3 => x10=15
00159573  csrrw a0,fflags,a1 | ff=15 x11=ffffffffffffffea => x10=15 ff=a
00159573  csrrw a0,fflags,a1 | ff=1f x11=20 => x10=1f ff=0
0012d073  csrrwi zero,fflags,5 | ff=10 => ff=5
0015a573  csrrs a0,fflags,a1 | ff=1 x11=ffffffff00000006 => x10=1 ff=7
0015b573  csrrc a0,fflags,a1 | ff=1f x11=6 => x10=1f ff=19
0011f573  csrrci a0,fflags,3 | ff=13 => x10=13 ff=10
00202573  csrrs a0,frm,zero | ff=15 rm=3 => x10=3
00259573  csrrw a0,frm,a1 | rm=2 x11=ffffffffffffffff => x10=2 frm=7 exit=fpmode
00259073  csrrw zero,frm,a1 | rm=2 x11=9 => frm=1 exit=fpmode
0021d573  csrrwi a0,frm,3 | rm=1 => x10=1 frm=3 exit=fpmode
00226573  csrrsi a0,frm,4 | rm=3 => x10=3 frm=7 exit=fpmode
0025b073  csrrc zero,frm,a1 | rm=3 x11=1 => frm=2 exit=fpmode
00207573  csrrci a0,frm,0 | rm=3 => x10=3
00302573  csrrs a0,fcsr,zero | rm=4 ff=11 => x10=91
00359573  csrrw a0,fcsr,a1 | rm=1 ff=2 x11=ffffffffffffff61 => x10=22 frm=3 ff=1 exit=fpmode
0035a573  csrrs a0,fcsr,a1 | rm=1 ff=2 x11=44 => x10=22 frm=3 ff=6 exit=fpmode
# the stack pointer
7139  c.addi16sp sp,-64 | x2=1000 => x2=fc0
617d  c.addi16sp sp,496 | x2=1000 => x2=11f0
# boxes: a single that is not NaN-boxed reads as the default NaN; loads, stores, moves and sign injection keep bits
00b57553  fadd.s fa0,fa0,fa1 | f10=3f800000 f11=ffffffff3f800000 => f10=ffffffff7fc00000
20b50553  fsgnj.s fa0,fa0,fa1 | f10=ffffffff7f800001 f11=ffffffff80000000 => f10=ffffffffff800001
22a50553  fsgnj.d fa0,fa0,fa0 | f10=7ff0000000000001 =>
20a50553  fsgnj.s fa0,fa0,fa0 | f10=7ff0000000000001 => f10=ffffffff7fc00000
e0050553  fmv.x.w a0,fa0 | f10=1180000000 => x10=ffffffff80000000

# Made by tests/golden-rv64/make.sh, seed 1: random instances, results by qemu-riscv64 10.0.
ca72b1b7  lui gp,0xca72b | x3=6b3cb551f62ae475 => x3=ffffffffca72b000
d13d8637  lui a2,0xd13d8 | x12=5529f97d3027a2ce => x12=ffffffffd13d8000
fce50803  lb a6,-50(a0) | x10=@80 x16=1 m9=56beb343af9a08 m10=ffffffff80000000 => x16=56
ff950e83  lb t4,-7(a0) | x10=@80 x29=1 m15=6e m16=8000000000000000 => x29=0
ffa51f03  lh t5,-6(a0) | x10=@80 x30=80000000 m15=9d4c7580cd99 m16=f0f2a5e0385c => x30=7580
00c51903  lh s2,12(a0) | x10=@80 x18=5963ffb32f31a99 m17=36e066 m18=ff00ff80000001 => x18=0
02212e83  lw t4,34(sp) | x2=@80 x29=54bb0e4d61c6b538 m20=f85106e320fa389f m21=69b8521ab4bc0955 => x29=6e320fa
fe952303  lw t1,-23(a0) | x10=@80 x6=84eb23d m13=7ade78a389341cac m14=2e79114b39533412 => x6=ffffffffa389341c
00653c83  ld s9,6(a0) | x10=@80 x25=5a2307a0b2 m16=4bfc969e4371e8bc m17=33e => x25=33e4bfc
03013203  ld tp,48(sp) | x2=@80 x4=ae851d6d534a09c9 m22=e6583b017b9ea8f8 => x4=e6583b017b9ea8f8
fcc14a83  lbu s5,-52(sp) | x2=@80 x21=168021dde3 m9=0 m10=ff00ff80000001 => x21=0
ffb14c83  lbu s9,-5(sp) | x2=@80 x25=ffffffffffffffff m15=21433ad26882 m16=ffffffffffffffff => x25=3a
fff15b83  lhu s7,-1(sp) | x2=@80 x23=ff00ff80000001 m15=fdb0a841120d366 m16=1 => x23=10f
fdb55203  lhu tp,-37(a0) | x10=@80 x4=cbd2c73201dcf9ba m11=4d9289e343973533 m12=bab0eddafcc10e7d => x4=e343
fc246183  lwu gp,-62(s0) | x8=@80 x3=740 m8=308bbf971746c m9=1b7 => x3=8bbf971
01716803  lwu a6,23(sp) | x2=@80 x16=ec47cf27150c2ec m18=0 m19=31fcadc6e7152 => x16=6e715200
fef10123  sb a5,-30(sp) | x2=@80 x15=80000000 m12=16a9bc12c7b964b m13=3d390401b8c42bd6 => m12=16a9bc12c00964b
ff0100a3  sb a6,-31(sp) | x2=@80 x16=ffffffff80000000 m12=0 m13=226e2f20633664 =>
00341623  sh gp,12(s0) | x8=@80 x3=4f4e608cf2fc94f6 m17=80000000 m18=1 => m17=94f680000000
02711f23  sh t2,62(sp) | x2=@80 x7=4b6104e497808a30 m23=1 m24=4a0377bb13ae5932 => m23=8a30000000000001
01a128a3  sw s10,17(sp) | x2=@80 x26=ff00ff80000001 m18=462f m19=7fffffff => m18=800000012f
ffc42923  sw t3,-14(s0) | x8=@80 x28=7fffffffffffffff m14=9671e31b5da9b146 m15=a911e954c4703e87 => m14=9671ffffffffb146
02553ca3  sd t0,57(a0) | x10=@80 x5=2ad1ca8e65a30aac m23=1cae0f8fb17afa95 m24=127fece9bc1 => m23=d1ca8e65a30aac95 m24=127fece9b2a
ffb43ba3  sd s11,-9(s0) | x8=@80 x27=23f445f055 m14=d69046c m15=abbda68a3d9 => m14=550000000d69046c m15=23f445f0
00056013  prefetch.i 0(a0) | x10=7 =>
fc116013  prefetch.r -64(sp) | x2=4941fb965f4bedfb =>
fe346013  prefetch.w -32(s0) | x8=7fffffff =>
f6a08493  addi s1,ra,-150 | x9=6ffaca57feaf3e68 x1=d1212aaea94a074b => x9=d1212aaea94a06b5
000a8b93  addi s7,s5,0 | x23=ef0 x21=7fffffff => x23=7fffffff
03f6ae93  slti t4,a3,63 | x29=855018923b33244d x13=819e9b2d4595778 => x29=0
800aa193  slti gp,s5,-2048 | x3=0 x21=fecb3090ec485548 => x3=1
8000b493  sltiu s1,ra,-2048 | x9=9eae75e67525ea72 x1=0 => x9=1
a2873d13  sltiu s10,a4,-1496 | x26=7aa71c91af604 x14=5f595947 => x26=1
15dccd13  xori s10,s9,349 | x26=1 x25=5 => x26=158
80094a93  xori s5,s2,-2048 | x21=169c736 x18=8000000000000000 => x21=7ffffffffffff800
0eeb6d13  ori s10,s6,238 | x26=59ca8fe25410b x22=ffffffffffffffff => x26=ffffffffffffffff
00036713  ori a4,t1,0 | x14=ffffffff80000000 x6=ffffffff80000000 =>
0012ff13  andi t5,t0,1 | x30=160d2f7 x5=928d7c61542b5684 => x30=0
888d7d13  andi s10,s10,-1912 | x26=ffffffff80000000 =>
01159d93  slli s11,a1,0x11 | x27=b87ade423b103aec x11=54e03a74fa7f87 => x27=c074e9f4ff0e0000
00859313  slli t1,a1,0x8 | x6=80000000 x11=8000000000000000 => x6=0
0391d613  srli a2,gp,0x39 | x12=1ad3 x3=1a8153894cd42585 => x12=d
02b4d613  srli a2,s1,0x2b | x12=bad47aaefee38c0 x9=691200832f5dd62 => x12=d224
43da5a93  srai s5,s4,0x3d | x21=cb0fc9074abca2c9 x20=2a946a598dbbe1c5 => x21=1
42be5c93  srai s9,t3,0x2b | x25=39b87b79074 x28=6 => x25=0
00e08d33  add s10,ra,a4 | x26=a2d20b204aeed283 x1=8e x14=80000000 => x26=8000008e
017e8a33  add s4,t4,s7 | x20=d04561c548676595 x29=c3d8f5f22438ab54 x23=5658b90418d7dd9a => x20=1a31aef63d1088ee
404b0f33  sub t5,s6,tp | x30=17a69420077eacc4 x22=d4da105c556e1574 x4=8000000000000000 => x30=54da105c556e1574
41258db3  sub s11,a1,s2 | x27=6 x11=ffffffffffffffff x18=68b58a8e4f201a61 => x27=974a7571b0dfe59e
007d1733  sll a4,s10,t2 | x14=1 x26=0 x7=dae5e5957bd40ed8 => x14=0
00d294b3  sll s1,t0,a3 | x9=67 x5=ff00ff80000001 x13=1274f818348b2c03 => x9=7f807fc00000008
016929b3  slt s3,s2,s6 | x19=1 x18=ffffffff80000000 x22=194ffafc759340c5 =>
000a2cb3  slt s9,s4,zero | x25=1f715dd7b95683f2 x20=a9554319648c773f => x25=1
00cbb433  sltu s0,s7,a2 | x8=2d5e09cd72ea5f74 x23=80000000 x12=d84bcdbf2692e => x8=1
001b3433  sltu s0,s6,ra | x8=e0a878a5a77be434 x22=ffffffff80000000 x1=80000000 => x8=0
01b848b3  xor a7,a6,s11 | x17=80000000 x16=e45cd4998f527807 x27=0 => x17=e45cd4998f527807
0007c4b3  xor s1,a5,zero | x9=1663044ad635d1fa x15=c4403f2c4dfb5048 => x9=c4403f2c4dfb5048
00e35d33  srl s10,t1,a4 | x26=b353ebad1 x6=8000000000000000 x14=8000000000000000 => x26=8000000000000000
0107dd33  srl s10,a5,a6 | x26=ffffffffffffffff x15=8000000000000000 x16=112c87 => x26=100000000000000
40fed5b3  sra a1,t4,a5 | x11=0 x29=1 x15=b8a7c1100acf30a9 =>
411a50b3  sra ra,s4,a7 | x1=7fffffffffffffff x20=2fadae0cc x17=74913e4ebc24ea9c => x1=2f
00d6eab3  or s5,a3,a3 | x21=ff00ff80000001 x13=7fffffff => x21=7fffffff
01e3e233  or tp,t2,t5 | x4=185c0b6d2b7dade7 x7=3d45624b49 x30=1 => x4=3d45624b49
01bc70b3  and ra,s8,s11 | x1=89a93002cdbf8f39 x24=d9a0db443104e8a0 x27=1a14e => x1=a000
0174fcb3  and s9,s1,s7 | x25=11cce135c0163e97 x9=1fdc39 x23=7fffffffffffffff => x25=1fdc39
8ca9819b  addiw gp,s3,-1846 | x3=ffffffff80000000 x19=c4076c511ab619a => x3=11ab5a64
0006821b  addiw tp,a3,0 | x4=3673c0c27ccd2064 x13=26c5b803c7a3ef13 => x4=ffffffffc7a3ef13
0122919b  slliw gp,t0,0x12 | x3=2d x5=f9467b9427a4c5ff => x3=17fc0000
0137959b  slliw a1,a5,0x13 | x11=8000000000000000 x15=0 => x11=0
004b539b  srliw t2,s6,0x4 | x7=120a757c38d36442 x22=6 => x7=0
00fd509b  srliw ra,s10,0xf | x1=29fdab8 x26=1ec57d262853d99 => x1=c50a
414bd91b  sraiw s2,s7,0x14 | x18=ff00ff80000001 x23=617751adaafa0b1e => x18=fffffffffffffaaf
416f5d9b  sraiw s11,t5,0x16 | x27=15c697226 x30=7fffffffffffffff => x27=ffffffffffffffff
01c483bb  addw t2,s1,t3 | x7=d787 x9=7fffffff x28=61a84dbd0a73d9a => x7=50a73d99
012e0f3b  addw t5,t3,s2 | x30=ffffffff80000000 x28=20b5d9 x18=1ab0bf5b2e8 => x30=c1668c1
41268c3b  subw s8,a3,s2 | x24=2622e2be8e2aae19 x13=0 x18=e59870d3dedae68e => x24=21251972
415806bb  subw a3,a6,s5 | x13=f580a40c0ac39aea x16=b19d7527584302fb x21=185c5d83dc => x13=fffffffffbe57f1f
017f1e3b  sllw t3,t5,s7 | x28=20950b895dbc31c3 x30=7fffffffffffffff x23=16272f85f7932240 => x28=ffffffffffffffff
00fa1bbb  sllw s7,s4,a5 | x23=88d45609913f89fa x20=8000000000000000 x15=764f910d21b9a34d => x23=0
0033d4bb  srlw s1,t2,gp | x9=d01b8bb00a942413 x7=1d179e25669c27f7 x3=23eb5f5c3 => x9=cd384fe
016e5b3b  srlw s6,t3,s6 | x22=e46eb1036b56ad53 x28=f8e9ed5 => x22=1f1
40c858bb  sraw a7,a6,a2 | x17=2197d4 x16=2937f7a1b x12=d6c74a93be9abb61 => x17=ffffffffc9bfbd0d
41c1de3b  sraw t3,gp,t3 | x28=1dbd184bc9 x3=7fffffff => x28=3fffff
0100000f  pause | =>
8330000f  fence.tso | =>
8330000f  fence.tso | =>
09d0000f  fence iw,iow | =>
0d10000f  fence iow,w | =>
0041200f  cbo.zero (sp) | x2=@80 m16=29628d => m16=0
02f308b3  mul a7,t1,a5 | x17=a96edcd375a608a7 x6=5ee6b85c x15=0 => x17=0
024a0c33  mul s8,s4,tp | x24=2ee88 x20=ab302aba13c18dd1 x4=ffffffffffffffff => x24=54cfd545ec3e722f
03ad9cb3  mulh s9,s11,s10 | x25=1878d193636eb71 x27=25670741c65877e5 x26=6096fb80cc38467 => x25=e1cb1d5c062d5c
035d1333  mulh t1,s10,s5 | x6=3ec88090b71 x26=ab95916470f3bd x21=f0a728288aed0159 => x6=fff5b6b0661caa57
02f2a5b3  mulhsu a1,t0,a5 | x11=146 x5=1 x15=0 => x11=0
03632ab3  mulhsu s5,t1,s6 | x21=0 x6=7fffffffffffffff x22=868da5802c9ff8 => x21=4346d2c0164ffb
03de32b3  mulhu t0,t3,t4 | x5=4a744a x28=7fffffff x29=8000000000000000 => x5=3fffffff
024e38b3  mulhu a7,t3,tp | x17=c20cf5be03f21833 x28=b4ce35b149afd8 x4=57 => x17=0
0258ca33  div s4,a7,t0 | x20=ffffffffffffffff x17=80000000 x5=bc03408781e8bd28 => x20=0
023f45b3  div a1,t5,gp | x11=0 x30=ffffffff80000000 x3=92af9e90e150eb54 =>
03825933  divu s2,tp,s8 | x18=feb8bab22342ce63 x4=bbca51047a3d723 x24=1a04b5f633f19f27 => x18=0
020bd4b3  divu s1,s7,zero | x9=8000000000000000 x23=34 => x9=ffffffffffffffff
02f26433  rem s0,tp,a5 | x8=80000000 x4=0 x15=9898e87824b => x8=0
03d06933  rem s2,zero,t4 | x18=ffffffff80000000 x29=a56 => x18=0
038bf6b3  remu a3,s7,s8 | x13=a46 x23=7a562b7be x24=ffffffffffffffff => x13=7a562b7be
03177f33  remu t5,a4,a7 | x30=679b46442aba6272 x14=ffffffff80000000 x17=40abc231a5ccd7f8 => x30=3dfcb96a8e997818
031d0a3b  mulw s4,s10,a7 | x20=2788729d87a3b2be x26=ffffffff80000000 x17=fc760630a68bb128 => x20=0
024a033b  mulw t1,s4,tp | x6=7e6fab3fb6161cc6 x20=3456c54507 x4=54b7b07d02404135 => x6=5d1e1173
03bdc33b  divw t1,s11,s11 | x6=36 x27=4fae2ebf24ffea76 => x6=1
03334dbb  divw s11,t1,s3 | x27=ff00ff80000001 x6=165611444b6ffa2 x19=8000000000000000 => x27=ffffffffffffffff
0240d1bb  divuw gp,ra,tp | x3=80d5c7a302b6417a x1=1672 x4=8 => x3=2ce
030e52bb  divuw t0,t3,a6 | x5=ff00ff80000001 x28=a70fde070 x16=4f37c9b3d646ce7 => x5=1
029066bb  remw a3,zero,s1 | x13=4e6d44a072e96a x9=80000000 => x13=0
02b2e2bb  remw t0,t0,a1 | x5=ff00ff80000001 x11=ffffffffffffffff => x5=0
03d072bb  remuw t0,zero,t4 | x5=154d0fc00a990 x29=de6275c6d219367c => x5=0
02e373bb  remuw t2,t1,a4 | x7=80a68c1c1a5c0387 x6=a5eb7b754213 x14=7e887918cc68176a => x7=7b754213
0d352b2f  amoswap.w.aq s6,s3,(a0) | x10=@80 x22=a4b0ad9 x19=55f6c39fa4e28177 m16=2b67b145875 => x22=7b145875 m16=2b6a4e28177
0cc12e2f  amoswap.w.aq t3,a2,(sp) | x2=@80 x28=2cce955c66de017e x12=aa1918a33221f77e m16=ff00ff80000001 => x28=ffffffff80000001 m16=ff00ff3221f77e
01b12c2f  amoadd.w s8,s11,(sp) | x2=@80 x24=1 x27=dd3dbb41177 m16=8000000000000000 => x24=0 m16=80000000dbb41177
041129af  amoadd.w.aq s3,ra,(sp) | x2=@80 x19=7fc x1=793b9beb2f7ff5 m16=1 => x19=1 m16=eb2f7ff6
2244232f  amoxor.w.rl t1,tp,(s0) | x8=@80 x6=1 x4=dcc1a22004d305c7 m16=a6fe721ff891ef88 => x6=fffffffff891ef88 m16=a6fe721ffc42ea4f
24e52baf  amoxor.w.aq s7,a4,(a0) | x10=@80 x23=1edd6767aa23c07 x14=7fffffffffffffff m16=7fffffff => x23=7fffffff m16=80000000
61612a2f  amoand.w s4,s6,(sp) | x2=@80 x20=2fca6e x22=e96 m16=7c50f58cd66e3da5 => x20=ffffffffd66e3da5 m16=7c50f58c00000c84
60f1232f  amoand.w t1,a5,(sp) | x2=@80 x6=7fffffff x15=1 m16=6618 => x6=6618 m16=0
4061222f  amoor.w tp,t1,(sp) | x2=@80 x4=7fffffffffffffff x6=ffffffffffffffff m16=51a9e4663456 => x4=ffffffffe4663456 m16=51a9ffffffff
46912f2f  amoor.w.aqrl t5,s1,(sp) | x2=@80 x30=f46af494572099 x9=80000000 m16=4722253a31b0 => x30=253a31b0 m16=4722a53a31b0
86752a2f  amomin.w.aqrl s4,t2,(a0) | x10=@80 x20=ddc79f76b6a634c7 x7=1053e9e741bd76c m16=6f14faf4d => x20=fffffffff14faf4d
82942baf  amomin.w.rl s7,s1,(s0) | x8=@80 x23=59 x9=df56d938d4a13c4 m16=dcae9291117d5838 => x23=117d5838 m16=dcae92918d4a13c4
a51523af  amomax.w.aq t2,a7,(a0) | x10=@80 x7=8d4621c0e9ad7f x17=316a324b2a6d75a6 m16=320e36fe7 => x7=20e36fe7 m16=32a6d75a6
a651242f  amomax.w.aqrl s0,t0,(sp) | x2=@80 x8=7fffffffffffffff x5=8000000000000000 m16=7fffffff => x8=7fffffff
c354222f  amominu.w.rl tp,s5,(s0) | x8=@80 x4=5159e4724f x21=63925839ebc160d9 m16=ffffffffffffffff => x4=ffffffffffffffff m16=ffffffffebc160d9
c654292f  amominu.w.aqrl s2,t0,(s0) | x8=@80 x18=53eff6a0 x5=1 m16=b6bd00f231556f1b => x18=31556f1b m16=b6bd00f200000001
e54121af  amomaxu.w.aq gp,s4,(sp) | x2=@80 x3=91bed1be1 x20=aa5aa9226b244e0 m16=8000000000000000 => x3=0 m16=8000000026b244e0
e3812c2f  amomaxu.w.rl s8,s8,(sp) | x2=@80 x24=2158034326 m16=89d61590 => x24=ffffffff89d61590
08e4392f  amoswap.d s2,a4,(s0) | x8=@80 x18=6e9ea3b5 x14=ffffffff80000000 m16=ff00ff80000001 => x18=ff00ff80000001 m16=ffffffff80000000
0ce4332f  amoswap.d.aq t1,a4,(s0) | x8=@80 x6=3c9550a3dfc4 x14=0 m16=7b53 => x6=7b53 m16=0
02453a2f  amoadd.d.rl s4,tp,(a0) | x10=@80 x20=7fffffff x4=35bdf1d0b057 m16=2 => x20=2 m16=35bdf1d0b059
00c438af  amoadd.d a7,a2,(s0) | x8=@80 x17=ffffffff80000000 x12=5c08e m16=a71cf154a201a2c7 => x17=a71cf154a201a2c7 m16=a71cf154a2076355
2591322f  amoxor.d.aq tp,s9,(sp) | x2=@80 x4=25cc08bf7b935faf x25=7fffffff m16=ed31f10b8560921f => x4=ed31f10b8560921f m16=ed31f10bfa9f6de0
233139af  amoxor.d.rl s3,s3,(sp) | x2=@80 x19=7fffffff m16=8000000000000000 => x19=8000000000000000 m16=800000007fffffff
62b438af  amoand.d.rl a7,a1,(s0) | x8=@80 x17=221f0a4094a3 x11=80000000 m16=204eb06187ecba9b => x17=204eb06187ecba9b m16=80000000
60043baf  amoand.d s7,zero,(s0) | x8=@80 x23=1454e13941 m16=392161920b7c3385 => x23=392161920b7c3385 m16=0
437539af  amoor.d.rl s3,s7,(a0) | x10=@80 x19=7fffffffffffffff x23=ac82f10dabb5 m16=8000000000000000 => x19=8000000000000000 m16=8000ac82f10dabb5
41d13aaf  amoor.d s5,t4,(sp) | x2=@80 x21=10d8b15ea149 x29=ffffffffffffffff m16=80000000 => x21=80000000 m16=ffffffffffffffff
87043e2f  amomin.d.aqrl t3,a6,(s0) | x8=@80 x28=d4643187ec1d4c x16=2c6b9a m16=295f4e0872 => x28=295f4e0872 m16=2c6b9a
85b531af  amomin.d.aq gp,s11,(a0) | x10=@80 x3=b84c194217e88fd5 x27=ffffffff80000000 m16=4e3b449ec => x3=4e3b449ec m16=ffffffff80000000
a4c53daf  amomax.d.aq s11,a2,(a0) | x10=@80 x27=1e3e428cce97b x12=ff00ff80000001 m16=41b7c39c1be7af9 => x27=41b7c39c1be7af9
a0743baf  amomax.d s7,t2,(s0) | x8=@80 x23=93f1840e48739183 x7=294e67c422f21754 m16=102d77ab => x23=102d77ab m16=294e67c422f21754
c7d539af  amominu.d.aqrl s3,t4,(a0) | x10=@80 x19=a478876391a0644e x29=c81985dd37f87bf6 m16=7fffffffffffffff => x19=7fffffffffffffff
c7e13b2f  amominu.d.aqrl s6,t5,(sp) | x2=@80 x22=581df24daf681e13 x30=42548b9db07af333 m16=44325d3c982bb4e1 => x22=44325d3c982bb4e1 m16=42548b9db07af333
e2d13aaf  amomaxu.d.rl s5,a3,(sp) | x2=@80 x21=ed70d0ceff931b x13=81d1cfa79bcd8855 m16=ffffffffffffffff => x21=ffffffffffffffff
e6d431af  amomaxu.d.aqrl gp,a3,(s0) | x8=@80 x3=7fffffff x13=11ecb98 m16=67b853056a559cd1 => x3=67b853056a559cd1
00052387  flw ft7,0(a0) | x10=@80 f7=ffffffff80000000 m16=4640618ec77f456f => f7=ffffffffc77f456f
ff352807  flw fa6,-13(a0) | x10=@80 f16=ffffffff45d4e3cf m14=1358 m15=7fffffffffffffff => f16=ffffffff00000000
03d526a7  fsw ft9,45(a0) | x10=@80 f29=ffffffff00000001 m21=7fffffff m22=25dcbef14b => m21=1007fffffff m22=25dcbef100
025422a7  fsw ft5,37(s0) | x8=@80 f5=ffffffffcf000001 m20=7fffffff m21=6b8bf0d925d7aec0 => m20=1007fffffff m21=6b8bf0d925d7aecf
18c8abc3  fmadd.s fs7,fa7,fa2,ft3,rdn | f23=ffffffff5f7fffff f17=ffffffff4f000000 f12=413721f2 f3=ffffffff5f7fffff => f23=ffffffff7fc00000
10a6ffc3  fmadd.s ft11,fa3,fa0,ft2 | f31=ffffffffc0fa7066 f13=ffffffffcf000001 f10=ffffffffffc00123 f2=ffffffffc0fc9d92 rm=0 => f31=ffffffff7fc00000
918b9cc3  fmadd.s fs9,fs7,fs8,fs2,rtz | f25=ffffffffbfc00000 f23=ffffffff3e8484bc f24=ffffffff3eec8c5d f18=ffffffff7f800001 => f25=ffffffff7fc00000 ff=10
214df4c3  fmadd.s fs1,fs11,fs4,ft4 | f9=ffffffff423704f6 f27=3f800000 f20=ffffffff386eb89c f4=ffffffff7fc00000 rm=0 => f9=ffffffff7fc00000
c87d7547  fmsub.s fa0,fs10,ft7,fs9 | f10=ffffffffc27e8a5b f26=ffffffffbd126c9c f7=ffffffffffc00123 f25=ffffffff3c508857 rm=4 => f10=ffffffff7fc00000
b95b0947  fmsub.s fs2,fs6,fs5,fs7,rne | f18=ffffffff5f7fffff f22=ffffffff5f7fffff f21=ffffffffbbd960d0 f23=ffffffff47706710 => f18=ffffffffdbd960cf ff=1
e187c147  fmsub.s ft2,fa5,fs8,ft8,rmm | f2=ffffffffffc00123 f15=ffffffffc0711c63 f24=ffffffffff800000 f28=ffffffff007fffff => f2=ffffffff7f800000
f1a47dc7  fmsub.s fs11,fs0,fs10,ft10 | f27=ba416dc8 f8=ffffffffc670d494 f26=ffffffff80000000 f30=ffffffff3f131532 rm=4 => f27=ffffffffbf131532
8114cf4b  fnmsub.s ft10,fs1,fa7,fa6,rmm | f30=ffffffff7f800001 f9=ffffffffbe89aa7c f17=ffffffff47acd34e f16=ffffffff5f7fffff => f30=ffffffff5f7fffff ff=1
91f43e4b  fnmsub.s ft8,fs0,ft11,fs2,rup | f28=ffffffff5f7fffff f8=ffffffff7fc00000 f31=ffffffffbfc00000 f18=ffffffff7fc00000 => f28=ffffffff7fc00000
70cbc24b  fnmsub.s ft4,fs7,fa2,fa4,rmm | f4=ffffffffff800000 f23=ffffffffc7a7f762 f12=ffffffffcf000001 f14=ffffffffff800000 =>
a10290cb  fnmsub.s ft1,ft5,fa6,fs4,rtz | f1=ffffffff7f800000 f5=ffffffff3ab2b978 f16=ffffffffff800000 f20=ff800000 => f1=ffffffff7fc00000
202b4f4f  fnmadd.s ft10,fs6,ft2,ft4,rmm | f30=ffffffff40599c11 f22=ffffffff5f7fffff f2=cf000001 f4=ffffffff4f000000 => f30=ffffffff7fc00000
91ed1d4f  fnmadd.s fs10,fs10,ft10,fs2,rtz | f26=ffffffffbe7444cc f30=ffffffffba61b23a f18=ffffffffffc00123 => f26=ffffffff7fc00000
39c14acf  fnmadd.s fs5,ft2,ft8,ft7,rmm | f21=ffffffff46a4fbf7 f2=ffffffffcf000001 f28=ffffffffc6e523e3 f7=ffffffff3f800000 => f21=ffffffffd66523e5 ff=1
6980b0cf  fnmadd.s ft1,ft1,fs8,fa3,rup | f1=ffffffff7f800000 f24=ffffffffc1aa9d06 f13=ffffffff7f7fffff =>
008d3d53  fadd.s fs10,fs10,fs0,rup | f26=ffffffffc6784a98 f8=ffffffffb88551d6 => ff=1
014f8353  fadd.s ft6,ft11,fs4,rne | f6=40822303 f31=ffffffffbcc6ed75 f20=ffffffffc7f906f6 => f6=ffffffffc7f906f9 ff=1
01c73c53  fadd.s fs8,fa4,ft8,rup | f24=ffffffffbdec7e96 f14=ffffffff47a8c2d4 f28=ffffffff00000001 => f24=ffffffff47a8c2d5 ff=1
00a99653  fadd.s fa2,fs3,fa0,rtz | f12=ffffffffcf000001 f19=ffffffff3f800000 f10=ffffffff7f800001 => f12=ffffffff7fc00000 ff=10
0931ab53  fsub.s fs6,ft3,fs3,rdn | f22=ffffffffba5245d0 f3=ffffffff3bd02ce2 f19=ffffffff4f000000 => f22=ffffffffcf000000 ff=1
09a98f53  fsub.s ft10,fs3,fs10,rne | f30=ffffffff47b2be09 f19=ffffffffc4752f64 f26=ffffffffbfe30c06 => f30=ffffffffc474bdde ff=1
08bc1f53  fsub.s ft10,fs8,fa1,rtz | f30=ffffffff00000001 f24=ffffffffc12eb390 f11=ffffffff47dd9db8 => f30=ffffffffc7dda32d ff=1
08b93ed3  fsub.s ft9,fs2,fa1,rup | f29=ffffffff00000001 f18=ffffffffc21561d5 f11=7f800001 => f29=ffffffff7fc00000
11fb74d3  fmul.s fs1,fs6,ft11 | f9=ffffffffbe351029 f22=ffffffff00000000 f31=ffffffffc3e2b2b8 rm=0 => f9=ffffffff80000000
11db75d3  fmul.s fa1,fs6,ft9 | f11=3f800000 f22=ffffffff007fffff f29=ffffffff470c707c rm=2 => f11=ffffffff080c707a ff=1
11b7c553  fmul.s fa0,fa5,fs11,rmm | f10=ffffffffbdfafddc f15=ffffffff5f7fffff f27=ffffffff7f800000 => f10=ffffffff7f800000
10ee79d3  fmul.s fs3,ft8,fa4 | f19=ffffffffbfc00000 f28=ffffffff00000000 f14=ffffffff4f000000 rm=4 => f19=ffffffff00000000
18e270d3  fdiv.s ft1,ft4,fa4 | f1=7fffff f4=ba0492c5 f14=ffffffffbfc00000 rm=3 => f1=ffffffff7fc00000
1815fa53  fdiv.s fs4,fa1,ft1 | f20=ffffffffffc00123 f11=ffffffff3d443a91 f1=ffffffffffc00123 rm=0 => f20=ffffffff7fc00000
18c4c4d3  fdiv.s fs1,fs1,fa2,rmm | f9=ffffffffba27bfe2 f12=ffffffff4429b66b => f9=ffffffffb57d09f6 ff=1
18f4f2d3  fdiv.s ft5,fs1,fa5 | f5=ffffffff41ed0391 f9=ffffffffba10b435 f15=ba142469 rm=3 => f5=ffffffff7fc00000
58087a53  fsqrt.s fs4,fa6 | f20=ffffffffff800000 f16=ffffffff007fffff rm=0 => f20=ffffffff1fffffff ff=1
5805fbd3  fsqrt.s fs7,fa1 | f23=ffffffffff800000 f11=7fffff rm=1 => f23=ffffffff7fc00000
580004d3  fsqrt.s fs1,ft0,rne | f9=ffffffff4f000000 f0=ffffffff00000001 => f9=ffffffff1a3504f3 ff=1
5808f753  fsqrt.s fa4,fa7 | f14=ffffffff80000000 f17=ffffffff38102732 rm=3 => f14=ffffffff3bc01a20 ff=1
21100fd3  fsgnj.s ft11,ft0,fa7 | f31=ffffffffbef49be8 f0=ffffffffbc626f49 f17=ffffffff447bd0a6 => f31=ffffffff3c626f49
212c8853  fsgnj.s fa6,fs9,fs2 | f16=ffffffff3f08c44a f25=ffffffff380f5b0f f18=ffffffff4702a7e0 => f16=ffffffff380f5b0f
20a81c53  fsgnjn.s fs8,fa6,fa0 | f24=ffffffff00000000 f16=ffffffff47ce4ef7 f10=ffffffffc720fdf0 => f24=ffffffff47ce4ef7
21b597d3  fsgnjn.s fa5,fa1,fs11 | f15=ffffffffc1356d3f f11=ffffffff00000000 f27=ffffffff4f000000 => f15=ffffffff80000000
202d2053  fsgnjx.s ft0,fs10,ft2 | f0=ffffffff46c0765e f26=ffffffff3bc3aa47 f2=ffffffff80000000 => f0=ffffffffbbc3aa47
217daa53  fsgnjx.s fs4,fs11,fs7 | f20=ffffffff3c871cde f27=ffffffff3f800000 f23=ffffffff3cbf50e4 => f20=ffffffff3f800000
29cb0953  fmin.s fs2,fs6,ft8 | f18=ffffffff00000000 f22=ffffffff007fffff f28=ffffffffffc00123 => f18=ffffffff007fffff
290201d3  fmin.s ft3,ft4,fa6 | f3=ffffffff46910c2c f4=ffffffff41c3fd49 f16=ffffffffff800000 => f3=ffffffffff800000
285a96d3  fmax.s fa3,fs5,ft5 | f13=ffffffff7f800001 f21=ffffffff408e06a6 f5=ffffffff7fc00000 => f13=ffffffff408e06a6
29369cd3  fmax.s fs9,fa3,fs3 | f25=ffffffff007fffff f13=ffffffffc7ea0b2c f19=ffffffff38baeee1 => f25=ffffffff38baeee1
a15d0353  fle.s t1,fs10,fs5 | x6=35b8258e248a f26=ffffffff80000000 f21=ffffffffbfc00000 => x6=0
a05b82d3  fle.s t0,fs7,ft5 | x5=7fffffffffffffff f23=ffffffffbfc00000 f5=ffffffff3ba14e5a => x5=1
a19414d3  flt.s s1,fs0,fs9 | x9=1 f8=ffffffff7f7fffff f25=ffffffffff800000 => x9=0
a0f896d3  flt.s a3,fa7,fa5 | x13=3760264c4c2e7715 f17=ffffffff41ef961b f15=ffffffffc1d9302d => x13=0
a1222ed3  feq.s t4,ft4,fs2 | x29=ffffffff80000000 f4=ffffffffffc00123 f18=ffffffff00000001 => x29=0
a1e2a8d3  feq.s a7,ft5,ft10 | x17=0 f5=ffffffffcf000001 f30=ffffffffbfc00000 =>
c00190d3  fcvt.w.s ra,ft3,rtz | x1=a608765fe291b2bf f3=ffffffff3f7a9e5b => x1=0 ff=1
c00b9253  fcvt.w.s tp,fs7,rtz | x4=9d4974 f23=ffffffff5f7fffff => x4=7fffffff ff=10
c0062853  fcvt.w.s a6,fa2,rdn | x16=ffffffff80000000 f12=ffffffffb8637748 => x16=ffffffffffffffff ff=1
c00c25d3  fcvt.w.s a1,fs8,rdn | x11=67905d103ae080fb f24=ffffffffc0ca1380 => x11=fffffffffffffff9 ff=1
c0174353  fcvt.wu.s t1,fa4,rmm | x6=f9c36359579e68a3 f14=cf000001 => x6=ffffffffffffffff ff=10
c01ea9d3  fcvt.wu.s s3,ft9,rdn | x19=d90c81 f29=ffffffff00000001 => x19=0 ff=1
c0171ed3  fcvt.wu.s t4,fa4,rtz | x29=58cd59a1 f14=ffffffffb9513983 => x29=0 ff=1
c0109853  fcvt.wu.s a6,ft1,rtz | x16=ffffffffffffffff f1=ffffffffc1a0d7fa => x16=0 ff=10
c02e89d3  fcvt.l.s s3,ft9,rne | x19=169e7 f29=ffffffff4769b844 => x19=e9b8 ff=1
c021f6d3  fcvt.l.s a3,ft3 | x13=1 f3=ffffffff7f800001 rm=4 => x13=7fffffffffffffff ff=10
c022f5d3  fcvt.l.s a1,ft5 | x11=b6af f5=ffffffffb9454687 rm=2 => x11=ffffffffffffffff ff=1
c0287ad3  fcvt.l.s s5,fa6 | x21=8ebf42cc00bb6282 f16=ffffffffbfc00000 rm=3 => x21=ffffffffffffffff ff=1
c03b9bd3  fcvt.lu.s s7,fs7,rtz | x23=6b31327e139a5 f23=ffffffffcf000001 => x23=0 ff=10
c0379f53  fcvt.lu.s t5,fa5,rtz | x30=7fffffff f15=ffffffffc324b76c => x30=0 ff=10
c03c4ad3  fcvt.lu.s s5,fs8,rmm | x21=2374b1cc0d32 f24=ffffffff7f7fffff => x21=ffffffffffffffff ff=10
c0301bd3  fcvt.lu.s s7,ft0,rtz | x23=ff00ff80000001 f0=c6591614 => x23=ffffffffffffffff ff=10
d0028853  fcvt.s.w fa6,t0,rne | f16=ffffffff007fffff x5=0 => f16=ffffffff00000000
d00d86d3  fcvt.s.w fa3,s11,rne | f13=ffffffffc59e1f6f x27=ffffffffffffffff => f13=ffffffffbf800000
d00733d3  fcvt.s.w ft7,a4,rup | f7=ffffffff007fffff x14=7fffffff => f7=ffffffff4f000000 ff=1
d00cbcd3  fcvt.s.w fs9,s9,rup | f25=ffffffffc106c16a x25=bcc => f25=ffffffff453cc000
d0194553  fcvt.s.wu fa0,s2,rmm | f10=ffffffff7f800001 x18=7fffffffffffffff => f10=ffffffff4f800000 ff=1
d01cfed3  fcvt.s.wu ft9,s9 | f29=ffffffff7f800001 x25=1 rm=2 => f29=ffffffff3f800000
d01e90d3  fcvt.s.wu ft1,t4,rtz | f1=ffffffff7fc00000 x29=7aaf94e7556108a2 => f1=ffffffff4eaac211 ff=1
d01d4ed3  fcvt.s.wu ft9,s10,rmm | f29=ffffffff7f800001 x26=22e => f29=ffffffff440b8000
d028c1d3  fcvt.s.l ft3,a7,rmm | f3=ffffffff007fffff x17=7fffffff => f3=ffffffff4f000000 ff=1
d029ffd3  fcvt.s.l ft11,s3 | f31=ffffffffbdcf362f x19=a4ec61454bf5e028 rm=3 => f31=ffffffffdeb6273d ff=1
d02d9053  fcvt.s.l ft0,s11,rtz | f0=ffffffffbc3cdac1 x27=122ee0b => f0=ffffffff4b917705 ff=1
d0223953  fcvt.s.l fs2,tp,rup | f18=ffffffff47e2d290 x4=38e07cc1c216e9c5 => f18=ffffffff5e6381f4 ff=1
d039bdd3  fcvt.s.lu fs11,s3,rup | f27=ffffffff5f7fffff x19=ff00ff80000001 => f27=ffffffff5b7f0100 ff=1
d03c7153  fcvt.s.lu ft2,s8 | f2=ffffffff7fc00000 x24=37d0df9dc35088 rm=3 => f2=ffffffff5a5f437f ff=1
d0387f53  fcvt.s.lu ft10,a6 | f30=ffffffff007fffff x16=85a440ebf3ee66a2 rm=1 => f30=ffffffff5f05a440 ff=1
d036a753  fcvt.s.lu fa4,a3,rdn | f14=ffffffff7f7fffff x13=ff00ff80000001 => f14=ffffffff5b7f00ff ff=1
e0068753  fmv.x.w a4,fa3 | x14=7cd3c0f4734f48e3 f13=c7500b20 => x14=ffffffffc7500b20
e00d8ad3  fmv.x.w s5,fs11 | x21=f1560c9c6a888d64 f27=ffffffffc7d4015f => x21=ffffffffc7d4015f
e00d9cd3  fclass.s s9,fs11 | x25=ffffffffffffffff f27=ffffffffffc00123 => x25=200
e0039ad3  fclass.s s5,ft7 | x21=19dd8060 f7=ffffffff44c2f747 => x21=40
f0070bd3  fmv.w.x fs7,a4 | f23=ffffffff3f800000 x14=ffffffff80000000 => f23=ffffffff80000000
f00a06d3  fmv.w.x fa3,s4 | f13=ffffffffff800000 x20=b0e73a5a900e8e22 => f13=ffffffff900e8e22
fc053807  fld fa6,-64(a0) | x10=@80 f16=c1e5b1ac46245158 m8=a8ec05e2ea749af3 => f16=a8ec05e2ea749af3
fc143707  fld fa4,-63(s0) | x8=@80 f14=bf5ba92ea40e1672 m8=5a564c8 m9=7aa331d66d4ca4d1 => f14=d10000000005a564
fd453b27  fsd fs4,-42(a0) | x10=@80 f20=c0c070a935433911 m10=5eca11c m11=0 => m10=3911000005eca11c m11=c0c070a93543
02a53b27  fsd fa0,54(a0) | x10=@80 f10=41dfffffffc00000 m22=1ca16531af35cbce m23=16483a83f0f7 => m22=6531af35cbce m23=41dfffffffc0
ebecf8c3  fmadd.d fa7,fs9,ft10,ft9 | f17=7ff0000000000000 f25=c1e0000000200000 f30=c14ead49d03df2da f29=3f304a9464c4a86b rm=4 => f17=433ead49d07b4d6e ff=1
2b6d8843  fmadd.d fa6,fs11,fs6,ft5,rne | f16=4245d9af1e0d65de f27=400857a14698dc1e f22=36a0000000000000 f5=425e2e8f6a405388 => f16=425e2e8f6a405388 ff=1
7bd17543  fmadd.d fa0,ft2,ft9,fa5 | f10=42ba59b15cf0d332 f2=41406e7978d17881 f29=7ff0000000000000 f15=4194717ad1c1d9a9 rm=4 => f10=7ff0000000000000
d35c12c3  fmadd.d ft5,fs8,fs5,fs10,rtz | f5=3ff0000000000000 f24=4057a9508e2691fb f21=36a0000000000000 f26=bff8000000000000 => f5=bff7ffffffffffff ff=1
bbe7f447  fmsub.d fs0,fa5,ft10,fs7 | f8=41b3fc3a571fc360 f15=3f5bc2f48aa638cf f30=3ff0000000000000 f23=41559180b68fe0e1 rm=0 => f8=c1559180b6741dec ff=1
5a5cfb47  fmsub.d fs6,fs9,ft5,fa1 | f22=41001c998b2c42e5 f25=0 f5=bf565febf5983c5b f11=c0df8e04d180fecf rm=0 => f22=40df8e04d180fecf
5b647b47  fmsub.d fs6,fs0,fs6,fa1 | f22=41dfffffffc00000 f8=fff8000000000123 f11=c1160038aaa38874 rm=3 => f22=7ff8000000000000
ab8828c7  fmsub.d fa7,fa6,fs8,fs5,rdn | f17=42e98ee5163a403e f16=fff8000000000123 f24=bfccba079352a6aa f21=fff0000000000000 => f17=7ff8000000000000
5bdf174b  fnmsub.d fa4,ft10,ft9,fa1,rtz | f14=412469593afabab8 f30=3f7a71b5684a9b3e f29=7fefffffffffffff f11=7ff8000000000000 => f14=7ff8000000000000
035416cb  fnmsub.d fa3,fs0,fs5,ft0,rtz | f13=bf2f6b567570ef33 f8=421b80bb404f9ce4 f21=c280fe9aee81e2a0 f0=3ff0000000000000 => f13=44ad36612df0fc8c ff=1
734bc54b  fnmsub.d fa0,fs7,fs4,fa4,rmm | f10=c0de7938ee39b721 f23=c01a71e852b6642c f20=c03411ff9e31055e f14=fff0000000000000 => f10=fff0000000000000
5aa4f9cb  fnmsub.d fs3,fs1,fa0,fa1 | f19=fff8000000000123 f9=41dfffffffc00000 f10=8000000000000000 f11=c10366700791b807 rm=1 => f19=c10366700791b807
a31bb24f  fnmadd.d ft4,fs7,fa7,fs4,rup | f4=4054e5aa7c018ee6 f23=fff0000000000000 f17=fff0000000000000 f20=3f8c95309cc87b1d => f4=fff0000000000000
9acf904f  fnmadd.d ft0,ft11,fa2,fs3,rtz | f0=7fefffffffffffff f31=bfb1442e84ddd1fb f12=40b27f328df78e01 f19=41dfffffffc00000 => f0=c1dfffffafe81fac ff=1
8372b6cf  fnmadd.d fa3,ft5,fs7,fa6,rup | f13=fff0000000000000 f5=c0f8a050b7f5029b f23=36a0000000000000 f16=41db457371dfa6b7 => f13=c1db457371dfa6b6 ff=1
c3032b4f  fnmadd.d fs6,ft6,fa6,fs8,rdn | f22=c1e0000000200000 f6=c16807de76e83ea2 f16=c1e0000000200000 f24=3f6ccbaa43bd3bb7 => f22=c35807de77184e5f ff=1
023ef953  fadd.d fs2,ft9,ft3 | f18=8000000000000000 f29=fff8000000000123 f3=4097ae96c090d601 rm=3 => f18=7ff8000000000000
0246c353  fadd.d ft6,fa3,ft4,rmm | f6=c19d182330b6eaf8 f13=7ff0000000000000 f4=fff0000000000000 => f6=7ff8000000000000 ff=10
025e7253  fadd.d ft4,ft8,ft5 | f4=c21978cf38e6256b f28=7ff0000000000000 f5=43efffffffffffff rm=1 => f4=7ff0000000000000
039a9753  fadd.d fa4,fs5,fs9,rtz | f14=c19ac08802874649 f21=8000000000000000 f25=c1e0000000200000 => f14=c1e0000000200000
0a59c753  fsub.d fa4,fs3,ft5,rmm | f14=423b90e94a6cb76b f19=bfb5647a6f4e14ce f5=7ff0000000000001 => f14=7ff8000000000000 ff=10
0abaf853  fsub.d fa6,fs5,fa1 | f16=36a0000000000000 f21=41705a8dde1ca035 f11=c20dbf287e6ebeac rm=1 => f16=420dc755c55dccfc ff=1
0b9bf653  fsub.d fa2,fs7,fs9 | f12=41dfffffffc00000 f23=8000000000000000 f25=4067aa10a5909a00 rm=4 => f12=c067aa10a5909a00
0bde1ed3  fsub.d ft9,ft8,ft9,rtz | f29=41dfffffffc00000 f28=fff8000000000123 => f29=7ff8000000000000
124c1a53  fmul.d fs4,fs8,ft4,rtz | f20=fff0000000000000 f24=fff8000000000123 f4=c2f51441db5fdb95 => f20=7ff8000000000000
12713f53  fmul.d ft10,ft2,ft7,rup | f30=bfaa7d2fa81a0519 f2=c2fcf0b9ab22c412 f7=c0fea595cf168f86 => f30=440bb76ec9f52046 ff=1
130322d3  fmul.d ft5,ft6,fa6,rdn | f5=fffffffffffff f6=42c9c89f635a62dc f16=3f89168c6dc52cf7 => f5=426436e7995e7c45 ff=1
1277f4d3  fmul.d fs1,fa5,ft7 | f9=3fa8e8d33b0a8059 f15=42d51590ce7b9423 f7=c0f7b1cfefd7747f rm=1 => f9=c3df3950bdcd59c1 ff=1
1af4b6d3  fdiv.d fa3,fs1,fa5,rup | f13=8000000000000000 f9=3fe5775d00eef5b9 f15=c1fdf41f92a8c334 => f13=bdd6eeccb8d08152 ff=1
1b8e3a53  fdiv.d fs4,ft8,fs8,rup | f20=0 f28=bf15f39f7bc2995c f24=429043694c4530ff => f20=bc7598a233ee47ee ff=1
1b9538d3  fdiv.d fa7,fa0,fs9,rup | f17=c13840702d87526f f10=43efffffffffffff f25=43efffffffffffff => f17=3ff0000000000000
1a063cd3  fdiv.d fs9,fa2,ft0,rup | f25=7ff0000000000000 f12=7fefffffffffffff f0=c1e0000000200000 => f25=fdffffffffbfffff ff=1
5a01ba53  fsqrt.d fs4,ft3,rup | f20=0 f3=bfce62afaaffd56f => f20=7ff8000000000000 ff=10
5a0c49d3  fsqrt.d fs3,fs8,rmm | f19=c097c4ca82ed6d46 f24=bf2d0ae18820e37c => f19=7ff8000000000000 ff=10
5a0f1953  fsqrt.d fs2,ft10,rtz | f18=3ff0000000000000 f30=40131af8022ed2e8 => f18=40017bde9a276661 ff=1
5a02f753  fsqrt.d fa4,ft5 | f14=fffffffffffff f5=7fefffffffffffff rm=3 => f14=5ff0000000000000 ff=1
22fe88d3  fsgnj.d fa7,ft9,fa5 | f17=43efffffffffffff f29=fff8000000000123 f15=c24240d46b615681 => f17=fff8000000000123
23e78ad3  fsgnj.d fs5,fa5,ft10 | f21=bf74e042cc5ecd55 f15=41180f35eccda581 f30=1 => f21=41180f35eccda581
23ca96d3  fsgnjn.d fa3,fs5,ft8 | f13=fff8000000000123 f21=1 f28=0 => f13=8000000000000001
232819d3  fsgnjn.d fs3,fa6,fs2 | f19=fffffffffffff f16=7fefffffffffffff f18=c25953c322888a5d => f19=7fefffffffffffff
23de2653  fsgnjx.d fa2,ft8,ft9 | f12=3fab2204cca3f4b0 f28=c0ba2681aea90991 f29=bff8000000000000 => f12=40ba2681aea90991
23e62fd3  fsgnjx.d ft11,fa2,ft10 | f31=c29dcba26c31ade4 f12=c13c7a0e95cb868a f30=bf8acc4bc71925e0 => f31=413c7a0e95cb868a
2beb07d3  fmin.d fa5,fs6,ft10 | f15=bffb097368ee086b f22=0 f30=0 => f15=0
2bbc8bd3  fmin.d fs7,fs9,fs11 | f23=42401730f36487c7 f25=43efffffffffffff f27=8000000000000000 => f23=8000000000000000
2b7b1e53  fmax.d ft8,fs6,fs7 | f28=7ff0000000000001 f22=fff0000000000000 f23=42c26fa8dcc68922 => f28=42c26fa8dcc68922
2baa1753  fmax.d fa4,fs4,fs10 | f14=bff8000000000000 f20=41dfffffffc00000 f26=411512210ea5a758 => f14=41dfffffffc00000
a2030c53  fle.d s8,ft6,ft0 | x24=4bf0a3fdbd2039b7 f6=8000000000000000 f0=3f2f856a460e0ef9 => x24=1
a28883d3  fle.d t2,fa7,fs0 | x7=58b09ec44eeb49d1 f17=c157c5dbb8088a39 f8=412213afb8daa1e6 => x7=1
a29318d3  flt.d a7,ft6,fs1 | x17=288fa7 f6=8000000000000000 f9=43efffffffffffff => x17=1
a3631753  flt.d a4,ft6,fs6 | x14=cd7c9dcc6e9b7697 f6=fffffffffffff f22=bff6682c157ad62d => x14=0
a31128d3  feq.d a7,ft2,fa7 | x17=8000000000000000 f2=0 f17=406c167328de7913 => x17=0
a32a22d3  feq.d t0,fs4,fs2 | x5=1 f20=c1252d1b5eb77a34 f18=c1f1236f111446ff => x5=0
c2007953  fcvt.w.d s2,ft0 | x18=80000000 f0=40856c1b113fe9f2 rm=1 => x18=2ad ff=1
c2063b53  fcvt.w.d s6,fa2,rup | x22=195279d708d371cc f12=3ff0000000000000 => x22=1
c20420d3  fcvt.w.d ra,fs0,rdn | x1=b3b4cd5ef0470b1f f8=7ff0000000000001 => x1=7fffffff ff=10
c208b853  fcvt.w.d a6,fa7,rup | x16=7fffffffffffffff f17=c289a6580e35cc05 => x16=ffffffff80000000 ff=10
c2150653  fcvt.wu.d a2,fa0,rne | x12=2c3b474e4e7cb26f f10=41dfffffffc00000 => x12=7fffffff
c21c7bd3  fcvt.wu.d s7,fs8 | x23=342faae0bf9b8e f24=36a0000000000000 rm=1 => x23=0 ff=1
c21389d3  fcvt.wu.d s3,ft7,rne | x19=55186460fd7bcd13 f7=3facdcb53ea186a1 => x19=0 ff=1
c21cad53  fcvt.wu.d s10,fs9,rdn | x26=1 f25=42debf251d0ad88f => x26=ffffffffffffffff ff=10
c22640d3  fcvt.l.d ra,fa2,rmm | x1=0 f12=3ff0000000000000 => x1=1
c22df3d3  fcvt.l.d t2,fs11 | x7=29ba5 f27=407d43d5ed2c6b62 rm=4 => x7=1d4 ff=1
c220bad3  fcvt.l.d s5,ft1,rup | x21=1363 f1=c2a9700f96235998 => x21=fffff347f834ee54 ff=1
c229f5d3  fcvt.l.d a1,fs3 | x11=d969100ebb6949de f19=bf94e5188f5ba579 rm=1 => x11=0 ff=1
c23978d3  fcvt.lu.d a7,fs2 | x17=1812353af9bb2341 f18=4154fce6ff5f6167 rm=2 => x17=53f39b ff=1
c23289d3  fcvt.lu.d s3,ft5,rne | x19=620be8a9b75f0 f5=42051787a562f706 => x19=2a2f0f4ac ff=1
c23eae53  fcvt.lu.d t3,ft9,rdn | x28=d640ac6a45ec7810 f29=8000000000000000 => x28=0
c23cf0d3  fcvt.lu.d ra,fs9 | x1=7fffffffffffffff f25=41e4b6288185143f rm=1 => x1=a5b1440c ff=1
d20dc153  fcvt.d.w ft2,s11,rmm | f2=c244a9e1eb816fdd x27=8000000000000000 => f2=0
d208a753  fcvt.d.w fa4,a7,rdn | f14=0 x17=0 =>
d2033153  fcvt.d.w ft2,t1,rup | f2=4006a6c4950c9b94 x6=abf0c0cf625a5930 => f2=41d896964c000000
d20387d3  fcvt.d.w fa5,t2 | f15=40d5a3796f52e630 x7=d0caaac1f4b63486 => f15=c1a69396f4000000
d2119753  fcvt.d.wu fa4,gp,rtz | f14=407ac7c4d02727de x3=2d571f8cec0cd535 => f14=41ed819aa6a00000
d21b22d3  fcvt.d.wu ft5,s6,rdn | f5=42ba837c7468e9f6 x22=ce162a870f1f4e0e => f5=41ae3e9c1c000000
d21ab6d3  fcvt.d.wu fa3,s5,rup | f13=1 x21=1ebe7 => f13=40febe7000000000
d21728d3  fcvt.d.wu fa7,a4,rdn | f17=3fba850347b57219 x14=5bafafa60c8f => f17=41e5f4c191e00000
d22bc153  fcvt.d.l ft2,s7,rmm | f2=c2fa0eb92291457e x23=389fe => f2=410c4ff000000000
d22e9dd3  fcvt.d.l fs11,t4,rtz | f27=c111e7c78c27d84b x29=d314d24bd10930b8 => f27=c3c67596da177b67 ff=1
d2298cd3  fcvt.d.l fs9,s3,rne | f25=36a0000000000000 x19=8dc6bcb6c6bece06 => f25=c3dc8e50d24e504c ff=1
d22a07d3  fcvt.d.l fa5,s4,rne | f15=fffffffffffff x20=7fffffffffffffff => f15=43e0000000000000 ff=1
d23c7bd3  fcvt.d.lu fs7,s8 | f23=fffffffffffff x24=f01862480c4f4e16 rm=0 => f23=43ee030c490189ea ff=1
d2337ed3  fcvt.d.lu ft9,t1 | f29=c1c6e1f3257162eb x6=db266529c0813c41 rm=3 => f29=43eb64cca5381028 ff=1
d23e30d3  fcvt.d.lu ft1,t3,rup | f1=41e278a3194b7914 x28=a8bafce42707d35f => f1=43e5175f9c84e0fb ff=1
d23ba953  fcvt.d.lu fs2,s7,rdn | f18=bff6278095efcfaf x23=d231fef97db04c57 => f18=43ea463fdf2fb609 ff=1
4019f3d3  fcvt.s.d ft7,fs3 | f7=c1d39a7ee98ed476 f19=c04f853c330398f3 rm=2 => f7=ffffffffc27c29e2 ff=1
4012a553  fcvt.s.d fa0,ft5,rdn | f10=40aa8cfe921ea72d f5=fffffffffffff => f10=ffffffff00000000 ff=3
40180a53  fcvt.s.d fs4,fa6,rne | f20=fffffffffffff f16=7ff0000000000000 => f20=ffffffff7f800000
401748d3  fcvt.s.d fa7,fa4,rmm | f17=41dfffffffc00000 f14=fffffffffffff => f17=ffffffff00000000 ff=3
420df653  fcvt.d.s fa2,fs11 | f12=ffffffff426c18a8 f27=ffffffffbfc00000 rm=2 => f12=bff8000000000000
42034153  fcvt.d.s ft2,ft6,rmm | f2=ffffffff3b739c07 f6=ffffffffc3ba57c5 => f2=c0774af8a0000000
420b9dd3  fcvt.d.s fs11,fs7,rtz | f27=ffffffffb977c614 f23=ffffffff3a2a3e94 => f27=3f4547d280000000
420d3c53  fcvt.d.s fs8,fs10,rup | f24=ffffffff3f58bc08 f26=ffffffffbc2a9657 => f24=bf8552cae0000000
e20509d3  fmv.x.d s3,fa0 | x19=8000000000000000 f10=fffffffffffff => x19=fffffffffffff
e2038ad3  fmv.x.d s5,ft7 | x21=8cee4b72a f7=bffaeb751b9fe1a7 => x21=bffaeb751b9fe1a7
e2071453  fclass.d s0,fa4 | x8=e98550859c f14=43efffffffffffff => x8=40
e20f1853  fclass.d a6,ft10 | x16=a01cc07bfc1de6 f30=3ff0000000000000 => x16=40
f2088cd3  fmv.d.x fs9,a7 | f25=fffffffffffff x17=29a5638b4b => f25=29a5638b4b
f2008ad3  fmv.d.x fs5,ra | f21=42dcbf18ef06d05e x1=ae7469d41fdff94d => f21=ae7469d41fdff94d
089082bb  add.uw t0,ra,s1 | x5=e09120b42429c x1=22e3b9e x9=4 => x5=22e3ba2
08780a3b  add.uw s4,a6,t2 | x20=4c741db x16=1a751abec14c x7=fabdc36ae191e21b => x20=fabdc36afc50a367
205e2e33  sh1add t3,t3,t0 | x28=ffffffff80000000 x5=1 => x28=ffffffff00000001
20e8a7b3  sh1add a5,a7,a4 | x15=f7e80bbb5a556071 x17=f1e0403b x14=c1c91460f5f029 => x15=c1c91644b6709f
21d5ca33  sh2add s4,a1,t4 | x20=1 x11=496260831207a797 x29=25246f3871d6 => x20=2589a730b7571032
2014c433  sh2add s0,s1,ra | x8=ffffffff80000000 x9=ffffffffffffffff x1=d86e75b225d746c8 => x8=d86e75b225d746c4
2194e733  sh3add a4,s1,s9 | x14=81920f6aae13b590 x9=ab000d228ac314fd x25=80000000 => x14=58006914d618a7e8
21576d33  sh3add s10,a4,s5 | x26=7fffffffffffffff x14=8000000000000000 x21=d083ed259cdb793c => x26=d083ed259cdb793c
206a2c3b  sh1add.uw s8,s4,t1 | x24=39 x20=4b3e64e23085fc83 x6=ffffffffffffffff => x24=610bf905
214622bb  sh1add.uw t0,a2,s4 | x5=384e986058d9ef93 x12=236cec2 x20=b3086f6e6d4918ec => x5=b3086f6e71b6b670
219b443b  sh2add.uw s0,s6,s9 | x8=f0f1db5a7b x22=1 x25=7a46 => x8=7a4a
200c433b  sh2add.uw t1,s8,zero | x6=80000000 x24=7a67 => x6=1e99c
21e3e0bb  sh3add.uw ra,t2,t5 | x1=734c2f6aef8960ab x7=347b1fcdeaacf034 x30=7038a41583ac5efc => x1=7038a41cd913e09c
20c8eebb  sh3add.uw t4,a7,a2 | x29=1e219bd23e7a5efc x17=8000000000000000 x12=89f5b7bd28e9b8f8 => x29=89f5b7bd28e9b8f8
0b859d1b  slli.uw s10,a1,0x38 | x26=8000000000000000 x11=0 => x26=0
083e961b  slli.uw a2,t4,0x3 | x12=ff00ff80000001 x29=ffc24d74b => x12=7e126ba58
4192fe33  andn t3,t0,s9 | x28=6f8f x5=1 x25=533efac9668fb10a => x28=1
404a7c33  andn s8,s4,tp | x24=7fffffffffffffff x20=2a14cbe14 x4=d2e97343be63e6a => x24=280088014
40396233  orn tp,s2,gp | x4=3dda94d3dc1571bf x18=8c2dfe79843549cb x3=b28be2ffbdba5243 => x4=cd7dff79c675edff
4157eb33  orn s6,a5,s5 | x22=8000000000000000 x15=0 x21=68bb7e1b66a727b7 => x22=974481e49958d848
418ecd33  xnor s10,t4,s8 | x26=5f03d820bf99dd7e x29=7fffffff x24=ff00ff80000001 => x26=ff00ff0000000001
40c3ccb3  xnor s9,t2,a2 | x25=1d57c4bc464b9aae x7=0 x12=4d80127f => x25=ffffffffb27fed80
60029813  clz a6,t0 | x16=fcfb738988802791 x5=ffffffffffffffff => x16=0
600f1c93  clz s9,t5 | x25=1447a866f2c3f38 x30=0 => x25=40
600e979b  clzw a5,t4 | x15=3a27abca88b665a6 x29=4 => x15=1d
60021b9b  clzw s7,tp | x23=0 x4=ea129c7485474f3d =>
60189713  ctz a4,a7 | x14=39bba9b36e784258 x17=377f21ba8adca2a => x14=1
601f1593  ctz a1,t5 | x11=4c69a8fa x30=0 => x11=40
60171e1b  ctzw t3,a4 | x28=7fffffff x14=3c2cb3855330c => x28=2
60121b9b  ctzw s7,tp | x23=ffffffffffffffff x4=40feb6da583a14b3 => x23=0
602f1e93  cpop t4,t5 | x29=24cf68cee997248d x30=c7865d51e => x29=13
60299913  cpop s2,s3 | x18=2cd295b9fd3f586d x19=1446a8b => x18=b
602c199b  cpopw s3,s8 | x19=ffffffffffffffff x24=9d => x19=5
6027171b  cpopw a4,a4 | x14=dabe220b794c7431 => x14=f
0ada4a33  min s4,s4,a3 | x20=1784d47c5e x13=1 => x20=1
0a084d33  min s10,a6,zero | x26=e417db17ab6164dc x16=ffffffffffffffff => x26=ffffffffffffffff
0bb0d333  minu t1,ra,s11 | x6=73160f100bdc7a2 x1=80000000 x27=914d513e995dd032 => x6=80000000
0a42d233  minu tp,t0,tp | x4=ffffffff80000000 x5=fd71831a7d801d75 => x4=fd71831a7d801d75
0a14e733  max a4,s1,ra | x14=a0dd2a1e7d0781f0 x9=a10 x1=80000000 => x14=80000000
0b9d6933  max s2,s10,s9 | x18=7fffffff x26=17d76a098f27 x25=ffffffffffffffff => x18=17d76a098f27
0a6a7d33  maxu s10,s4,t1 | x26=14947d x20=4a7f2 x6=f13554c4f13748bb => x26=f13554c4f13748bb
0b09f3b3  maxu t2,s3,a6 | x7=80000000 x19=4a2f3 x16=78b3dc543f91b71a => x7=78b3dc543f91b71a
604e9893  sext.b a7,t4 | x17=930c87f60babef6b x29=1b7756adf61b8627 => x17=27
60471613  sext.b a2,a4 | x12=7fffffffffffffff x14=7fffffff => x12=ffffffffffffffff
60589f13  sext.h t5,a7 | x30=303f7 x17=7effd5f7af54d2e => x30=4d2e
605e9693  sext.h a3,t4 | x13=89741ff09add389f x29=8000000000000000 => x13=0
0809423b  zext.h tp,s2 | x4=e1 x18=7d16 => x4=7d16
080240bb  zext.h ra,tp | x1=7fffffff x4=1 => x1=1
605b98b3  rol a7,s7,t0 | x17=1054d3afda0f120c x23=949e67d12029b56 x5=26eb2f5d => x17=a240536ac1293ccf
612991b3  rol gp,s3,s2 | x3=1 x19=2d9c89ac1 x18=1 => x3=5b3913582
6146d6b3  ror a3,a3,s4 | x13=1 x20=7 => x13=200000000000000
61565933  ror s2,a2,s5 | x18=84dd2d89c x12=6c4fc1bec3709afc x21=7fffffff => x18=d89f837d86e135f8
6072d313  rori t1,t0,0x7 | x6=ef393696f1482da0 x5=a0e501d025e2de8b => x6=1741ca03a04bc5bd
6213d793  rori a5,t2,0x21 | x15=ffffffff80000000 x7=74692ca8bd2c1701 => x15=5e960b80ba349654
600590bb  rolw ra,a1,zero | x1=ff00ff80000001 x11=d566c => x1=d566c
6003993b  rolw s2,t2,zero | x18=191e0679af9bb5c1 x7=10dc39b2b53a90b9 => x18=ffffffffb53a90b9
611f5ebb  rorw t4,t5,a7 | x29=191fc807 x30=5ba6443416dc622a x17=cd94f => x29=ffffffffc4542db8
6118dcbb  rorw s9,a7,a7 | x25=91fc x17=2620e3c1bb0 => x25=1bb00e3c
6056d61b  roriw a2,a3,0x5 | x12=6a52ebcf62f x13=5f33869db3680bc9 => x12=4d9b405e
603e5d9b  roriw s11,t3,0x3 | x27=ffffffff80000000 x28=80000000 => x27=10000000
28785393  orc.b t2,a6 | x7=3578f89594218 x16=7fffffff => x7=ffffffff
2874dd13  orc.b s10,s1 | x26=29d8f2aff x9=ff00ff80000001 => x26=ff00ffff0000ff
6b885f13  rev8 t5,a6 | x30=681a47e214f3bc43 x16=ffffffffffffffff => x30=ffffffffffffffff
6b8e5393  rev8 t2,t3 | x7=0 x28=f8aa447d6f4565c9 => x7=c965456f7d44aaf8
0b8493b3  clmul t2,s1,s8 | x7=ffffffffffffffff x9=505d19ea6ea2ca46 x24=3ec5cd27eeffd1df => x7=483c4f6ca99f9502
0a769333  clmul t1,a3,t2 | x6=8000000000000000 x13=7fffffff x7=eec95ec7639141cb => x6=caff55e1a170c0b9
0ba72633  clmulr a2,a4,s10 | x12=ff00ff80000001 x14=cc847779d6ea474d x26=bd90ef12fffeae1a => x12=edd50d69a9970be3
0aed2333  clmulr t1,s10,a4 | x6=18d53be33f2665d3 x26=1f x14=99cc33d7d8096500 => x6=1d
0b8e39b3  clmulh s3,t3,s8 | x19=c3a4b80b36fb3b53 x28=19 x24=c0b435e94a2be174 => x19=a
0a0ebdb3  clmulh s11,t4,zero | x27=9e0a67 x29=4da33e => x27=0
48ed11b3  bclr gp,s10,a4 | x3=dc386c304de2a5c9 x26=70e897 x14=ec58c12869f5ad10 => x3=70e897
495296b3  bclr a3,t0,s5 | x13=1bdf1facf72 x5=af9b64ba6866f4b x21=ffffffffffffffff => x13=af9b64ba6866f4b
48839293  bclri t0,t2,0x8 | x5=3352c17d1ba71 x7=4abe5fcd5e8daa3 => x5=4abe5fcd5e8daa3
4a149c13  bclri s8,s1,0x21 | x24=20 x9=e8a3624296 => x24=e8a3624296
499050b3  bext ra,zero,s9 | x1=795961dbb1711232 x25=7fffffff => x1=0
48035a33  bext s4,t1,zero | x20=13c9eb47c510d220 x6=6af2b85eff94aa49 => x20=1
4a75d613  bexti a2,a1,0x27 | x12=1 x11=676f49db15520cc8 =>
4be5d193  bexti gp,a1,0x3e | x3=ffffffffffffffff x11=cab2f6 => x3=0
696c90b3  binv ra,s9,s6 | x1=1 x25=7fffffffffffffff x22=8a803605a3c86b79 => x1=7dffffffffffffff
690a13b3  binv t2,s4,a6 | x7=526e5e48f48ce71b x20=4e060e98bd402a87 x16=5a5ea784e64d14ee => x7=4e064e98bd402a87
6b131213  binvi tp,t1,0x31 | x4=8000000000000000 x6=1879fb => x4=20000001879fb
6b9c9e13  binvi t3,s9,0x39 | x28=5a6 x25=ffffffff80000000 => x28=fdffffff80000000
287012b3  bset t0,zero,t2 | x5=0 x7=8000000000000000 => x5=1
29089a33  bset s4,a7,a6 | x20=69026ceeb6aa5a42 x17=b6e96df16da7 x16=8ec2999a3fc5bb33 => x20=8b6e96df16da7
2a029e93  bseti t4,t0,0x20 | x29=ffffffffffffffff x5=9259bd76c60f4f4e => x29=9259bd77c60f4f4e
282a1413  bseti s0,s4,0x2 | x8=1be42dc71e8 x20=7fffffffffffffff => x8=7fffffffffffffff
0e36d6b3  czero.eqz a3,a3,gp | x13=f054e2272c87cd7c x3=111348eac00 =>
0f0bdcb3  czero.eqz s9,s7,a6 | x25=8000000000000000 x23=77594 x16=c164dfe24da => x25=77594
0e7b7933  czero.nez s2,s6,t2 | x18=ffffffffffffffff x22=57a3f97872 x7=c350b9dc69ae3636 => x18=0
0f377d33  czero.nez s10,a4,s3 | x26=674a x14=ffffffff80000000 x19=b44d95cb02aaec67 => x26=0
02ac  c.addi4spn a1,sp,328 | x11=ff00ff80000001 x2=ffffffff80000000 => x11=ffffffff80000148
071c  c.addi4spn a5,sp,896 | x15=4620ab78f413ea x2=73e9275fa6 => x15=73e9276326
2c04  c.fld fs1,24(s0) | x8=@80 f9=7ff8000000000000 m19=80000000 => f9=80000000
2004  c.fld fs1,0(s0) | x8=@80 f9=fffffffffffff m16=7f91c78e5ce8ca18 => f9=7f91c78e5ce8ca18
5c18  c.lw a4,56(s0) | x8=@80 x14=8000000000000000 m23=537965aab1b921b1 => x14=ffffffffb1b921b1
5844  c.lw s1,52(s0) | x8=@80 x9=ff00ff80000001 m22=330118e424a57fdc m23=ff00ff80000001 => x9=330118e4
7400  c.ld s0,40(s0) | x8=@80 m21=80000000 => x8=80000000
7500  c.ld s0,40(a0) | x10=@80 x8=5f2c62414200f72e m21=1623dbd819e9 => x8=1623dbd819e9
b110  c.fsd fa2,32(a0) | x10=@80 f12=3ff0000000000000 m20=2b11f449734 => m20=3ff0000000000000
a41c  c.fsd fa5,8(s0) | x8=@80 f15=c03674f44951c548 m17=35085ad805939eed => m17=c03674f44951c548
cd04  c.sw s1,24(a0) | x10=@80 x9=80000000 m19=8000000000000000 => m19=8000000080000000
c910  c.sw a2,16(a0) | x10=@80 x12=7fffffff m18=ffffffffffffffff => m18=ffffffff7fffffff
f818  c.sd a4,48(s0) | x8=@80 x14=27a1435a18f m22=1b4a35e37fd054e => m22=27a1435a18f
f514  c.sd a3,40(a0) | x10=@80 x13=355ff4bc7a1f4814 m21=367672e53e18e738 => m21=355ff4bc7a1f4814
002d  c.nop | =>
1ef1  c.addi t4,-4 | x29=8000000000000000 => x29=7ffffffffffffffc
1c69  c.addi s8,-6 | x24=ffffffff80000000 => x24=ffffffff7ffffffa
3e79  c.addiw t3,-2 | x28=6134d4df946c86b4 => x28=ffffffff946c86b2
335d  c.addiw t1,-9 | x6=ffffffff80000000 => x6=7ffffff7
5e91  c.li t4,-28 | x29=1a915a744fca4813 => x29=ffffffffffffffe4
4e9d  c.li t4,7 | x29=7 =>
6b39  c.lui s6,0xe | x22=7fffffff => x22=e000
689d  c.lui a7,0x7 | x17=0 => x17=7000
8381  c.srli a5,0x0 | x15=0 =>
83b1  c.srli a5,0xc | x15=ffffffff80000000 => x15=ffffffff80000
9435  c.srai s0,0x2d | x8=39147 => x8=0
86d1  c.srai a3,0x14 | x13=d2542307c38d35e6 => x13=fffffd2542307c38
9b89  c.andi a5,-30 | x15=ffffffff80000000 =>
8b1d  c.andi a4,7 | x14=8a8eaa237c5c => x14=4
8c99  c.sub s1,a4 | x9=80000000 x14=7fffffffffffffff => x9=8000000080000001
8c9d  c.sub s1,a5 | x9=8d172ca8a053ea7b x15=5 => x9=8d172ca8a053ea76
8fad  c.xor a5,a1 | x15=cd41fb9261692761 x11=bd4c6944508 => x15=cd41f046a7fd6269
8e25  c.xor a2,s1 | x12=ffffffff80000000 x9=0 =>
8f51  c.or a4,a2 | x14=65ae570c67874 x12=68ca9cd4fb39795 => x14=68efbed7ff7fff5
8fc5  c.or a5,s1 | x15=8c3409efdfb33286 x9=ff00ff80000001 => x15=8cff09ffdfb33287
8c79  c.and s0,a4 | x8=3 x14=1667b9b4f3027898 => x8=0
8ff9  c.and a5,a4 | x15=2fc55e46 x14=3b46d => x15=11444
9d95  c.subw a1,a3 | x11=3b801c x13=ff00ff80000001 => x11=ffffffff803b801b
9e11  c.subw a2,a2 | x12=38ac8a5 => x12=0
9e2d  c.addw a2,a1 | x12=1955442512d3c705 x11=70e1fcfc95986a85 => x12=ffffffffa86c318a
9cb5  c.addw s1,a3 | x9=56472fdea45934a x13=cae63abfb9b1836e => x9=ffffffffa3f716b8
1d76  c.slli s10,0x3d | x26=62b542b0238779ea => x26=4000000000000000
096e  c.slli s2,0x1b | x18=1 => x18=8000000
2462  c.fldsp fs0,24(sp) | x2=@80 f8=3f7df1ad7d97ec21 m19=924a6ff53a92 => f8=924a6ff53a92
2a42  c.fldsp fs4,16(sp) | x2=@80 f20=36a0000000000000 m18=9 => f20=9
46e2  c.lwsp a3,24(sp) | x2=@80 x13=fb97933c0a8c65b3 m19=a6fb96f16136a795 => x13=6136a795
4642  c.lwsp a2,16(sp) | x2=@80 x12=ff00ff80000001 m18=9abcb273e74b => x12=ffffffffb273e74b
7a22  c.ldsp s4,40(sp) | x2=@80 x20=836749d86d8 m21=3b524bc2aa701 => x20=3b524bc2aa701
6d22  c.ldsp s10,8(sp) | x2=@80 x26=3be77 m17=7fffffff => x26=7fffffff
8736  c.mv a4,a3 | x14=80000000 x13=51 => x14=51
8c5e  c.mv s8,s7 | x24=7fffffff x23=b4c3fec357437b30 => x24=b4c3fec357437b30
9e76  c.add t3,t4 | x28=87e198cc10d043c0 x29=3 => x28=87e198cc10d043c3
980e  c.add a6,gp | x16=4194f5d9318b0ab7 x3=a833b997310fe7e7 => x16=e9c8af70629af29e
b046  c.fsdsp fa7,32(sp) | x2=@80 f17=7ff0000000000000 m20=ff00ff80000001 => m20=7ff0000000000000
b81e  c.fsdsp ft7,48(sp) | x2=@80 f7=3f8113a54587065f m22=80000000 => m22=3f8113a54587065f
ca46  c.swsp a7,20(sp) | x2=@80 x17=ff00ff80000001 m18=a65b8684b8e0bf20 m19=8a6d5a486e147bab => m18=80000001b8e0bf20
ce12  c.swsp tp,28(sp) | x2=@80 x4=7fffffffffffffff m19=2887370a85fe39de m20=138e0a86310325d7 => m19=ffffffff85fe39de
f066  c.sdsp s9,32(sp) | x2=@80 x25=d23 m20=ff00ff80000001 => m20=d23
f05a  c.sdsp s6,32(sp) | x2=@80 x22=ff00ff80000001 m20=80000000 => m20=ff00ff80000001
