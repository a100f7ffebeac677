; the poll shares the state that a load in its block needs
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
  at 0x1008
  %3 = load i64 [%2]
  put x2, %3
  %4 = slt i64 %2, %3
  brif %4, b2, b3
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
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  at 0x1008
  poll
  %3 = load i64 [%2]
  put x2, %3
  %4 = slt i64 %2, %3
  brif %4, b2, b3
b3: 0x1010
  jump 0x2000
}
===
; nothing needs state: it stays
func b {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = eq i64 %2, 0
  brif %3, b3, b2
b3: 0x1010
  jump 0x2000
}
---
func b {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = eq i64 %2, 0
  brif %3, b3, b2
b3: 0x1010
  jump 0x2000
}
===
; to the latch, which every round passes; not to an arm
func c {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b3, b4
b3: 0x1008
  at 0x1008
  store i64 [%1], %1
  br b4
b4: 0x100c
  at 0x100c
  %3 = load i64 [%1]
  put x1, %3
  %4 = eq i64 %3, 0
  brif %4, b5, b2
b5: 0x1010
  jump 0x2000
}
---
func c {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b3, b4
b3: 0x1008
  at 0x1008
  store i64 [%1], %1
  br b4
b4: 0x100c
  at 0x100c
  poll
  %3 = load i64 [%1]
  put x1, %3
  %4 = eq i64 %3, 0
  brif %4, b5, b2
b5: 0x1010
  jump 0x2000
}
===
; two latches, the access before only one of them: it stays
func d {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b2, b3
b3: 0x1008
  at 0x1008
  %3 = load i64 [%1]
  put x1, %3
  %4 = eq i64 %3, 0
  brif %4, b4, b2
b4: 0x1010
  jump 0x2000
}
---
func d {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b2, b3
b3: 0x1008
  at 0x1008
  %3 = load i64 [%1]
  put x1, %3
  %4 = eq i64 %3, 0
  brif %4, b4, b2
b4: 0x1010
  jump 0x2000
}
===
; an edge that comes up from outside the loop: its cycle may miss the latch
func e {
b1: 0x1000 entry
  br b4
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b5, b3
b3: 0x1008
  at 0x1008
  %3 = load i64 [%1]
  put x1, %3
  br b2
b4: 0x100c
  br b2
b5: 0x1010
  jump 0x2000
}
---
func e {
b1: 0x1000 entry
  br b4
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b5, b3
b3: 0x1008
  at 0x1008
  %3 = load i64 [%1]
  put x1, %3
  br b2
b4: 0x100c
  br b2
b5: 0x1010
  jump 0x2000
}
===
; a loop that leaves for a call polls where it jumps back; what is merely jumped up to does not poll
func p {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b3, b5
b3: 0x1008
  at 0x1008
  %3 = add i64 %1, 1
  put x1, %3
  %4 = ult i64 %3, 10
  brif %4, b2, b4
b4: 0x100c
  at 0x100c
  poll
  %5 = get i64 x1
  ret %5
b5: 0x1010
  call 0x1000 ret 0x1014
b6: 0x1014 entry retsite
  %6 = get i64 x2
  %7 = eq i64 %6, 0
  brif %7, b2, b4
}
---
func p {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b3, b5
b3: 0x1008
  at 0x1008
  poll
  %3 = add i64 %1, 1
  put x1, %3
  %4 = ult i64 %3, 10
  brif %4, b2, b4
b4: 0x100c
  at 0x100c
  %5 = get i64 x1
  ret %5
b5: 0x1010
  call 0x1000 ret 0x1014
b6: 0x1014 entry retsite
  %6 = get i64 x2
  %7 = eq i64 %6, 0
  brif %7, b2, b4
}
===
; a function that goes on to another: the cycle may come back here
func q {
b1: 0x1000 entry
  br b3
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  put x2, %1
  jump 0x2000
b3: 0x1008
  br b2
}
---
func q {
b1: 0x1000 entry
  br b3
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  put x2, %1
  jump 0x2000
b3: 0x1008
  br b2
}
