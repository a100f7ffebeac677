// Exceptions through every kind of frame: the unwinder reads saved registers, so the state at each call must be exact.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

static int depth, destroyed;
struct Guard {
    int id;
    explicit Guard(int i) : id(i) { depth++; }
    ~Guard()
    {
        depth--;
        destroyed = destroyed * 31 + id;
    }
};
struct Odd : std::runtime_error {
    int code;
    std::string extra;
    Odd(int c) : std::runtime_error("odd " + std::to_string(c)), code(c), extra(40, 'e') {}
};
struct Even : virtual std::exception {
    const char *what() const noexcept override { return "even"; }
};

__attribute__((noinline)) static long many(long a, long b, long c, double x, double y, int n)
{
    Guard g(n);
    volatile long kept[4] = {a, b, c, n}; // values that live in callee-saved registers and on the stack
    long s = a * 3 + b, t = b * 5 - c;
    double u = x * y + n;
    try {
        if (n == 0)
            throw Odd((int)(a & 0xff) | 1);
        if (n == 3)
            throw Even();
        s += many(a + 1, b ^ n, c - n, x + 0.5, y * 0.5, n - 1);
    } catch (const Even &e) {
        if (n < 5)
            throw;
        return s * 7 + t + (long)(u * 16) + kept[0] + (long)e.what()[0];
    } catch (const Odd &e) {
        if (n % 2)
            throw std::logic_error(std::string(e.what()) + "!" + std::to_string(s + t + kept[3]));
        throw;
    }
    return s + t + (long)u + kept[1];
}

static int compares;
static int by(const void *a, const void *b)
{
    if (++compares > 200)
        throw compares;
    return *(const int *)a - *(const int *)b;
}

struct Base {
    virtual ~Base() {}
    virtual int run(int n)
    {
        Guard g(n);
        if (n > 6)
            throw n;
        return run2(n + 1) + 1;
    }
    virtual int run2(int n) { return run(n); }
};
struct Derived : Base {
    int run2(int n) override
    {
        try {
            return Base::run(n);
        } catch (int x) {
            if (x % 2)
                throw x + 1;
            throw;
        }
    }
};

static void nested(int n)
{
    try {
        throw std::out_of_range("level " + std::to_string(n));
    } catch (...) {
        if (n < 4) {
            try {
                nested(n + 1);
            } catch (...) {
                std::throw_with_nested(std::runtime_error("outer " + std::to_string(n)));
            }
        }
        throw;
    }
}

static void print(const std::exception &e, int level = 0)
{
    std::printf("%*s%s: %s\n", level, "", typeid(e) == typeid(std::out_of_range) ? "range" : "other", e.what());
    try {
        std::rethrow_if_nested(e);
    } catch (const std::exception &inner) {
        print(inner, level + 1);
    }
}

int main(int argc, char **)
{
    long sum = 0;
    for (int i = 0; i < 60; i++) {
        try {
            sum += many(i, i * 2 + argc, i * 3, i * 0.25, 2.0, i % 12);
        } catch (const Odd &e) {
            sum += e.code + (long)e.extra.size();
        } catch (const std::logic_error &e) {
            sum += (long)std::string(e.what()).size();
        } catch (const std::exception &e) {
            sum -= e.what()[1];
        }
        if (depth)
            return 1;
    }
    std::printf("%ld %d\n", sum, destroyed);
    std::vector<int> v(100);
    for (int i = 0; i < 100; i++)
        v[i] = i * 7919 % 101;
    try {
        qsort(v.data(), v.size(), sizeof v[0], by); // through frames of C
    } catch (int n) {
        std::printf("thrown after %d\n", n);
    }
    Derived d;
    try {
        std::printf("%d\n", d.run(0));
    } catch (int x) {
        std::printf("virtual %d, %d deep\n", x, depth);
    }
    try {
        nested(0);
    } catch (const std::exception &e) {
        print(e);
    }
    std::exception_ptr kept;
    try {
        std::function<void()> f;
        f();
    } catch (...) {
        kept = std::current_exception();
    }
    try {
        std::rethrow_exception(kept);
    } catch (const std::bad_function_call &) {
        std::printf("empty function\n");
    }
    try {
        volatile size_t huge = (size_t)1 << 60;
        delete[] new char[huge];
    } catch (const std::bad_alloc &) {
        std::printf("no memory\n");
    }
    try {
        std::vector<int>().at(argc);
    } catch (const std::exception &e) {
        std::printf("%s\n", e.what());
    }
    auto noex = []() noexcept { throw 1; };
    std::set_terminate([] {
        std::printf("terminate %d\n", std::uncaught_exceptions());
        std::fflush(stdout);
        std::_Exit(9);
    });
    noex();
}
