; a loop that branches back to itself and out to a merge: both edges are critical
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b2, b3
b2: 0x1004
  %3 = phi i64 [b1: %1], [b2: %4]
  %4 = add i64 %3, 1
  %5 = eq i64 %4, 9
  brif %5, b3, b2
b3: 0x1010
  %6 = phi i64 [b1: %1], [b2: %4]
  ret %6
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = eq i64 %1, 0
  brif %2, b4, b5
b2: 0x1004
  %3 = phi i64 [b4: %1], [b7: %4]
  %4 = add i64 %3, 1
  %5 = eq i64 %4, 9
  brif %5, b6, b7
b3: 0x1010
  %6 = phi i64 [b5: %1], [b6: %4]
  ret %6
b4: 0x1004
  br b2
b5: 0x1010
  br b3
b6: 0x1010
  br b3
b7: 0x1004
  br b2
}
===
; edges of a switch to one target share a block; nothing to split at b4
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  switch %1, [b2, b3, b2, b4], b3
b2: 0x1004
  %2 = phi i64 [b1: %1], [b1: %1]
  ret %2
b3: 0x1008
  jump 0x2000
b4: 0x100c
  br b3
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  switch %1, [b5, b6, b5, b4], b6
b2: 0x1004
  %2 = phi i64 [b5: %1]
  ret %2
b3: 0x1008
  jump 0x2000
b4: 0x100c
  br b3
b5: 0x1004
  br b2
b6: 0x1008
  br b3
}
===
; edges of a switch whose phi arguments differ get a block each
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  switch %1, [b2], b2
b2: 0x1004
  %2 = phi i64 [b1: %1], [b1: 7]
  ret %2
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  switch %1, [b3], b4
b2: 0x1004
  %2 = phi i64 [b3: %1], [b4: 7]
  ret %2
b3: 0x1004
  br b2
b4: 0x1004
  br b2
}
