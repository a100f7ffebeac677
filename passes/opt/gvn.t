; equal ops in dominating blocks, commuted ones too
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = add i64 %1, %2
  %4 = eq i64 %3, 0
  brif %4, b2, b3
b2: 0x1004
  %5 = add i64 %2, %1
  put x1, %5
  jump 0x2000
b3: 0x1008
  %6 = add i64 %1, %2
  %7 = mul i64 %6, %3
  put x1, %7
  jump 0x3000
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  %3 = add i64 %1, %2
  %4 = eq i64 %3, 0
  brif %4, b2, b3
b2: 0x1004
  put x1, %3
  jump 0x2000
b3: 0x1008
  %5 = mul i64 %3, %3
  put x1, %5
  jump 0x3000
}
===
; loads reuse loads and stores of the same address; a store elsewhere may alias unless the base is the same
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i64 [%1 + 8]
  at 0x1004 []
  store i64 [%1 + 16], %2
  at 0x1008 []
  %4 = load i64 [%1 + 8]
  at 0x100c []
  %5 = load i64 [%1 + 16]
  at 0x1010 []
  store i8 [%2], 7
  at 0x1014 []
  %6 = load i64 [%1 + 8]
  %7 = add i64 %3, %4
  %8 = add i64 %5, %6
  %9 = add i64 %7, %8
  ret %9
}
---
func b {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i64 [%1 + 8]
  at 0x1004 []
  store i64 [%1 + 16], %2
  at 0x1008 []
  at 0x100c []
  at 0x1010 []
  store i8 [%2], 7
  at 0x1014 []
  %4 = load i64 [%1 + 8]
  %5 = add i64 %3, %3
  %6 = add i64 %2, %4
  %7 = add i64 %5, %6
  ret %7
}
===
; not over a fence, an atomic, a poll; not for acquiring loads; f64 and i64 share by a bitcast
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  at 0x1000 []
  %2 = load i64 [%1]
  fence.seq
  at 0x1004 []
  %3 = load i64 [%1]
  at 0x1008 []
  %4 = load.acq i64 [%1]
  at 0x100c []
  %5 = load i64 [%1]
  at 0x1010 []
  %6 = load f64 [%1]
  %7 = add i64 %2, %3
  %8 = add i64 %4, %5
  %9 = add i64 %7, %8
  put x1, %9
  put f1, %6
  jump 0x2000
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  at 0x1000 []
  %2 = load i64 [%1]
  fence.seq
  at 0x1004 []
  %3 = load i64 [%1]
  at 0x1008 []
  %4 = load.acq i64 [%1]
  at 0x100c []
  %5 = load i64 [%1]
  at 0x1010 []
  %6 = bitcast f64 %5
  %7 = add i64 %2, %3
  %8 = add i64 %4, %5
  %9 = add i64 %7, %8
  put x1, %9
  put f1, %6
  jump 0x2000
}
===
; flags were raised already by the first; after fpset they must be raised again
func d {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = fadd.dyn f64 %1, %1
  %3 = fadd.dyn f64 %1, %1
  fpset 0
  %4 = fadd.dyn f64 %1, %1
  put f1, %2
  put f2, %3
  put f3, %4
  jump 0x2000
}
---
func d {
b1: 0x1000 entry
  %1 = get f64 f1
  %2 = fadd.dyn f64 %1, %1
  fpset 0
  %3 = fadd.dyn f64 %1, %1
  put f1, %2
  put f2, %2
  put f3, %3
  jump 0x2000
}
===
; overlapping bytes change; a merge knows nothing, though one way in does
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i64 [%1]
  at 0x1004 []
  store i32 [%1 + 4], 7
  at 0x1008 []
  %4 = load i64 [%1]
  %5 = add i64 %3, %4
  put x3, %5
  brif 1, b2, b3
b2: 0x100c
  br b4
b3: 0x1010
  at 0x1010 []
  store i64 [%2], 0
  br b4
b4: 0x1014
  at 0x1014 []
  %6 = load i64 [%1]
  ret %6
}
---
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i64 [%1]
  at 0x1004 []
  store i32 [%1 + 4], 7
  at 0x1008 []
  %4 = load i64 [%1]
  %5 = add i64 %3, %4
  put x3, %5
  brif 1, b2, b3
b2: 0x100c
  br b4
b3: 0x1010
  at 0x1010 []
  store i64 [%2], 0
  br b4
b4: 0x1014
  at 0x1014 []
  %6 = load i64 [%1]
  ret %6
}
===
; a wide store that begins below
func f {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i32 [%1 + 4]
  at 0x1004 []
  store i64 [%1], %2
  at 0x1008 []
  %4 = load i32 [%1 + 4]
  %5 = add i32 %3, %4
  %6 = sext i64 %5
  ret %6
}
---
func f {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i32 [%1 + 4]
  at 0x1004 []
  store i64 [%1], %2
  at 0x1008 []
  %4 = load i32 [%1 + 4]
  %5 = add i32 %3, %4
  %6 = sext i64 %5
  ret %6
}
===
; constant addresses are known to be apart
func g {
b1: 0x1000 entry
  %1 = get i64 x1
  at 0x1000 []
  %2 = load i64 [0x20000]
  at 0x1004 []
  store i64 [0x20000 + 8], %1
  at 0x1008 []
  store i64 [0x20010], %1
  at 0x100c []
  %3 = load i64 [0x20000]
  at 0x1010 []
  %4 = load i64 [0x20008]
  %5 = add i64 %2, %3
  %6 = add i64 %4, %5
  ret %6
}
---
func g {
b1: 0x1000 entry
  %1 = get i64 x1
  at 0x1000 []
  %2 = load i64 [0x20000]
  at 0x1004 []
  store i64 [0x20000 + 8], %1
  at 0x1008 []
  store i64 [0x20010], %1
  at 0x100c []
  at 0x1010 []
  %3 = add i64 %2, %2
  %4 = add i64 %1, %3
  ret %4
}
===
; a load that may be of the same word could have seen a newer value than the first one did: read again
func h {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i64 [%1 + 8]
  at 0x1004 []
  %4 = load i64 [%1 + 16]
  at 0x1008 []
  %5 = load i64 [%1 + 8]
  at 0x100c []
  %6 = load i32 [%2]
  at 0x1010 []
  %7 = load i64 [%1 + 8]
  %8 = add i64 %3, %4
  %9 = mul i64 %5, %8
  %10 = mul i64 %7, %9
  %11 = zext i64 %6
  %12 = mul i64 %10, %11
  ret %12
}
---
func h {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = get i64 x2
  at 0x1000 []
  %3 = load i64 [%1 + 8]
  at 0x1004 []
  %4 = load i64 [%1 + 16]
  at 0x1008 []
  at 0x100c []
  %5 = load i32 [%2]
  at 0x1010 []
  %6 = load i64 [%1 + 8]
  %7 = add i64 %3, %4
  %8 = mul i64 %3, %7
  %9 = mul i64 %6, %8
  %10 = zext i64 %5
  %11 = mul i64 %9, %10
  ret %11
}
