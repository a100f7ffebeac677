; one question of three is asked: its compare raises, the others go
func a {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = flt.quiet f64 %1, %2
  %4 = feq.quiet f64 %1, %2
  %5 = funo.quiet f64 %1, %2
  %6 = fle.quiet.silent f64 %2, %1
  brif %6, b2, b3
b2: 0x1008
  jump 0x2000
b3: 0x100c
  jump 0x3000
}
---
func a {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = fle.quiet f64 %2, %1
  brif %3, b2, b3
b2: 0x1008
  jump 0x2000
b3: 0x100c
  jump 0x3000
}
===
; the flags are read in between: both raise
func b {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = flt f64 %1, %2
  %4 = fpget i64
  put x1, %4
  %5 = fle.quiet.silent f64 %2, %1
  %6 = zext i64 %5
  put x2, %6
  jump 0x2000
}
---
func b {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = flt f64 %1, %2
  %4 = fpget i64
  put x1, %4
  %5 = fle.quiet.silent f64 %2, %1
  %6 = zext i64 %5
  put x2, %6
  jump 0x2000
}
