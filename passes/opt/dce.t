; a dead add goes; a dead load stays, because it may fault; a dead fadd stays, because it raises flags
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get f64 f1
  %3 = add i64 %1, 1
  at 0x1000 [x2 = 5]
  %4 = load i64 [%1]
  %5 = fadd.dyn f64 %2, %2
  %6 = fneg f64 %2
  ret %1
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get f64 f1
  at 0x1000 [x2 = 5]
  %3 = load i64 [%1]
  %4 = fadd.dyn f64 %2, %2
  ret %1
}
===
; phis that only read each other go; what a snapshot names stays
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  br b2
b2: 0x1004
  %3 = phi i64 [b1: %1], [b2: %5]
  %4 = phi i64 [b1: %1], [b2: %6]
  at 0x1004 [x2 = %4]
  poll
  %5 = add i64 %3, 1
  %6 = add i64 %4, 2
  %7 = eq i64 %6, %2
  brif %7, b2, b3
b3: 0x1010
  put x2, %6
  ret %1
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  br b2
b2: 0x1004
  %3 = phi i64 [b1: %1], [b2: %4]
  at 0x1004 [x2 = %3]
  poll
  %4 = add i64 %3, 2
  %5 = eq i64 %4, %2
  brif %5, b2, b3
b3: 0x1010
  put x2, %4
  ret %1
}
===
; an at that nothing needs any more goes, and what only it named
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = mul i64 %1, %1
  at 0x1000 [x2 = %2]
  %3 = add i64 %1, 1
  ret %3
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = add i64 %1, 1
  ret %2
}
