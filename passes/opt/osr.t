; a loop: a copy, entered from outside, which leaves to the dispatcher
func a {
b1: 0x1000 entry
  put x1, 0
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = ult i64 %2, 10
  brif %3, b2, b3
b3: 0x1010
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  put x1, 0
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = ult i64 %2, 10
  brif %3, b2, b3
b3: 0x1010
  jump 0x2000
b4: 0x1004 cold
  at 0x1004
  poll
  %4 = get i64 x1
  %5 = add i64 %4, 1
  put x1, %5
  %6 = ult i64 %5, 10
  brif %6, b4, b5
b5: 0x1010 cold
  trap leave 0x1010
b6: 0x1004 entry cold
  br b4
}
===
; nested loops: one copy, entered at both headers
func a {
b1: 0x1000 entry
  put x1, 0
  br b2
b2: 0x1004
  at 0x1004
  poll
  put x2, 0
  br b3
b3: 0x1008
  at 0x1008
  poll
  %1 = get i64 x2
  %2 = add i64 %1, 1
  put x2, %2
  %3 = ult i64 %2, 10
  brif %3, b3, b4
b4: 0x1010
  %4 = get i64 x1
  %5 = add i64 %4, 1
  put x1, %5
  %6 = ult i64 %5, 10
  brif %6, b2, b5
b5: 0x1020
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  put x1, 0
  br b2
b2: 0x1004
  at 0x1004
  poll
  put x2, 0
  br b3
b3: 0x1008
  at 0x1008
  poll
  %1 = get i64 x2
  %2 = add i64 %1, 1
  put x2, %2
  %3 = ult i64 %2, 10
  brif %3, b3, b4
b4: 0x1010
  %4 = get i64 x1
  %5 = add i64 %4, 1
  put x1, %5
  %6 = ult i64 %5, 10
  brif %6, b2, b5
b5: 0x1020
  jump 0x2000
b6: 0x1004 cold
  at 0x1004
  poll
  put x2, 0
  br b8
b7: 0x1010 cold
  %7 = get i64 x1
  %8 = add i64 %7, 1
  put x1, %8
  %9 = ult i64 %8, 10
  brif %9, b6, b9
b8: 0x1008 cold
  at 0x1008
  poll
  %10 = get i64 x2
  %11 = add i64 %10, 1
  put x2, %11
  %12 = ult i64 %11, 10
  brif %12, b8, b7
b9: 0x1020 cold
  trap leave 0x1020
b10: 0x1004 entry cold
  br b6
b11: 0x1008 entry cold
  br b8
}
===
; a cycle with two heads: plain entries cost nothing more
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = ult i64 %1, 10
  brif %2, b2, b3
b2: 0x1004
  at 0x1004
  poll
  put x2, 1
  br b3
b3: 0x1008
  at 0x1008
  poll
  %3 = get i64 x2
  %4 = ult i64 %3, 10
  brif %4, b2, b4
b4: 0x1010
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = ult i64 %1, 10
  brif %2, b2, b3
b2: 0x1004
  at 0x1004
  poll
  put x2, 1
  br b3
b3: 0x1008
  at 0x1008
  poll
  %3 = get i64 x2
  %4 = ult i64 %3, 10
  brif %4, b2, b4
b4: 0x1010
  jump 0x2000
b5: 0x1004 entry cold
  br b2
}
===
; an entry at the head is there already
func a {
b1: 0x1000 entry
  put x1, 0
  br b3
b2: 0x1004 entry retsite
  br b3
b3: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = ult i64 %2, 10
  brif %3, b3, b4
b4: 0x1010
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  put x1, 0
  br b3
b2: 0x1004 entry retsite
  br b3
b3: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = ult i64 %2, 10
  brif %3, b3, b4
b4: 0x1010
  jump 0x2000
}
