; a constant condition; blocks that follow each other become one
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  brif 1, b2, b3
b2: 0x1004
  %2 = add i64 %1, 1
  br b4
b3: 0x1008
  %3 = add i64 %1, 2
  br b4
b4: 0x100c
  %4 = phi i64 [b2: %2], [b3: %3]
  ret %4
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = add i64 %1, 1
  ret %2
b2: 0x1004
b3: 0x1008
b4: 0x100c
}
===
; branch over move
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  brif %3, b3, b2
b2: 0x1004
  %4 = add i64 %1, 4
  br b3
b3: 0x1008
  %5 = phi i64 [b1: %2], [b2: %4]
  ret %5
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  %4 = add i64 %1, 4
  %5 = select i64 %3, %2, %4
  ret %5
b2: 0x1004
b3: 0x1008
}
===
; a fork with a load stays a fork
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  brif %3, b3, b2
b2: 0x1004
  at 0x1004 []
  %4 = load i64 [%1]
  br b3
b3: 0x1008
  %5 = phi i64 [b1: %2], [b2: %4]
  ret %5
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = slt i64 %1, %2
  brif %3, b3, b2
b2: 0x1004
  at 0x1004 []
  %4 = load i64 [%1]
  br b3
b3: 0x1008
  %5 = phi i64 [b1: %2], [b2: %4]
  ret %5
}
===
; empty blocks go, entries stay, a not on a condition swaps the sides
func d {
b1: 0x1000 entry
  br b2
b2: 0x1004
  br b3
b3: 0x1008
  at 0x1008 []
  poll
  %1 = get i64 x1
  %2 = flt f64 0x0, 0x1
  %3 = xor i1 %2, 1
  brif %3, b4, b5
b4: 0x100c
  br b3
b5: 0x1010
  jump 0x2000
}
---
func d {
b1: 0x1000 entry
  br b3
b2: 0x1004
b3: 0x1008
  at 0x1008 []
  poll
  %1 = get i64 x1
  %2 = flt f64 0x0, 0x1
  %3 = xor i1 %2, 1
  brif %2, b5, b3
b4: 0x100c
b5: 0x1010
  jump 0x2000
}
===
; a switch with a known index
func e {
b1: 0x1000 entry
  switch 1, [b2, b3, b2], b4
b2: 0x1004
  jump 0x2000
b3: 0x1008
  jump 0x3000
b4: 0x100c
  jump 0x4000
}
---
func e {
b1: 0x1000 entry
  jump 0x3000
b2: 0x1004
b3: 0x1008
b4: 0x100c
}
