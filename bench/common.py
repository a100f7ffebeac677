"""What the parts of bench/run share: running commands, reading statistics, medians with intervals."""
import json
import math
import os
import random
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class BenchError(Exception):
    pass


def measure(argv, out_path):
    """Runs argv with output to a file; CPU, user CPU and wall seconds, exit status."""
    with open(out_path, "wb") as out:
        start = time.perf_counter()
        child = subprocess.Popen(argv, stdout=out, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    return {"cpu": usage.ru_utime + usage.ru_stime, "user": usage.ru_utime, "wall": wall, "status": child.returncode}


def newer(target, *sources):
    return os.path.exists(target) and all(os.path.getmtime(target) >= os.path.getmtime(s) for s in sources)


def aotrun(opt, store, guest, args=(), engine=None, stats=None):
    """The command line; stats: a file to which the run's statistics are appended."""
    extra = ([f"--engine={engine}"] if engine else []) + ([f"--stats-file={stats}"] if stats else [])
    return [f"{opt.build}/aotrun", f"--store={store}", *extra, guest, *args]


def fresh(path):
    """path, which does not exist now."""
    if os.path.exists(path):
        os.unlink(path)
    return path


def read_stats(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def guest_elf(opt, work, name):
    return f"{work}/{opt.guest.name}/{name}"


def guest_store(opt, work, what=""):
    """A directory for images of one guest; `what`: beside the kernels' own."""
    return f"{work}/store-{opt.guest.name}" + (f"-{what}" if what else "")


def has_jit(opt, work):
    """Does this aotrun compile while it runs?"""
    argv = aotrun(opt, guest_store(opt, work), guest_elf(opt, work, "micro_true"), engine="jit")
    return measure(argv, f"{work}/jit.out")["status"] == 0


def build_image(opt, work, store, elf, jobs=1, flags=()):
    """Puts the image of elf into a store; what measure() returns."""
    cost = measure([f"{opt.build}/aotc", "build", "-q", "-j", str(jobs), "--store", store, *flags, elf], f"{work}/aotc.out")
    if cost["status"] != 0:
        raise BenchError(f"aotc build {elf} failed with status {cost['status']}")
    return cost


def compile_once(opt, work, elf):
    """Compiles elf on one thread into a file, no store: what measure() returns, and what `aotc info` says of the image."""
    image = fresh(f"{work}/compiled.aot")
    cost = measure([f"{opt.build}/aotc", "build", "-q", "-j", "1", "--no-store", "-o", image, elf], f"{work}/aotc.out")
    if cost["status"] != 0:
        raise BenchError(f"aotc build {elf} failed with status {cost['status']}")
    out = subprocess.run([f"{opt.build}/aotc", "info", "--json", image], check=True, capture_output=True, text=True).stdout
    return cost, json.loads(out)


def geomean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def p99(values):
    """The smallest value that 99 % of them do not exceed."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def interval(figure, n, samples=1000):
    """95 % interval of figure(pick) by resampling: pick is a list of n indices below n."""
    rng = random.Random(1)
    spread = sorted(figure([rng.randrange(n) for _ in range(n)]) for _ in range(samples if n > 1 else 1))
    return spread[int(0.025 * len(spread))], spread[int(0.975 * (len(spread) - 1))]


def with_interval(figure, n, samples=1000):
    low, high = interval(figure, n, samples)
    return {"value": figure(range(n)), "low": low, "high": high}


def of(values, statistic=statistics.median, samples=300):
    """A statistic of plain values, with its interval."""
    return with_interval(lambda pick: statistic([values[i] for i in pick]), len(values), samples)
