; a loop of one block: two rounds, one poll
func a {
b1: 0x1000 entry
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
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = ult i64 %2, 10
  brif %3, b4, b3
b3: 0x1010
  jump 0x2000
b4: 0x1004
  at 0x1004
  %4 = get i64 x1
  %5 = add i64 %4, 1
  put x1, %5
  %6 = ult i64 %5, 10
  brif %6, b2, b3
}
===
; an exit in the middle; the loop around is left alone
func b {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  put x2, 0
  br b3
b3: 0x1008
  at 0x1008
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b5, b4
b4: 0x100c
  %3 = get i64 x1
  %4 = add i64 %3, 8
  put x1, %4
  br b3
b5: 0x1010
  %5 = get i64 x3
  %6 = eq i64 %5, 0
  brif %6, b2, b6
b6: 0x1014
  jump 0x2000
}
---
func b {
b1: 0x1000 entry
  br b2
b2: 0x1004
  at 0x1004
  poll
  put x2, 0
  br b3
b3: 0x1008
  at 0x1008
  poll
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b5, b4
b4: 0x100c
  %3 = get i64 x1
  %4 = add i64 %3, 8
  put x1, %4
  br b7
b5: 0x1010
  %5 = get i64 x3
  %6 = eq i64 %5, 0
  brif %6, b2, b6
b6: 0x1014
  jump 0x2000
b7: 0x1008
  at 0x1008
  %7 = get i64 x1
  %8 = eq i64 %7, 0
  brif %8, b5, b8
b8: 0x100c
  %9 = get i64 x1
  %10 = add i64 %9, 8
  put x1, %10
  br b3
}
===
; a value that the outside uses: it stays
func c {
b1: 0x1000 entry
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
  put x2, %2
  jump 0x2000
}
---
func c {
b1: 0x1000 entry
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
  put x2, %2
  jump 0x2000
}
