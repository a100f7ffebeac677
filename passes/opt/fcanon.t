; a chain of arithmetic: only the end is observed
func a {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = fadd.dyn f64 %1, %1
  %3 = fcanon f64 %2
  %4 = fmul.dyn f64 %3, %1
  %5 = fcanon f64 %4
  put f1, %5
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = fadd.dyn f64 %1, %1
  %3 = fcanon f64 %2
  %4 = fmul.dyn f64 %2, %1
  %5 = fcanon f64 %4
  put f1, %5
  jump 0x2000
}
===
; sign and bits are observed; the NaN of a load may be signalling
func b {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  %3 = fadd.dyn f64 %1, %1
  %4 = fcanon f64 %3
  %5 = fneg f64 %4
  %6 = bitcast i64 %4
  %7 = fcanon f64 %1
  %8 = fadd.dyn f64 %7, %7
  put f1, %5
  put x1, %6
  put f2, %8
  jump 0x2000
}
---
func b {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  %3 = fadd.dyn f64 %1, %1
  %4 = fcanon f64 %3
  %5 = fneg f64 %4
  %6 = bitcast i64 %4
  %7 = fcanon f64 %1
  %8 = fadd.dyn f64 %7, %7
  put f1, %5
  put x1, %6
  put f2, %8
  jump 0x2000
}
===
; through a phi that only arithmetic reads; compares and conversions do not care which NaN
func c {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  br b2
b2: 0x1004
  %3 = phi f64 [b1: 0x0], [b2: %5]
  %4 = fadd.dyn f64 %3, %1
  %5 = fcanon f64 %4
  %6 = flt f64 %5, %1
  brif %6, b2, b3
b3: 0x1010
  %7 = fcanon f64 %4
  put f1, %7
  ret %2
}
---
func c {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  br b2
b2: 0x1004
  %3 = phi f64 [b1: 0x0], [b2: %4]
  %4 = fadd.dyn f64 %3, %1
  %5 = fcanon f64 %4
  %6 = flt f64 %4, %1
  brif %6, b2, b3
b3: 0x1010
  %7 = fcanon f64 %4
  put f1, %7
  ret %2
}
===
; an accumulator stays raw in its loop: the snapshot and the exit canonicalise for themselves
func c {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  br b2
b2: 0x1004
  %3 = phi f64 [b1: 0x0], [b2: %6]
  at 0x1004 [f2 = %3]
  %4 = load f64 [%2]
  %5 = fadd.dyn f64 %3, %4
  %6 = fcanon f64 %5
  %7 = flt f64 %6, %1
  brif %7, b2, b3
b3: 0x1010
  put f2, %3
  jump 0x2000
}
---
func c {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  br b2
b2: 0x1004
  %3 = phi f64 [b1: 0x0], [b2: %6]
  %4 = fcanon f64 %3
  at 0x1004 [f2 = %4]
  %5 = load f64 [%2]
  %6 = fadd.dyn f64 %3, %5
  %7 = fcanon f64 %6
  %8 = flt f64 %6, %1
  brif %8, b2, b3
b3: 0x1010
  %9 = fcanon f64 %3
  put f2, %9
  jump 0x2000
}
