#!/usr/bin/env python3
"""fixture.py DIR   the files that tests/busybox/list works on: the same bytes and times at every call, nothing downloaded."""
import gzip, io, lzma, os, struct, sys, tarfile, zipfile

WHEN = 1577836800


def noise(n, seed=12345):
    out = bytearray()
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(seed >> 16 & 255)
    return bytes(out)


def tar(files, mode="w"):
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode=mode, format=tarfile.USTAR_FORMAT) as t:
        for name, body in files:
            info = tarfile.TarInfo(name)
            info.mtime, info.mode = WHEN, 0o644
            if body is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                t.addfile(info)
                continue
            info.size = len(body)
            t.addfile(info, io.BytesIO(body))
    return buf.getvalue()


def ar(files):
    out = b"!<arch>\n"
    for name, body in files:
        out += f"{name:<16}{WHEN:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n".encode() + body + b"\n" * (len(body) & 1)
    return out


def compress_z(body):
    """compress(1)'s format with literal codes alone: 9 bits wide while fewer than 255 codes were written."""
    bits = count = 0
    for ch in body[:200]:
        bits |= ch << count
        count += 9
    return b"\x1f\x9d\x90" + bits.to_bytes((count + 7) // 8, "little")


def rpm(payload):
    header = b"\x8e\xad\xe8\x01" + bytes(4) + struct.pack(">II", 1, 4) + struct.pack(">IIII", 1000, 4, 0, 1) + b"\0\0\0\1"
    return b"\xed\xab\xee\xdb\x03" + bytes(91) + header + bytes(-len(header) % 8) + header + gzip.compress(payload, mtime=0)


def cpio(name, body):
    def entry(n, data, mode):
        head = "070701" + "".join(f"{v:08x}" for v in (1, mode, 0, 0, 1, WHEN, len(data), 0, 0, 0, 0, len(n) + 1, 0))
        raw = head.encode() + n.encode() + b"\0"
        return raw + bytes(-len(raw) % 4) + data + bytes(-len(data) % 4)
    return entry(name, body, 0o100644) + entry("TRAILER!!!", b"", 0)


TEXT = b"""the quick brown fox jumps over the lazy dog
pack my box with five dozen liquor jugs 1234
THE FIVE BOXING WIZARDS JUMP QUICKLY
12 drummers drumming, 11 pipers piping
a needle in a haystack is hard to find
how vexingly quick daft zebras jump 99 times

sphinx of black quartz judge my vow
colour and flavour; bookkeeper, committee, balloon
the end of the beginning of the end
no newline follows this line in some editors
last line: 3.14159 2.71828
"""


def files():
    data = noise(3000) + b"a string inside the data\0" + b"another one, longer than the first\n" + bytes(200) + noise(1777, 99)
    text2 = TEXT.replace(b"lazy dog", b"sleepy cat").replace(b"no newline", b"a newline") + b"one more line\n"
    control = tar([("./control", b"Package: sample\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody\nDescription: a sample\n")], "w:gz")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as z:
        for name, body in (("text", TEXT), ("sub/data", data)):
            z.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return {
        "text": TEXT, "text2": text2, "pairs": b"alpha:10\nbeta:7\ngamma:300\ndelta:-4\nno separator\n",
        "mixed": b"\tindented\twith tabs\n  two  spaces\nctl \x01\x7f\x80 bytes\nMixed Case\nmixed case\n\n\tend\n", "data": data, "big": noise(1 << 20, 7),
        "crlf": b"one\r\ntwo\r\n\r\nthree\r\n", "special": b"a.b\naxb\n[x]\n*\\\nx.y\n", "numbers": b"10\n9\n-3\n200\n1e3\n0\n9\n",
        "sizes": b"2K\n1G\n500\n3M\n", "versions": b"1.10\n1.9\n1.2.3\n1.2\n", "floats": b"1.5\n-2e3\n.25\n1e-9\n7\n", "months": b"Mar\nJan\nDec\nfeb\n",
        "spaces": b"        eight\n    four    and more\n  \t tab\nnone\n", "dups": b"a\na\nb\nc\nc\nc\na\nA\n", "empty": b"",
        "dir/a.txt": b"first file\n", "dir/b.txt": b"", "dir/sub/c": b"with a needle in it\n", "dir2/a.txt": b"other file\n", "dir2/only": b"here\n",
        "lib.a": ar([("one/", b"member one\n"), ("two/", b"member two, longer\n")]),
        "pkg.deb": ar([("debian-binary", b"2.0\n"), ("control.tar.gz", control), ("data.tar.gz", tar([("./usr", None), ("./usr/share", None), ("./usr/share/sample", TEXT)], "w:gz"))]),
        "text.lzma": lzma.compress(TEXT, lzma.FORMAT_ALONE), "text.xz": lzma.compress(TEXT, lzma.FORMAT_XZ, lzma.CHECK_CRC32),
        "a.txz": lzma.compress(tar([("dir/a.txt", b"first file\n"), ("text", TEXT)]), lzma.FORMAT_XZ, lzma.CHECK_CRC32),
        "a.zip": zipped.getvalue(), "packed.Z": compress_z(b"literal codes only, but a valid file\n"), "pkg.rpm": rpm(cpio("./etc/sample", TEXT)),
        "leases": bytes(8),
    }


def main():
    root = sys.argv[1]
    for name, body in files().items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(body)
        os.chmod(path, 0o644)
    os.mkdir(os.path.join(root, "crons"))
    os.symlink("text", os.path.join(root, "link"))
    os.mkfifo(os.path.join(root, "fifo"), 0o644)
    for folder, dirs, names in os.walk(root, topdown=False):
        for name in names + dirs:
            os.utime(os.path.join(folder, name), (WHEN, WHEN), follow_symlinks=False)
    os.chmod(os.path.join(root, "dir"), 0o755)


main()
