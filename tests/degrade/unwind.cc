// Exceptions through frames that run from an image, from code compiled here, and interpreted (a_*, b_*, c_*: the test chooses which
// is which): thrown, caught, rethrown and unwound in every combination, with destructors on the way.
#include <cstdio>
#include <stdexcept>
#include <string>

#define FN extern "C" __attribute__((noinline, noclone))

static unsigned destroyed;

struct Guard {
    unsigned id;
    explicit Guard(unsigned i) : id(i) {}
    ~Guard() { destroyed = destroyed * 31 + id; }
};

struct Small { unsigned v; };

typedef unsigned (*fn)(unsigned, unsigned);
FN unsigned a_through(unsigned, unsigned);
FN unsigned b_through(unsigned, unsigned);
FN unsigned c_through(unsigned, unsigned);
FN unsigned a_throw(unsigned, unsigned);
FN unsigned b_throw(unsigned, unsigned);
FN unsigned c_throw(unsigned, unsigned);
static fn const through[3] = { a_through, b_through, c_through }, thrower[3] = { a_throw, b_throw, c_throw };

#define KIND(k, m)                                                                                   \
    FN unsigned k##_throw(unsigned n, unsigned x)                                                    \
    {                                                                                                \
        Guard g(m + x);                                                                              \
        if (x % 4 == 0)                                                                              \
            throw Small{ x * m };                                                                    \
        if (x % 4 == 1)                                                                              \
            throw std::runtime_error("run " + std::to_string(x * m));                                \
        if (x % 4 == 2)                                                                              \
            throw (int)(x + m);                                                                      \
        return x + m;                                                                                \
    }                                                                                                \
    FN unsigned k##_through(unsigned n, unsigned x)                                                  \
    {                                                                                                \
        Guard g(n * m);                                                                              \
        unsigned keep = x * m ^ n;                                                                   \
        unsigned r = n ? through[(n + m) % 3](n - 1, x) : thrower[x / 4 % 3](n, x);                  \
        return r * 3 + keep;                                                                         \
    }                                                                                                \
    FN unsigned k##_rethrow(unsigned n, unsigned x)                                                  \
    {                                                                                                \
        unsigned keep = x * 5 + m;                                                                   \
        try {                                                                                        \
            return through[x % 3](n, x) + keep;                                                      \
        } catch (int v) {                                                                            \
            destroyed += (unsigned)v * keep;                                                         \
            throw;                                                                                   \
        } catch (const Small &s) {                                                                   \
            throw Small{ s.v + keep };                                                               \
        }                                                                                            \
    }                                                                                                \
    FN unsigned k##_catch(unsigned n, unsigned x)                                                    \
    {                                                                                                \
        unsigned p = x * 3, q = x ^ m, r = n + m;                                                    \
        try {                                                                                        \
            p += k##_rethrow(n, x);                                                                  \
        } catch (const Small &s) {                                                                   \
            q += s.v;                                                                                \
        } catch (const std::exception &e) {                                                          \
            for (const char *c = e.what(); *c; c++)                                                  \
                q = q * 33 + (unsigned char)*c;                                                      \
        } catch (int v) {                                                                            \
            r += (unsigned)v;                                                                        \
        }                                                                                            \
        return p + q * 3 + r * 5;                                                                    \
    }
KIND(a, 3)
KIND(b, 5)
KIND(c, 7)

int main()
{
    unsigned h = 0;

    for (unsigned x = 0; x < 60; x++)
        for (unsigned n = 0; n < 5; n++)
            h = h * 31 + a_catch(n, x) + b_catch(n, x + 1) * 3 + c_catch(n, x + 2) * 5;
    std::printf("%u %u\n", h, destroyed);
    std::fprintf(stderr, "a word\n");
    return 7;
}
