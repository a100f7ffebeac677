; the put sinks to the exit; an at without a fault goes; a get that nothing reads is left to dce
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000
  %3 = add i64 %1, 1
  put x1, %3
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = add i64 %1, 1
  put x1, %3
  jump 0x2000
}
===
; a put that stores back what was got goes; a load gets a snapshot of what is dirty
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  put x1, %1
  put x2, 7
  at 0x1004
  %2 = load i64 [%1]
  put x3, %2
  at 0x1008
  store i64 [%1 + 8], %2
  jump 0x2000
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  at 0x1004 [x2 = 7]
  %2 = load i64 [%1]
  at 0x1008 [x2 = 7, x3 = %2]
  store i64 [%1 + 8], %2
  put x2, 7
  put x3, %2
  jump 0x2000
}
===
; loop: phis for what changes; a poll keeps its at
func c {
b1: 0x1000 entry
  put x1, 0
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = get i64 x2
  %4 = slt i64 %2, %3
  brif %4, b2, b3
b3: 0x1010
  %5 = get i64 x3
  ret %5
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x2
  %2 = get i64 x3
  br b2
b2: 0x1004
  %3 = phi i64 [b1: 0], [b2: %4]
  at 0x1004 [x1 = %3]
  poll
  %4 = add i64 %3, 1
  %5 = slt i64 %4, %1
  brif %5, b2, b3
b3: 0x1010
  put x1, %4
  ret %2
}
===
; two entries: each gets what is live; a return site takes nothing across the call
func d {
b1: 0x1000 entry
  put x2, 5
  call 0x4000 ret 0x1008
b2: 0x1008 entry retsite
  br b3
b3: 0x1008
  %1 = get i64 x2
  %2 = get i64 x1
  %3 = add i64 %1, %2
  put x2, %3
  %4 = eq i64 %3, 0
  brif %4, b3, b4
b4: 0x1010
  %5 = get i64 x6
  ret %5
}
---
func d {
b1: 0x1000 entry
  put x2, 5
  call 0x4000 ret 0x1008
b2: 0x1008 entry retsite
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = get i64 x6
  br b3
b3: 0x1008
  %4 = phi i64 [b2: %2], [b3: %5]
  %5 = add i64 %4, %1
  %6 = eq i64 %5, 0
  brif %6, b3, b4
b4: 0x1010
  put x2, %5
  ret %3
}
===
; dirty on one way only: the other brings the entry's value
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b2, b3
b2: 0x1004
  put x2, 9
  br b3
b3: 0x1008
  jump 0x2000
}
---
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = eq i64 %1, 0
  brif %3, b2, b3
b2: 0x1004
  br b3
b3: 0x1008
  %4 = phi i64 [b1: %2], [b2: 9]
  put x2, %4
  jump 0x2000
}
===
; slots that live in their homes stay
func f {
b1: 0x1000 entry
  %1 = get i64 home
  %2 = add i64 %1, 1
  put home, %2
  put x1, %2
  jump 0x2000
}
---
func f {
b1: 0x1000 entry
  %1 = get i64 home
  %2 = add i64 %1, 1
  put home, %2
  put x1, %2
  jump 0x2000
}
===
; dirtiness goes round an outer loop before it reaches the inner one
func g {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b3, b4
b3: 0x1008
  put x2, 1
  br b2
b4: 0x100c
  %3 = get i64 x5
  ret %3
}
---
func g {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = get i64 x5
  br b2
b2: 0x1004
  %4 = phi i64 [b1: %2], [b3: 1]
  at 0x1004 [x2 = %4]
  poll
  %5 = eq i64 %1, 0
  brif %5, b3, b4
b3: 0x1008
  br b2
b4: 0x100c
  put x2, %4
  ret %3
}
===
; a killed flag is in no snapshot and in no exit's puts
func killed {
b1: 0x1000 entry
  %1 = get i64 x1
  put flag, %1
  put x2, %1
  %2 = get i64 flag
  kill flag
  at 0x1004
  %3 = load i64 [%2]
  put x1, %3
  jump 0x2000
}
---
func killed {
b1: 0x1000 entry
  %1 = get i64 x1
  at 0x1004 [x2 = %1]
  %2 = load i64 [%1]
  put x1, %2
  put x2, %1
  jump 0x2000
}
===
; a put of a constant behind a kill is a put
func again {
b1: 0x1000 entry
  %1 = get i64 flag
  put x1, %1
  kill flag
  put flag, 0
  jump 0x2000
}
---
func again {
b1: 0x1000 entry
  %1 = get i64 flag
  put x1, %1
  put flag, 0
  jump 0x2000
}
