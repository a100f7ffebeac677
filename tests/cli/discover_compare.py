"""discover_compare.py DIR WHAT FLAGS: DIR/entries and DIR/json (aotc info of file WHAT) against DIR/nm and DIR/dis (the truth)."""
import json, re, sys

d, what, flags = sys.argv[1:4]
funcs = {}
for line in open(f"{d}/nm"):
    f = line.split()
    if len(f) == 4 and f[2] in "tTwWi" and int(f[1], 16):
        funcs[int(f[0], 16)] = f[3]
text = {int(m.group(1), 16): m.group(2) for m in (re.match(r"\s*([0-9a-f]+):\t(\S+)", l) for l in open(f"{d}/dis")) if m}
entries = {int(l.split()[0], 16) for l in open(f"{d}/entries")}
starts = {int(l.split()[0], 16) for l in open(f"{d}/entries") if " function " in l}
info = json.load(open(f"{d}/json"))["discovery"]
inside = {a for a in funcs if a in text}
# What stands behind a call is a return site, which every region makes an entry by itself: where a function ends with a call that never
# returns, the next function's start is one, or comes behind one and padding.
order = sorted(text)
retsite = set()
for a, b in zip(order, order[1:]):
    if text[a] in ("jal", "jalr", "ecall", "ebreak", "bl", "blr", "svc", "brk") or (text[a] == "nop" and a in retsite):
        retsite.add(b)
missing = sorted(a for a in inside if a not in entries and a not in retsite)
odd = [e for e in entries if order[0] <= e <= order[-1] and e not in text]
dead = ("unimp", ".2byte", ".4byte", "nop", ".short", ".word", ".inst", "udf")
insns = sum(1 for m in text.values() if not m.startswith(dead))
share = 100.0 * (info["instructions"]) / max(insns, 1)
print(f"{what} [{flags}]: {len(inside)} functions, {len(missing)} missed {[funcs[a] for a in missing[:5]]}; "
      f"{len(odd)} entries off a boundary; instructions {info['instructions']} of {insns} ({share:.2f} %); units {len(starts)}; "
      f"unresolved {info['unresolved_jumps']}, tables {info['jump_tables']}, swept {info['from_sweep']}")
# Without symbols a function that is only jumped to from its neighbour is a part of that neighbour's unit: right, but no entry of its own.
ok = len(missing) <= (0 if what == "p" else max(1, len(inside) // 100)) and len(odd) <= len(entries) // 500 and share > 99.0
sys.exit(not ok)
