"""Compares guest_a64's text with objdump's. Usage: guest_a64.py OURS OBJDUMP_TEXT DIFFERS

DIFFERS lines: `match/mask | regex of ours | regex of objdump's | reason`: a word with (word & mask) == match may have these texts
(regexes match the whole text, a tab reads as a space). Every line must be met."""
import re
import sys

ours_path, theirs_path, differs_path = sys.argv[1:]
rules = []
for line in open(differs_path):
    if line.strip() and not line.startswith("#"):
        bits, ours, theirs, _ = (part.strip() for part in line.split(" | "))
        match, mask = (int(number, 16) for number in bits.split("/"))
        rules.append([match, mask, re.compile(ours), re.compile(theirs), line.strip(), 0])

COMMENT = re.compile(r"\s*//.*")


def objdump_lines(path):
    for line in open(path):
        part = line.rstrip("\n").split("\t", 2)
        if len(part) == 3 and part[0].endswith(":"):
            yield part[1].strip(), COMMENT.sub("", part[2]).strip()


passed = failed = 0
text = {}
for line, (word, want) in zip(open(ours_path), objdump_lines(theirs_path), strict=True):
    got_word, row, got = line.rstrip("\n").split("\t", 2)
    if word != got_word:
        sys.exit(f"out of step: {got_word} against {word}")
    got, want = got.replace("\t", " "), want.replace("\t", " ")
    if got == want:
        passed += 1
        continue
    for rule in rules:
        if int(word, 16) & rule[1] == rule[0] and rule[2].fullmatch(got) and rule[3].fullmatch(want):
            rule[5] += 1
            passed += 1
            break
    else:
        failed += 1
        key = (row, want.split(" ")[0])
        text.setdefault(key, []).append(f"{word} ({row}): ours '{got}', objdump '{want}'")
for key, found in list(text.items())[:60]:
    print(f"{len(found)} times: {found[0]}")
for rule in rules:
    if not rule[5]:
        print("never met: " + rule[4])
        failed += 1
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
