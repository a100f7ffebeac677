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
  %4 = phi i64 [b1: 0], [b8: %14]
  %5 = phi i64 [b1: 0], [b8: %16]
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
  brif %17, b8, b3
b3: 0x1020
  put x1, %14
  put x3, %14
  put x4, %16
  put x5, %11
  ret %3
b4: 0x1008 cold
  %18 = phi i64 [b6: %34], [b7: %28]
  %19 = phi i64 [b6: %35], [b7: %30]
  %20 = trunc i32 %19
  %21 = zext i64 %20
  %22 = shl i64 %21, 2
  %23 = add i64 %32, %22
  at 0x1010 [x3 = %18, x4 = %19, x5 = %23]
  poll
  %24 = load i32 [%23]
  %25 = sext i64 %24
  %26 = trunc i32 %18
  %27 = add i32 %24, %26
  %28 = sext i64 %27
  %29 = add i32 %20, 1
  %30 = sext i64 %29
  %31 = ne i64 %30, %33
  brif %31, b7, b5
b5: 0x1020 cold
  put x3, %28
  put x4, %30
  put x5, %25
  trap leave 0x1020
b6: 0x1008 entry cold
  %32 = get i64 x1
  %33 = get i64 x2
  %34 = get i64 x3
  %35 = get i64 x4
  br b4
b7: 0x1008 cold
  br b4
b8: 0x1008
  br b2
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
