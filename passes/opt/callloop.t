; every round calls: the head becomes an entry, each way to it a jump
func a {
b1: 0x1000 entry
  put x1, 0
  br b2
b2: 0x1004
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  put x5, 0x1008
  call 0x2000 ret 0x1008
b3: 0x1008 entry retsite
  %3 = get i64 x1
  %4 = eq i64 %3, 10
  brif %4, b4, b2
b4: 0x100c
  jump 0x3000
}
---
func a {
b1: 0x1000 entry
  put x1, 0
  br b5
b2: 0x1004 entry
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  put x5, 0x1008
  call 0x2000 ret 0x1008
b3: 0x1008 entry retsite
  %3 = get i64 x1
  %4 = eq i64 %3, 10
  brif %4, b4, b6
b4: 0x100c
  jump 0x3000
b5: 0x1004
  jump 0x1004
b6: 0x1004
  jump 0x1004
}
===
; a round without the call: registers pay, nothing changes
func b {
b1: 0x1000 entry
  br b2
b2: 0x1004
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = eq i64 %2, 77
  brif %3, b3, b5
b3: 0x1010
  call 0x2000 ret 0x1014
b4: 0x1014 entry retsite
  br b5
b5: 0x1018
  %4 = get i64 x1
  %5 = eq i64 %4, 100
  brif %5, b6, b2
b6: 0x101c
  jump 0x3000
}
---
func b {
b1: 0x1000 entry
  br b2
b2: 0x1004
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  %3 = eq i64 %2, 77
  brif %3, b3, b5
b3: 0x1010
  call 0x2000 ret 0x1014
b4: 0x1014 entry retsite
  br b5
b5: 0x1018
  %4 = get i64 x1
  %5 = eq i64 %4, 100
  brif %5, b6, b2
b6: 0x101c
  jump 0x3000
}
===
; a loop in a loop, both through calls; an indirect call; the inner head has no other way in
func c {
b1: 0x1000 entry
  br b2
b2: 0x1004
  put x2, 0
  br b3
b3: 0x1008
  %1 = get i64 x3
  icall %1 ret 0x100c
b4: 0x100c entry retsite
  %2 = get i64 x2
  %3 = eq i64 %2, 5
  brif %3, b5, b3
b5: 0x1010
  call 0x4000 ret 0x1014
b6: 0x1014 entry retsite
  %4 = get i64 x1
  %5 = eq i64 %4, 5
  brif %5, b7, b2
b7: 0x1018
  jump 0x3000
}
---
func c {
b1: 0x1000 entry
  br b8
b2: 0x1004 entry
  put x2, 0
  br b10
b3: 0x1008 entry
  %1 = get i64 x3
  icall %1 ret 0x100c
b4: 0x100c entry retsite
  %2 = get i64 x2
  %3 = eq i64 %2, 5
  brif %3, b5, b11
b5: 0x1010
  call 0x4000 ret 0x1014
b6: 0x1014 entry retsite
  %4 = get i64 x1
  %5 = eq i64 %4, 5
  brif %5, b7, b9
b7: 0x1018
  jump 0x3000
b8: 0x1004
  jump 0x1004
b9: 0x1004
  jump 0x1004
b10: 0x1008
  jump 0x1008
b11: 0x1008
  jump 0x1008
}
===
; a merge behind a call is no loop
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = eq i64 %1, 5
  brif %2, b2, b4
b2: 0x1004
  call 0x2000 ret 0x1008
b3: 0x1008 entry retsite
  br b4
b4: 0x100c
  put x2, 1
  jump 0x3000
}
---
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = eq i64 %1, 5
  brif %2, b2, b4
b2: 0x1004
  call 0x2000 ret 0x1008
b3: 0x1008 entry retsite
  br b4
b4: 0x100c
  put x2, 1
  jump 0x3000
}
===
; recursion: the first round is as frequent as the others
func f {
b1: 0x1000 entry
  br b2
b2: 0x1004
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  call 0x1000 ret 0x1008
b3: 0x1008 entry retsite
  %3 = get i64 x1
  %4 = eq i64 %3, 10
  brif %4, b4, b2
b4: 0x100c
  jump 0x3000
}
---
func f {
b1: 0x1000 entry
  br b2
b2: 0x1004
  %1 = get i64 x1
  %2 = add i64 %1, 1
  put x1, %2
  call 0x1000 ret 0x1008
b3: 0x1008 entry retsite
  %3 = get i64 x1
  %4 = eq i64 %3, 10
  brif %4, b4, b2
b4: 0x100c
  jump 0x3000
}
===
; a head that is an entry already stays as it is
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  br b2
b2: 0x1004
  %2 = eq i64 %1, 1
  brif %2, b3, b5
b3: 0x1008
  put x2, 2
  call 0x2000 ret 0x100c
b4: 0x100c entry retsite
  jump 0x3000
b5: 0x1010
  call 0x2000 ret 0x1000
}
---
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  br b2
b2: 0x1004
  %2 = eq i64 %1, 1
  brif %2, b3, b5
b3: 0x1008
  put x2, 2
  call 0x2000 ret 0x100c
b4: 0x100c entry retsite
  jump 0x3000
b5: 0x1010
  call 0x2000 ret 0x1000
}
