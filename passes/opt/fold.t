; displacements
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = add i64 %1, 24
  %3 = add i64 %1, 0x80000000
  at 0x1000 []
  %4 = load i64 [%2 + 8]
  at 0x1004 []
  store i64 [%3], %4
  ret %1
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = add i64 %1, 24
  %3 = add i64 %1, 0x80000000
  at 0x1000 []
  %4 = load i64 [%1 + 32]
  at 0x1004 []
  store i64 [%3], %4
  ret %1
}
===
; nots and masks of conditions
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  %4 = zext i64 %3
  %5 = xor i64 %4, 1
  %6 = sub i64 0, %4
  %7 = and i64 %1, %6
  %8 = add i64 %4, -1
  %9 = and i64 %8, %2
  put x1, %5
  put x2, %7
  put x3, %9
  jump 0x2000
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  %4 = zext i64 %3
  %5 = sle i64 %2, %1
  %6 = zext i64 %5
  %7 = sext i64 %3
  %8 = select i64 %3, %1, 0
  %9 = add i64 %4, -1
  %10 = select i64 %3, 0, %2
  put x1, %6
  put x2, %8
  put x3, %10
  jump 0x2000
}
===
; rotates, in 32 bits through their extensions
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = shl i64 %1, 13
  %3 = shr i64 %1, 51
  %4 = or i64 %2, %3
  %5 = trunc i32 %1
  %6 = shl i32 %5, 7
  %7 = shr i32 %5, 25
  %8 = sext i64 %6
  %9 = sext i64 %7
  %10 = or i64 %8, %9
  put x1, %4
  put x2, %10
  jump 0x2000
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = shl i64 %1, 13
  %3 = shr i64 %1, 51
  %4 = rotl i64 %1, 13
  %5 = trunc i32 %1
  %6 = shl i32 %5, 7
  %7 = shr i32 %5, 25
  %8 = sext i64 %6
  %9 = sext i64 %7
  %10 = rotl i32 %5, 7
  %11 = sext i64 %10
  put x1, %4
  put x2, %11
  jump 0x2000
}
