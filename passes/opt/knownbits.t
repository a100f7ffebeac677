; slli 32, srli 32; slli 32, srli 29; slli 48, srai 48
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = shl i64 %1, 32
  %3 = shr i64 %2, 32
  %4 = shr i64 %2, 29
  %5 = shl i64 %1, 48
  %6 = sar i64 %5, 48
  put x1, %3
  put x2, %4
  put x3, %6
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = shl i64 %1, 32
  %3 = trunc i32 %1
  %4 = zext i64 %3
  %5 = trunc i32 %1
  %6 = zext i64 %5
  %7 = shl i64 %6, 3
  %8 = shl i64 %1, 48
  %9 = trunc i16 %1
  %10 = sext i64 %9
  put x1, %4
  put x2, %7
  put x3, %10
  jump 0x2000
}
===
; sext.w of what is extended already goes, round a loop too
func b {
b1: 0x1000 entry
  %1 = get i64 x2
  br b2
b2: 0x1004
  %2 = phi i64 [b1: 0], [b2: %5]
  %3 = trunc i32 %2
  %4 = add i32 %3, 1
  %5 = sext i64 %4
  %6 = trunc i32 %2
  %7 = sext i64 %6
  at 0x1004 [x1 = %7]
  poll
  %8 = eq i64 %5, %1
  brif %8, b2, b3
b3: 0x1010
  put x1, %5
  ret %1
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x2
  br b2
b2: 0x1004
  %2 = phi i64 [b1: 0], [b2: %5]
  %3 = trunc i32 %2
  %4 = add i32 %3, 1
  %5 = sext i64 %4
  %6 = trunc i32 %2
  at 0x1004 [x1 = %2]
  poll
  %7 = eq i64 %1, %5
  brif %7, b2, b3
b3: 0x1010
  put x1, %5
  ret %1
}
===
; sext to zext when the sign is known; masks that change nothing
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = and i32 %2, 255
  %4 = sext i64 %3
  %5 = and i64 %4, 0xffff
  %6 = shl i64 %5, 3
  put x1, %6
  jump 0x2000
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = and i32 %2, 255
  %4 = zext i64 %3
  %5 = shl i64 %4, 3
  put x1, %5
  jump 0x2000
}
===
; compares of extended values
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = sext i64 %2
  %4 = slt i64 %3, 100
  brif %4, b2, b3
b2: 0x1004
  jump 0x2000
b3: 0x1008
  jump 0x3000
}
---
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = zext i64 %2
  %4 = slt i32 %2, 100
  brif %4, b2, b3
b2: 0x1004
  jump 0x2000
b3: 0x1008
  jump 0x3000
}
===
; only the low half is read: 32-bit arithmetic, and no extension
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = trunc i32 %1
  %4 = mul i32 %3, %3
  %5 = sext i64 %4
  %6 = add i64 %5, %2
  %7 = trunc i32 %6
  at 0x1000 []
  store i32 [%1], %7
  ret %2
}
---
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = trunc i32 %1
  %4 = mul i32 %3, %3
  %5 = zext i64 %4
  %6 = trunc i32 %2
  %7 = add i32 %4, %6
  %8 = zext i64 %7
  at 0x1000 []
  store i32 [%1], %7
  ret %2
}
===
; an and whose dropped bits nobody reads
func f {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = and i64 %1, 0xffff
  %3 = trunc i8 %2
  at 0x1000 []
  store i8 [%1], %3
  ret %1
}
---
func f {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i8 %1
  at 0x1000 []
  store i8 [%1], %2
  ret %1
}
===
; sext.w that is needed: after a shift to the left, and one bit short
func g {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = sext i64 %2
  %4 = shl i64 %3, 4
  %5 = trunc i32 %4
  %6 = sext i64 %5
  %7 = sar i64 %1, 31
  %8 = trunc i32 %7
  %9 = sext i64 %8
  %10 = sar i64 %1, 32
  %11 = trunc i32 %10
  %12 = sext i64 %11
  put x1, %6
  put x2, %9
  put x3, %12
  jump 0x2000
}
---
func g {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = zext i64 %2
  %4 = shl i32 %2, 4
  %5 = zext i64 %4
  %6 = sext i64 %4
  %7 = sar i64 %1, 31
  %8 = trunc i32 %7
  %9 = sext i64 %8
  %10 = sar i64 %1, 32
  %11 = trunc i32 %10
  put x1, %6
  put x2, %9
  put x3, %10
  jump 0x2000
}
===
; a signed compare of zero-extended values is an unsigned one
func h {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = zext i64 %2
  %4 = slt i64 %3, 100
  brif %4, b2, b3
b2: 0x1004
  jump 0x2000
b3: 0x1008
  jump 0x3000
}
---
func h {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = trunc i32 %1
  %3 = zext i64 %2
  %4 = ult i32 %2, 100
  brif %4, b2, b3
b2: 0x1004
  jump 0x2000
b3: 0x1008
  jump 0x3000
}
===
; an address of a module that may lie anywhere is known by nothing: the phi stays
func pic_phi pic {
b1: 0x1000 entry
  %1 = get i64 x1
  br b2
b2: 0x1004
  %2 = phi i64 [b1: gpc(0x2000)], [b3: 768]
  %3 = eq i64 %1, %2
  brif %3, b4, b3
b3: 0x1008
  %4 = get i64 x2
  store i64 [%4], %2
  br b2
b4: 0x100c
  put x1, %2
  jump 0x2000
}
---
func pic_phi pic {
b1: 0x1000 entry
  %1 = get i64 x1
  br b2
b2: 0x1004
  %2 = phi i64 [b1: gpc(0x2000)], [b3: 768]
  %3 = eq i64 %1, %2
  brif %3, b4, b3
b3: 0x1008
  %4 = get i64 x2
  store i64 [%4], %2
  br b2
b4: 0x100c
  put x1, %2
  jump 0x2000
}
