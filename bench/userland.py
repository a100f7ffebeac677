"""bench/run's rows on Debian's own programs: starts of dynamic programs, many short processes, memory that a process has for itself."""
import os
import shutil
import statistics
import subprocess
import time

from common import HERE, BenchError, with_interval
from micro import starts

ARCH = {"riscv64": "riscv64", "aarch64": "arm64"}
PROGRAMS = ("true", "dash", "sleep")
PROCESSES = 200     # of the row with many short ones
TOGETHER = 10       # processes that share images
LOOP = f"i=0; while [ $i -lt {PROCESSES} ]; do /usr/bin/true; i=$((i+1)); done"


def find_root(opt):
    """The guest's root, programs and libraries of Debian trixie: that of make check's command lines, unless $USERLAND_ROOTS says another."""
    cache = os.environ.get("TESTCACHE") or os.environ.get("AOTC_TEST_CACHE") or f"{opt.build}/cache"
    env = {"USERLAND_ROOTS": os.path.abspath(cache) + "/userland-check", "QEMU_ROOT": os.path.abspath(cache) + "/qemu"} | os.environ
    out = subprocess.run([f"{HERE}/../tests/userland/fetch", ARCH[opt.guest.name], "check"], capture_output=True, text=True, check=False, env=env)
    if out.returncode or not out.stdout.strip():
        raise BenchError(f"no root for {opt.guest.name}: tests/userland/fetch failed; use --no-userland")
    return out.stdout.strip().splitlines()[-1]


def ratios(times, n, pairs):
    return {f"{over}/{under}": with_interval(lambda pick, o=over, u=under: statistics.median([times[o]["wall"][i] for i in pick]) /
                                             statistics.median([times[u]["wall"][i] for i in pick]), n, 300)
            for over, under in pairs if over in times and under in times}


def timed(opt, work, n, program, args, commands):
    """Wall times of n runs of a program by each of the commands' prefixes, taking turns."""
    argv = {c: [*prefix, f"{root}/usr/bin/{program}", *args] for c, (prefix, root) in commands.items()}
    t = starts(opt, work, n, argv)
    return {"runs": n, "wall_ms": {c: statistics.median(v["wall"]) / 1e6 for c, v in t.items()},
            "best_ms": {c: min(v["wall"]) / 1e6 for c, v in t.items()}} | ratios(t, n, [("aotrun", "native"), ("qemu", "aotrun")])


def rollup(pid):
    """kB by name of a process's memory, and of its mappings of files below a store."""
    sums, images, inside = {}, {"Rss": 0, "Pss": 0}, False
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as f:
        for line in f:
            name, _, value = line.partition(":")
            if name in ("Rss", "Pss", "Private_Dirty", "Private_Clean"):
                sums[name] = sums.get(name, 0) + int(value.split()[0])
                if inside and name in images:
                    images[name] += int(value.split()[0])
            elif " " in name:
                inside = ".aot" in line
    return sums, images


def memory(argv):
    """Of one of ten processes that sleep: kB it has for itself, its share of all; of its images: pages mapped, and its share of them."""
    children = [subprocess.Popen([*argv, "30"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) for _ in range(TOGETHER)]
    time.sleep(1)
    rows = [rollup(p.pid) for p in children]
    for p in children:
        p.kill()
        p.wait()
    mid = {name: statistics.median(r[0].get(name, 0) for r in rows) for name in ("Rss", "Pss", "Private_Dirty", "Private_Clean")}
    return {"private_mb": (mid["Private_Dirty"] + mid["Private_Clean"]) / 1024, "pss_mb": mid["Pss"] / 1024, "rss_mb": mid["Rss"] / 1024,
            "image_rss_mb": statistics.median(r[1]["Rss"] for r in rows) / 1024,
            "image_pss_mb": statistics.median(r[1]["Pss"] for r in rows) / 1024}


def userland(opt, work, columns):
    root, store = find_root(opt), f"{work}/store-{opt.guest.name}-userland"
    shutil.rmtree(store, ignore_errors=True)
    subprocess.run([f"{opt.build}/aotc", "build", "-q", "-j", "2", "--store", store, "-L", root, *(f"{root}/usr/bin/{p}" for p in PROGRAMS)],
                   check=True, stdout=subprocess.DEVNULL)
    time.sleep(3)       # the store does not trust the times of a younger file
    commands = {"native": ([], ""), "aotrun": ([f"{opt.build}/aotrun", f"--store={store}", "-L", root], root)}
    if "qemu" in columns:
        commands["qemu"] = ([opt.qemu, "-L", root], root)
    result = {"true": timed(opt, work, 50 if opt.short else 300, "true", [], commands)}
    commands.pop("qemu", None)      # under it /usr/bin/true would be the host's
    result["processes"] = timed(opt, work, 2 if opt.short else 12, "dash", ["-c", LOOP], commands)
    result["memory"] = memory([*commands["aotrun"][0], f"{root}/usr/bin/sleep"])
    return result


def print_userland(u):
    print("\nDebian's programs, dynamic")
    for name, key in (("`true`", "true"), (f"{PROCESSES} x `true` from sh", "processes")):
        print(f"  {name:<22}" + ", ".join(f"{c} {v:.2f} ms (best {u[key]['best_ms'][c]:.2f})" for c, v in u[key]["wall_ms"].items()))
    m = u["memory"]
    print(f"  {TOGETHER} x `sleep`            each: {m['private_mb']:.2f} MB private, Pss {m['pss_mb']:.2f} MB; images: "
          f"{m['image_rss_mb']:.2f} MB mapped, share {m['image_pss_mb']:.2f} MB")


def userland_limits(u, row):
    def flat(v):
        return {"value": v, "low": v, "high": v}
    row("start of dynamic `true`, aotrun/native", "x", u["true"]["aotrun/native"], "<=", 2.5)
    row("start of dynamic `true`, qemu/aotrun", "x", u["true"].get("qemu/aotrun"), ">=", 5)
    row(f"{PROCESSES} x `true` from sh, aotrun/native", "x", u["processes"]["aotrun/native"], "<=", 2.5)
    row("memory a dynamic program has for itself", "MB", flat(u["memory"]["private_mb"]), "<=", 3)
    row(f"images' memory, share of one in {TOGETHER}/whole", "x",
        flat(u["memory"]["image_pss_mb"] / max(u["memory"]["image_rss_mb"], 0.001)), "<=", 0.3)
