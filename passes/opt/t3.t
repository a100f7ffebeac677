; for (s = 0, i = 0; i < n; i++) s += p[i], 32-bit elements and index, as gcc -O1 writes it
func sum {
b1: 0x1000 entry
  put x3, 0
  put x4, 0
  br b2
b2: 0x1008
  at 0x1008
  poll
  %1 = get i64 x4
  %2 = shl i64 %1, 32
  %3 = shr i64 %2, 30
  %4 = get i64 x1
  %5 = add i64 %4, %3
  put x5, %5
  %6 = get i64 x5
  at 0x1010
  %7 = load i32 [%6]
  %8 = sext i64 %7
  put x5, %8
  %9 = get i64 x3
  %10 = trunc i32 %9
  %11 = trunc i32 %8
  %12 = add i32 %10, %11
  %13 = sext i64 %12
  put x3, %13
  %14 = trunc i32 %1
  %15 = add i32 %14, 1
  %16 = sext i64 %15
  put x4, %16
  %17 = get i64 x2
  %18 = ne i64 %16, %17
  brif %18, b2, b3
b3: 0x1020
  %19 = get i64 x3
  put x1, %19
  %20 = get i64 x6
  ret %20
}
---
func sum {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = get i64 x6
  br b2
b2: 0x1008
  %4 = phi i64 [b1: 0], [b10: %45]
  %5 = phi i64 [b1: 0], [b10: %47]
  %6 = trunc i32 %5
  %7 = zext i64 %6
  %8 = shl i64 %7, 2
  %9 = add i64 %1, %8
  at 0x1010 [x3 = %4, x4 = %5, x5 = %9]
  poll
  %10 = load i32 [%9]
  %11 = sext i64 %10
  %12 = trunc i32 %4
  %13 = add i32 %10, %12
  %14 = sext i64 %13
  %15 = add i32 %6, 1
  %16 = sext i64 %15
  %17 = ne i64 %16, %2
  brif %17, b7, b9
b3: 0x1020
  %18 = phi i64 [b9: %14], [b11: %45]
  %19 = phi i64 [b9: %16], [b11: %47]
  %20 = phi i64 [b9: %11], [b11: %43]
  put x1, %18
  put x3, %18
  put x4, %19
  put x5, %20
  ret %3
b4: 0x1008 cold
  %21 = phi i64 [b6: %37], [b8: %31]
  %22 = phi i64 [b6: %38], [b8: %33]
  %23 = trunc i32 %22
  %24 = zext i64 %23
  %25 = shl i64 %24, 2
  %26 = add i64 %35, %25
  at 0x1010 [x3 = %21, x4 = %22, x5 = %26]
  poll
  %27 = load i32 [%26]
  %28 = sext i64 %27
  %29 = trunc i32 %21
  %30 = add i32 %27, %29
  %31 = sext i64 %30
  %32 = add i32 %23, 1
  %33 = sext i64 %32
  %34 = ne i64 %33, %36
  brif %34, b8, b5
b5: 0x1020 cold
  put x3, %31
  put x4, %33
  put x5, %28
  trap leave 0x1020
b6: 0x1008 entry cold
  %35 = get i64 x1
  %36 = get i64 x2
  %37 = get i64 x3
  %38 = get i64 x4
  br b4
b7: 0x1008
  %39 = zext i64 %15
  %40 = shl i64 %39, 2
  %41 = add i64 %1, %40
  at 0x1010 [x3 = %14, x4 = %16, x5 = %41]
  %42 = load i32 [%41]
  %43 = sext i64 %42
  %44 = add i32 %13, %42
  %45 = sext i64 %44
  %46 = add i32 %6, 2
  %47 = sext i64 %46
  %48 = ne i64 %47, %2
  brif %48, b10, b11
b8: 0x1008 cold
  br b4
b9: 0x1020
  br b3
b10: 0x1008
  br b2
b11: 0x1020
  br b3
}
===
; a dead flag chain and a branch over move
func m {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  %4 = zext i64 %3
  put x3, %4
  put x3, 0
  %5 = eq i64 %4, 0
  brif %5, b3, b2
b2: 0x1008
  put x1, %2
  br b3
b3: 0x100c
  %6 = get i64 x6
  ret %6
}
---
func m {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = get i64 x6
  %4 = slt i64 %1, %2
  %5 = select i64 %4, %2, %1
  put x1, %5
  put x3, 0
  ret %3
b2: 0x1008
b3: 0x100c
}
