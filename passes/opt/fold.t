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
===
; a rotate whose halves were extended differently; rotates by a variable, left and right
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = trunc i32 %1
  %4 = shl i32 %3, 25
  %5 = sext i64 %4
  %6 = shr i32 %3, 7
  %7 = zext i64 %6
  %8 = or i64 %5, %7
  %9 = trunc i32 %2
  %10 = sub i32 0, %9
  %11 = sext i64 %10
  %12 = shl i64 %1, %2
  %13 = shr i64 %1, %11
  %14 = or i64 %12, %13
  %15 = shr i32 %3, %9
  %16 = shl i32 %3, %10
  %17 = or i32 %15, %16
  %18 = sext i64 %17
  put x3, %8
  put x4, %14
  put x5, %18
  jump 0x2000
}
---
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = trunc i32 %1
  %4 = shl i32 %3, 25
  %5 = sext i64 %4
  %6 = shr i32 %3, 7
  %7 = zext i64 %6
  %8 = rotl i32 %3, 25
  %9 = sext i64 %8
  %10 = trunc i32 %2
  %11 = sub i32 0, %10
  %12 = sext i64 %11
  %13 = shl i64 %1, %2
  %14 = shr i64 %1, %12
  %15 = rotl i64 %1, %2
  %16 = shr i32 %3, %10
  %17 = shl i32 %3, %11
  %18 = rotr i32 %3, %10
  %19 = sext i64 %18
  put x3, %9
  put x4, %15
  put x5, %19
  jump 0x2000
}
===
; zeros counted in reversed bits are those at the other end
func i {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = bitrev i64 %1
  %3 = clz i64 %2
  %4 = ctz i64 %2
  put x1, %3
  put x2, %4
  jump 0x2000
}
---
func i {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = bitrev i64 %1
  %3 = ctz i64 %1
  %4 = clz i64 %1
  put x1, %3
  put x2, %4
  jump 0x2000
}
===
; flags of a conditional compare: signed greater, unsigned not lower with the constant 1, and with the condition itself
func j {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = get i64 x3
  %4 = eq i64 %1, 0
  %5 = sub i64 %2, %3
  %6 = slt i64 %5, 0
  %7 = eq i64 %2, %3
  %8 = ule i64 %3, %2
  %9 = xor i64 %3, -1
  %10 = addco i64 %2, %9, 1
  %11 = select i1 %4, %6, 0
  %12 = select i1 %4, %7, 1
  %13 = select i1 %4, %8, 1
  %14 = select i1 %4, %10, 0
  %15 = eq i1 %11, %14
  %16 = xor i1 %12, 1
  %17 = and i1 %15, %16
  %18 = xor i1 %13, 1
  %19 = and i1 %4, %16
  %20 = select i64 %17, %1, %2
  %21 = select i64 %18, %1, %2
  %22 = select i64 %19, %1, %2
  %23 = select i64 %13, %1, %2
  put x1, %20
  put x2, %21
  put x3, %22
  put x4, %23
  jump 0x2000
}
---
func j {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = get i64 x3
  %4 = eq i64 %1, 0
  %5 = sub i64 %2, %3
  %6 = slt i64 %5, 0
  %7 = eq i64 %2, %3
  %8 = ule i64 %3, %2
  %9 = xor i64 %3, -1
  %10 = addco i64 %2, %9, 1
  %11 = and i1 %4, %6
  %12 = ne i64 %1, 0
  %13 = or i1 %12, %7
  %14 = ne i64 %1, 0
  %15 = or i1 %14, %8
  %16 = and i1 %4, %10
  %17 = sle i64 %3, %2
  %18 = ne i64 %1, 0
  %19 = or i1 %18, %17
  %20 = ne i64 %2, %3
  %21 = and i1 %4, %20
  %22 = slt i64 %3, %2
  %23 = and i1 %4, %22
  %24 = ult i64 %2, %3
  %25 = and i1 %4, %24
  %26 = and i1 %4, %20
  %27 = select i64 %23, %1, %2
  %28 = select i64 %25, %1, %2
  %29 = select i64 %26, %1, %2
  %30 = select i64 %15, %1, %2
  put x1, %27
  put x2, %28
  put x3, %29
  put x4, %30
  jump 0x2000
}
