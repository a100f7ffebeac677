"""What bench/run knows of each guest: compiler, groups of kernels with their flags, limits."""
from dataclasses import dataclass

# Flags of a group for every compiler; other kernels are built with -O2. `omp simd` alone lets sums of floats be reordered.
GROUP_FLAGS = {"vec": ["-O3", "-fopenmp-simd"]}
NAMES = {"int": "integer", "call": "calls", "mem": "memory", "fp": "floating point", "vec": "vectors", "atom": "atomics"}


@dataclass(frozen=True)
class Guest:
    name: str
    groups: tuple                   # prefixes of kernels' names, in the order of the table
    sums: dict                      # geomeans over several groups beside "all": name -> prefixes
    variants: dict                  # group -> {suffix: flags}: its kernels are built once for each, as "kernel.suffix"
    native: float                   # limits: kernels' geomean to native,
    qemu: dict                      # and how many times faster than qemu: a key of the summary -> factor
    libcrypto: dict                 # tests/libcrypto's program: cipher or digest -> this part of the native rate at least (0: any)

    @property
    def cc(self):
        return f"{self.name}-linux-gnu-gcc"

    def kernels(self, names):
        """Kernels of the files named `names`, as (kernel, file without .c)."""
        out = []
        for group in self.groups:
            for n in names:
                if n.startswith(group + "_"):
                    out += [f"{n}.{v}" for v in self.variants[group]] if group in self.variants else [n]
        return out

    def flags(self, kernel):
        """Flags by which the guest's compiler makes a kernel, without -O2."""
        group = group_of(kernel)
        return GROUP_FLAGS.get(group, []) + self.variants.get(group, {}).get(kernel.partition(".")[2], [])


def group_of(kernel):
    return kernel.partition("_")[0]


def source_of(kernel):
    return kernel.partition(".")[0]


SCALAR = ("int", "call", "mem", "fp")
GUESTS = {g.name: g for g in (
    Guest("riscv64", SCALAR, {}, {}, 2.0, {}, {}),
    Guest("aarch64", (*SCALAR, "vec", "atom"), {"FP and vectors": ("fp", "vec")},
          {"atom": {"lse": ["-march=armv8.1-a"], "excl": ["-march=armv8-a", "-mno-outline-atomics"]}},
          1.9, {"all": 2.5, "FP and vectors": 6.0},
          {"AES-128-GCM": 0.3, "AES-256-CTR": 0, "ChaCha20": 0, "SHA256": 0, "SHA512": 0}),
)}
