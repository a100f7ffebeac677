"""bench/run's rows that are no kernels: what a start, attaching an image, compiling and an indirect jump cost."""
import json
import os
import shutil
import statistics
import struct
import subprocess
import time

from common import HERE, BenchError, aotrun, build_image, compile_once, fresh, guest_elf, guest_store, measure, newer, of, p99
from common import read_stats, with_interval

SHF_EXECINSTR = 4
SMALL_MB, BIG_MB = 1, 50


def text_bytes(path):
    """Bytes in the executable sections of an ELF64 file."""
    with open(path, "rb") as f:
        data = f.read()
    shoff, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    heads = [struct.unpack_from("<IIQQQQ", data, shoff + i * size) for i in range(count)]
    return sum(h[5] for h in heads if h[2] & SHF_EXECINSTR)


# ---- start ----

def start_tool(opt, work):
    tool, source = f"{work}/start", f"{HERE}/start.c"
    if not newer(tool, source):
        subprocess.run([opt.cc, "-O2", "-o", tool, source], check=True)
    return tool


def starts(opt, work, rounds, commands):
    """Nanoseconds of `rounds` interleaved starts by command name: {"wall": [...], "cpu": [...]}."""
    argv = [start_tool(opt, work), str(rounds)]
    for i, c in enumerate(commands.values()):
        argv += (["--"] if i else []) + c
    out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    return dict(zip(commands, json.loads(out)))


def true_start(opt, work, columns):
    """Starts of a static program that does nothing: wall time of each column, and ratios with intervals."""
    elf = guest_elf(opt, work, "micro_true")
    build_image(opt, work, guest_store(opt, work), elf)
    commands = {"native": [f"{work}/native-static/micro_true"], "aotrun": aotrun(opt, guest_store(opt, work), elf)}
    if "qemu" in columns:
        commands["qemu"] = [opt.qemu, elf]
    n = 50 if opt.short else 300
    t = starts(opt, work, n, commands)

    def ratio(over, under):
        return with_interval(lambda pick: statistics.median([t[over]["wall"][i] for i in pick]) /
                             statistics.median([t[under]["wall"][i] for i in pick]), n, 300)
    result = {"starts": n, "wall_ms": {c: statistics.median(v["wall"]) / 1e6 for c, v in t.items()},
              "best_ms": {c: min(v["wall"]) / 1e6 for c, v in t.items()},
              "cpu_ms": {c: statistics.median(v["cpu"]) / 1e6 for c, v in t.items()}, "aotrun/native": ratio("aotrun", "native")}
    if "qemu" in columns:
        result["aotrun/qemu"] = ratio("aotrun", "qemu")
    return result


# ---- attach ----

def generated_image(opt, work, store, name, megabytes, functions):
    """A generated program whose image has at least that many megabytes, in the store: path of the program, bytes of the image. A
    first guess at the number of functions that is too low is put right by what it gave."""
    elf, script = guest_elf(opt, work, name), f"{HERE}/biggen.py"
    for _ in range(3):
        built = f"{elf}-{functions}"
        if not newer(built, script):
            with open(f"{built}.S", "w", encoding="utf-8") as f:
                subprocess.run(["python3", script, opt.guest.name, str(functions)], stdout=f, check=True)
            subprocess.run([opt.guest_cc, "-static", "-nostdlib", "-o", built, f"{built}.S"], check=True)
            os.unlink(f"{built}.S")
        time.sleep(max(0.0, os.stat(built).st_ctime + 3 - time.time()))    # the store does not trust the times of a younger file
        shutil.rmtree(store, ignore_errors=True)
        build_image(opt, work, store, built, jobs=2)
        size = max(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(store) for f in fs)
        if size >= megabytes << 20:
            return built, size
        functions = int(functions * (megabytes << 20) / size * 1.02) + 1
    raise BenchError(f"{name}: the image has {size} bytes, not {megabytes} MB")


def attach(opt, work):
    """Attach time at two image sizes, the starts taking turns."""
    n = 50 if opt.short else 500
    commands, size, stats = {}, {}, {}
    big = BIG_MB // 8 if opt.short else BIG_MB
    for name, mb, functions in (("small", SMALL_MB, 420), ("big", big, big * 420)):
        store = guest_store(opt, work, name)
        guest, size[name] = generated_image(opt, work, store, name, mb, functions)
        stats[name] = fresh(f"{work}/{name}.stats")
        commands[name] = aotrun(opt, store, guest, stats=stats[name])
    starts(opt, work, n, commands)
    result = {}
    for name in commands:
        rows = read_stats(stats[name])
        if len(rows) != n or any(r["images"] != 1 for r in rows):
            raise BenchError(f"attach: the {name} program did not always run from its image")
        ns = [r["attach_ns"] for r in rows]
        result[name] = {"image_mb": size[name] / 2**20, "starts": n, "median_us": {k: v / 1e3 for k, v in of(ns).items()},
                        "p99_us": {k: v / 1e3 for k, v in of(ns, p99).items()},
                        "start_to_guest_us": statistics.median(r["start_ns"] for r in rows) / 1e3}
    return result


# ---- compiling, indirect jumps ----

def build_rate(opt, work):
    """Guest text compiled in a second of one core's user time, on busybox: no system calls, no store."""
    elf = opt.busybox
    n = 1 if opt.short else 5
    runs = [compile_once(opt, work, elf) for _ in range(n)]
    mb = text_bytes(elf) / 1e6
    insns = runs[0][1].get("guest_instructions") or 0
    user = statistics.median(c["user"] for c, _ in runs)
    return {"program": os.path.basename(elf), "text_mb": mb, "guest_insns": insns, "user_s": user, "builds": n,
            "ns_per_insn": user * 1e9 / insns if insns else None, "mb_per_s": of([mb / c["user"] for c, _ in runs])}


def indirect_jumps(opt, work, columns):
    elf = guest_elf(opt, work, "micro_dispatch")
    build_image(opt, work, guest_store(opt, work), elf)
    jumps = 5_000_000 if opt.short else 40_000_000
    argv = {"native": [f"{work}/native/micro_dispatch"], "aotrun": aotrun(opt, guest_store(opt, work), elf)}
    if "qemu" in columns:
        argv["qemu"] = [opt.qemu, elf]
    cpu = {(c, x): [] for c in argv for x in (jumps, 0)}
    for _ in range(3):
        for c, x in cpu:
            cpu[c, x].append(measure([*argv[c], str(x)], f"{work}/dispatch.out")["cpu"])
    return {c: (min(cpu[c, jumps]) - min(cpu[c, 0])) / jumps * 1e9 for c in argv}


# ---- a library's own assembly ----

def libcrypto(opt, work, columns):
    """Bytes a second of ciphers and digests of Debian's libcrypto.a, the same version for the guest and natively."""
    subprocess.run([f"{HERE}/../tests/libcrypto/run.sh", "build"], check=True, env=dict(os.environ, O=opt.build))
    elf, store = f"{opt.build}/libcrypto/arm64", guest_store(opt, work, "libcrypto")
    shutil.rmtree(store, ignore_errors=True)
    build_image(opt, work, store, elf, jobs=2)
    argv = {"native": [f"{opt.build}/libcrypto/native"], "aotrun": aotrun(opt, store, elf)}
    if "qemu" in columns:
        argv["qemu"] = [opt.qemu, elf]
    names, n = list(opt.guest.libcrypto), 1 if opt.short else 5
    rates = {k: {c: [] for c in argv} for k in names}
    for _ in range(n):
        for c, a in argv.items():
            seconds = "0.05" if opt.short else "0.3"
            out = subprocess.run([*a, "speed", seconds, *names], check=True, capture_output=True, text=True)
            for line in out.stdout.splitlines():
                rates[line.split()[0]][c].append(float(line.split()[1]))
    return {k: {"mb_per_s": {c: statistics.median(v) / 1e6 for c, v in r.items()},
                "aotrun/native": with_interval(lambda pick, r=r: statistics.median([r["aotrun"][i] for i in pick]) /
                                               statistics.median([r["native"][i] for i in pick]), n)} for k, r in rates.items()}


def micro(opt, work, columns):
    result = {"true": true_start(opt, work, columns), "attach": attach(opt, work)}
    if opt.busybox:
        result["build"] = build_rate(opt, work)
    result["dispatch_ns"] = indirect_jumps(opt, work, columns)
    if opt.guest.libcrypto and not opt.no_libcrypto:
        result["libcrypto"] = libcrypto(opt, work, columns)
    return result


def print_micro(m):
    t = m["true"]
    print("\nmicro\n  start of `true`   " + ", ".join(f"{c} {v:.2f} ms (best {t['best_ms'][c]:.2f}, CPU {t['cpu_ms'][c]:.2f})"
                                                     for c, v in t["wall_ms"].items()))
    for a in m["attach"].values():
        print(f"  attach {a['image_mb']:5.1f} MB    median {a['median_us']['value']:.0f} us, p99 {a['p99_us']['value']:.0f} us "
              f"[{a['p99_us']['low']:.0f}, {a['p99_us']['high']:.0f}]; aotrun up to the first guest instruction "
              f"{a['start_to_guest_us']:.0f} us; {a['starts']} starts")
    if "build" in m:
        b = m["build"]
        per = f", {b['ns_per_insn']:.0f} ns per guest instruction" if b["ns_per_insn"] else ""
        print(f"  aotc build        {b['program']}: {b['text_mb']:.2f} MB of guest text in {b['user_s']:.2f} s{per}")
    print("  indirect jump     " + ", ".join(f"{c} {v:.2f} ns" for c, v in m["dispatch_ns"].items()))
    for k, r in m.get("libcrypto", {}).items():
        print(f"  {k:<17} " + ", ".join(f"{c} {v:.0f} MB/s" for c, v in r["mb_per_s"].items()) +
              f"; {r['aotrun/native']['value'] * 100:.0f} % of native")
