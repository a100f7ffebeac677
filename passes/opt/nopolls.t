; a loop keeps its `at`, the poll goes
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
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = ult i64 %2, 10
  brif %3, b2, b3
b3: 0x1010
  jump 0x2000
}
