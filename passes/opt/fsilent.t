; what sqrt() looks like: the compare is silent, the flags are not written back
func a {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = fpget i64
  %4 = flt f64 %1, %2
  %5 = zext i64 %4
  %6 = and i64 %3, 31
  fpset %6
  put x1, %5
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = fpget i64
  %4 = flt.silent f64 %1, %2
  %5 = zext i64 %4
  %6 = and i64 %3, 31
  put x1, %5
  jump 0x2000
}
===
; other flags are written, or fewer
func b {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  %3 = fpget i64
  %4 = fle f64 %1, %1
  fpset %2
  %5 = fpget i64
  %6 = feq f64 %1, %1
  %7 = and i64 %5, 15
  fpset %7
  brif %4, b2, b3
b2: 0x1010
  jump 0x2000
b3: 0x1010
  brif %6, b2, b4
b4: 0x1010
  jump 0x2004
}
---
func b {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  %3 = fpget i64
  %4 = fle f64 %1, %1
  fpset %2
  %5 = fpget i64
  %6 = feq f64 %1, %1
  %7 = and i64 %5, 15
  fpset %7
  brif %4, b2, b3
b2: 0x1010
  jump 0x2000
b3: 0x1010
  brif %6, b2, b4
b4: 0x1010
  jump 0x2004
}
===
; arithmetic's flags go too, but not so; a fault shows the flags to a handler
func c {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  at 0x1000
  %3 = fpget i64
  %4 = fadd.dyn f64 %1, %1
  fpset %3
  %5 = fpget i64
  %6 = flt f64 %1, %4
  %7 = load i64 [%2]
  fpset %5
  put x1, %7
  put f1, %4
  brif %6, b2, b3
b2: 0x1010
  jump 0x2000
b3: 0x1010
  jump 0x2004
}
---
func c {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get i64 x1
  at 0x1000
  %3 = fpget i64
  %4 = fadd.dyn f64 %1, %1
  fpset %3
  %5 = fpget i64
  %6 = flt f64 %1, %4
  %7 = load i64 [%2]
  fpset %5
  put x1, %7
  put f1, %4
  brif %6, b2, b3
b2: 0x1010
  jump 0x2000
b3: 0x1010
  jump 0x2004
}
===
; one pair after the other; flags that two pairs restore
func d {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = fpget i64
  %4 = flt f64 %1, %2
  fpset %3
  %5 = fle f64 %1, %2
  %6 = fpget i64
  %7 = feq f64 %1, %2
  fpset %6
  %8 = zext i64 %4
  %9 = zext i64 %5
  %10 = zext i64 %7
  put x1, %8
  put x2, %9
  put x3, %10
  jump 0x2000
}
---
func d {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = get f64 f2
  %3 = fpget i64
  %4 = flt.silent f64 %1, %2
  %5 = fle f64 %1, %2
  %6 = fpget i64
  %7 = feq.silent f64 %1, %2
  %8 = zext i64 %4
  %9 = zext i64 %5
  %10 = zext i64 %7
  put x1, %8
  put x2, %9
  put x3, %10
  jump 0x2000
}
