/* Host features and levels: x86-64-v2, v3, v4 as the psABI defines them, plus what the code generator knows to use beyond; AArch64's one
 * level is the base architecture, v8.0, whose parts have no bits here. */
#include "jit/compile.h"

#include <string.h>

static const struct { uint64_t bit; const char *name; } names[] = {
    { HF_SSSE3, "ssse3" }, { HF_SSE41, "sse4.1" }, { HF_SSE42, "sse4.2" }, { HF_POPCNT, "popcnt" }, { HF_CX16, "cx16" },
    { HF_AVX, "avx" }, { HF_AVX2, "avx2" }, { HF_BMI1, "bmi1" }, { HF_BMI2, "bmi2" }, { HF_LZCNT, "lzcnt" }, { HF_MOVBE, "movbe" },
    { HF_FMA, "fma" }, { HF_F16C, "f16c" }, { HF_AVX512, "avx512" }, { HF_PCLMUL, "pclmul" }, { HF_AES, "aes" }, { HF_SHA, "sha" },
    { HF_GFNI, "gfni" },
};

enum { V2 = HF_SSSE3 | HF_SSE41 | HF_SSE42 | HF_POPCNT | HF_CX16,
       V3 = V2 | HF_AVX | HF_AVX2 | HF_BMI1 | HF_BMI2 | HF_LZCNT | HF_MOVBE | HF_FMA | HF_F16C,
       V4 = V3 | HF_AVX512 };

#if defined(__x86_64__)
#include <cpuid.h>
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif

/* What CPUID says: leaf 1, leaf 7, leaf 0x80000001. Zeros for leaves that there are not. */
struct leaves { uint32_t c1, b7, c7, cx; };

#ifdef CPU_FEATURE_PRESENT
/* The C library has asked at its start. In a virtual machine each CPUID goes to the hypervisor: microseconds, and every start of a
 * process counts. */
static struct leaves read_leaves(void)
{
    const unsigned *one = __x86_get_cpuid_feature_leaf(CPUID_INDEX_1)->cpuid_array;
    const unsigned *seven = __x86_get_cpuid_feature_leaf(CPUID_INDEX_7)->cpuid_array;
    const unsigned *ext = __x86_get_cpuid_feature_leaf(CPUID_INDEX_80000001)->cpuid_array;

    return (struct leaves){ one[2], seven[1], seven[2], ext[2] };      /* in the order a, b, c, d */
}
#else
static struct leaves read_leaves(void)
{
    struct leaves l = { 0, 0, 0, 0 };
    uint32_t a, b, c, d;

    if (__get_cpuid(1, &a, &b, &c, &d))
        l.c1 = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        l.b7 = b;
        l.c7 = c;
    }
    if (__get_cpuid(0x80000001, &a, &b, &c, &d))
        l.cx = c;
    return l;
}
#endif

static uint32_t xcr0(void)
{
    uint32_t lo, hi;

    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return lo;
}

uint64_t host_features_detect(void)
{
    const struct leaves l = read_leaves();
    const uint32_t c = l.c1, b7 = l.b7;
    uint64_t f = 0;

    f |= (c & bit_SSSE3 ? HF_SSSE3 : 0) | (c & bit_SSE4_1 ? HF_SSE41 : 0) | (c & bit_SSE4_2 ? HF_SSE42 : 0) |
         (c & bit_POPCNT ? HF_POPCNT : 0) | (c & bit_CMPXCHG16B ? HF_CX16 : 0) | (c & bit_MOVBE ? HF_MOVBE : 0) |
         (c & bit_PCLMUL ? HF_PCLMUL : 0) | (c & bit_AES ? HF_AES : 0);
    bool ymm = (c & bit_OSXSAVE) && (xcr0() & 6) == 6, zmm = ymm && (xcr0() & 0xe0) == 0xe0;
    f |= (b7 & bit_BMI ? HF_BMI1 : 0) | (b7 & bit_BMI2 ? HF_BMI2 : 0) | (b7 & bit_SHA ? HF_SHA : 0) | (l.c7 & bit_GFNI ? HF_GFNI : 0);
    if (ymm)
        f |= (b7 & bit_AVX2 ? HF_AVX2 : 0) | (c & bit_AVX ? HF_AVX : 0) | (c & bit_FMA ? HF_FMA : 0) | (c & bit_F16C ? HF_F16C : 0);
    if (zmm && (b7 & bit_AVX512F) && (b7 & bit_AVX512BW) && (b7 & bit_AVX512CD) && (b7 & bit_AVX512DQ) && (b7 & bit_AVX512VL))
        f |= HF_AVX512;
    if (l.cx & bit_LZCNT)
        f |= HF_LZCNT;
    return f;
}
#else
uint64_t host_features_detect(void) { return 0; }
#endif

uint64_t host_features_of(enum host_level level)
{
    return level >= LEVEL_V4 ? V4 : level == LEVEL_V3 ? V3 : level == LEVEL_V2 ? V2 : 0;
}

#if defined(__x86_64__)
enum host_level host_level_detect(void)
{
    uint64_t f = host_features_detect();

    return (f & V4) == V4 ? LEVEL_V4 : (f & V3) == V3 ? LEVEL_V3 : LEVEL_V2;
}
#else
enum host_level host_level_detect(void) { return LEVEL_BASE; }
#endif

const char *host_feature_names(uint64_t features, char *buf, size_t n)
{
    size_t len = 0;

    if (!n)
        return "";
    buf[0] = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if ((features & names[i].bit) && len < n)
            len += (size_t)snprintf(buf + len, n - len, "%s%s", len ? " " : "", names[i].name);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        features &= ~names[i].bit;
    if (features && len < n)
        snprintf(buf + len, n - len, "%s%#llx", len ? " " : "", (unsigned long long)features);
    return buf;
}
