; an extension leaves both loops; the compare and the truncation stay
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  br b2
b2: 0x1004
  %3 = phi i64 [b1: 0], [b3: %8]
  br b3
b3: 0x1008
  %4 = phi i64 [b2: %3], [b4: %8]
  %5 = trunc i32 %1
  %6 = mul i64 %1, %2
  %7 = slt i64 %1, %2
  %8 = add i64 %4, %6
  %9 = eq i64 %8, 0
  brif %9, b4, b2
b4: 0x100c
  brif %7, b3, b5
b5: 0x1010
  %10 = zext i64 %5
  put x1, %10
  put x2, %8
  ret %2
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = mul i64 %1, %2
  br b2
b2: 0x1004
  %4 = phi i64 [b1: 0], [b3: %8]
  br b3
b3: 0x1008
  %5 = phi i64 [b2: %4], [b4: %8]
  %6 = trunc i32 %1
  %7 = slt i64 %1, %2
  %8 = add i64 %5, %3
  %9 = eq i64 %8, 0
  brif %9, b4, b2
b4: 0x100c
  brif %7, b3, b5
b5: 0x1010
  %10 = zext i64 %6
  put x1, %10
  put x2, %8
  ret %2
}
