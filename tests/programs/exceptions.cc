// Exceptions across frames that keep values in every kind of saved register, through signal frames, constructors and destructors.
// variants of all: -fnon-call-exceptions -fnon-call-exceptions,-O0
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

static int made, destroyed;
struct Object {
    int id;
    explicit Object(int i) : id(i) { made = made * 17 + i; }
    Object(const Object &o) : id(o.id + 1) { made = made * 17 + id; }
    ~Object() { destroyed = destroyed * 13 + id; }
};

// Ten integers and eight doubles are live across the call, so the unwinder must bring back what the callees saved.
__attribute__((noinline)) static double deep(int n, long a, long b, double x, double y)
{
    Object o(n);
    volatile long v = n;
    long i0 = a * 3 + v, i1 = b ^ v, i2 = a - b, i3 = a + v * 5, i4 = b * 7, i5 = a | v, i6 = b & 255, i7 = a + b, i8 = v << 3,
         i9 = a >> 2;
    double d0 = x + v, d1 = y * v, d2 = x * y, d3 = x - v, d4 = y / 3, d5 = x / 7, d6 = x * x, d7 = y * y;

    try {
        if (n == 0)
            throw std::runtime_error("bottom");
        d0 += deep(n - 1, i7, i2, d3, d4);
    } catch (const std::logic_error &) {
        return -1;
    } catch (std::runtime_error &) {
        if (n % 3 == 0)
            throw;
        if (n % 3 == 1)
            throw std::runtime_error(std::to_string(i0 + i1 + i2 + i3 + i4 + i5 + i6 + i7 + i8 + i9) + "/" +
                                     std::to_string(d0 + d1 + d2 + d3));
        return d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7 + (double)(i0 ^ i1 ^ i2 ^ i3 ^ i4 ^ i5 ^ i6 ^ i7 ^ i8 ^ i9);
    }
    return d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7;
}

struct Throws : Object {
    Object member;
    Throws(int n)
    try : Object(n), member(n + 100) {
        if (n & 1)
            throw n;
    } catch (int x) {
        std::printf("constructor %d\n", x);
        throw x * 2; // the base and the member are gone by now
    }
};

static void fault(int sig, siginfo_t *si, void *)
{
    Object o(sig);
    throw std::out_of_range(si->si_addr == (void *)0x1230 ? "where it was" : "elsewhere");
}

__attribute__((noinline)) static int touch(volatile int *p, int n)
{
    Object o(n);
    long kept = (long)n * 1000003;
    int got = *p;
    return got + (int)kept + o.id;
}

// A handler that throws: the unwinder walks through the signal frame, whose pc is the faulting instruction itself.
static void through_signal()
{
    struct sigaction sa = {};

    sa.sa_sigaction = fault;
    sa.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &sa, nullptr);
    for (int i = 0; i < 5; i++) {
        double keep = i * 1.25;
        try {
            std::printf("not reached %d\n", touch((volatile int *)0x1230, i));
        } catch (const std::out_of_range &e) {
            std::printf("fault %d: %s %g\n", i, e.what(), keep);
        }
    }
}

static thread_local Object local_object(7);
static long mixed(long n)
{
    long sum = 0;

    local_object.id += (int)n;
    for (int i = 0; i < 200; i++) {
        try {
            try {
                if (i % 3 == n % 3)
                    throw std::string(i % 7 + 1, 'x');
                std::vector<int>(2).at(i);
            } catch (const std::exception &e) {
                throw std::string(e.what()).size();
            }
        } catch (const std::string &s) {
            sum += (long)s.size();
        } catch (size_t k) {
            sum += (long)k * 2 + local_object.id;
        }
    }
    return sum;
}

static int eq(const void *a, const void *b)
{
    if (*(const short *)a == *(const short *)b)
        throw *(const short *)a;
    return *(const short *)a < *(const short *)b ? -1 : 1;
}

int main()
{
    for (int n = 0; n < 14; n++) {
        try {
            std::printf("%.6f\n", deep(n, n * 11, n * 5, n * 0.5, 2.0));
        } catch (const std::exception &e) {
            std::printf("%d: %s\n", n, e.what());
        }
        std::printf("made %d, destroyed %d\n", made, destroyed);
    }
    for (int n = 0; n < 4; n++) {
        try {
            Throws t(n);
            std::printf("fine %d\n", t.member.id);
        } catch (int x) {
            std::printf("caught %d\n", x);
        }
    }
    through_signal();
    short v[64];
    for (int i = 0; i < 64; i++)
        v[i] = (short)(i * 37 % 61);
    try {
        qsort(v, 64, sizeof *v, eq);
    } catch (short s) {
        std::printf("equal %d\n", s >= 0 && s < 61);
    }
    std::printf("made %d, destroyed %d\n", made, destroyed);
    for (long i = 0; i < 3; i++)
        std::printf("mixed %ld\n", mixed(i));
    std::set_terminate([] {
        std::printf("terminate %d\n", std::uncaught_exceptions());
        std::fflush(stdout);
        std::_Exit(3);
    });
    struct Last {
        ~Last() noexcept(false)
        {
            if (std::uncaught_exceptions())
                throw 2;
        }
    };
    try {
        Last l;
        throw 1; // two at once
    } catch (int) {
        std::printf("not reached\n");
    }
}
