; the first put is overwritten, the second dies at the call, the third is read by the branch and dies behind it
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  put flag, 0
  put flag, %1
  call 0x3000 ret 0x1008
b2: 0x1008 entry retsite
  %2 = get i64 x2
  put flag, %2
  put flag2, %2
  %3 = get i64 flag
  %4 = ne i64 %3, 0
  brif %4, b3, b4
b3: 0x1010
  at 0x1010
  %5 = load i64 [%2]
  ret %5
b4: 0x1018
  jump 0x2000
}
---
func a {
b1: 0x1000 entry
  %1 = get i64 x1
  call 0x3000 ret 0x1008
b2: 0x1008 entry retsite
  %2 = get i64 x2
  put flag, %2
  put flag2, %2
  %3 = get i64 flag
  %4 = ne i64 %3, 0
  brif %4, b3, b4
b3: 0x1010
  kill flag
  kill flag2
  at 0x1010
  %5 = load i64 [%2]
  ret %5
b4: 0x1018
  jump 0x2000
}
===
; a loop: the flag lives round the back edge on one way only
func b {
b1: 0x1000 entry
  put flag, 1
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 flag
  %2 = ne i64 %1, 0
  brif %2, b3, b4
b3: 0x1008
  put flag, 0
  br b2
b4: 0x100c
  %3 = get i64 x1
  put flag, %3
  ret %3
}
---
func b {
b1: 0x1000 entry
  put flag, 1
  br b2
b2: 0x1004
  at 0x1004
  poll
  %1 = get i64 flag
  kill flag
  %2 = ne i64 %1, 0
  brif %2, b3, b4
b3: 0x1008
  put flag, 0
  br b2
b4: 0x100c
  %3 = get i64 x1
  ret %3
}
===
; an indirect jump reads what an entry reads: the first flag only
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  put flag, %1
  put flag2, %1
  ijump %1
b2: 0x1010 entry
  %2 = get i64 flag
  ret %2
}
---
func c {
b1: 0x1000 entry
  %1 = get i64 x1
  put flag, %1
  ijump %1
b2: 0x1010 entry
  %2 = get i64 flag
  kill flag
  ret %2
}
===
; exits to a pc whose code is here read what it reads; one to another place reads all
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = ne i64 %1, 0
  put flag, %1
  put flag2, %1
  brif %2, b2, b3
b2: 0x1008 cold
  trap leave 0x1008
b3: 0x100c
  put flag, %1
  put flag2, %1
  brif %2, b4, b5
b4: 0x2000 cold
  jump 0x2000
b5: 0x1008
  %3 = get i64 flag
  ret %3
}
---
func d {
b1: 0x1000 entry
  %1 = get i64 x1
  %2 = ne i64 %1, 0
  put flag, %1
  brif %2, b2, b3
b2: 0x1008 cold
  trap leave 0x1008
b3: 0x100c
  kill flag
  put flag, %1
  put flag2, %1
  brif %2, b4, b5
b4: 0x2000 cold
  jump 0x2000
b5: 0x1008
  kill flag2
  %3 = get i64 flag
  kill flag
  ret %3
}
===
; across a call: the return site reads the first flag, nobody the second; no return site is here of the last call
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  put flag, %1
  put flag2, %1
  call 0x3000 ret 0x1008
b2: 0x1008 entry retsite
  %2 = get i64 flag
  put flag, %2
  icall %2 ret 0x1010
}
---
func e {
b1: 0x1000 entry
  %1 = get i64 x1
  put flag, %1
  call 0x3000 ret 0x1008
b2: 0x1008 entry retsite
  %2 = get i64 flag
  kill flag
  icall %2 ret 0x1010
}
