// The C++ library at work: containers, algorithms, streams, locale facets, regular expressions, type-erased calls.
#include <algorithm>
#include <deque>
#include <functional>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
    virtual std::string name() const { return "shape"; }
};
struct Square : Shape {
    double a;
    explicit Square(double x) : a(x) {}
    double area() const override { return a * a; }
    std::string name() const override { return "square"; }
};
struct Named {
    virtual std::string tag() const { return "named"; }
    virtual ~Named() = default;
};
struct Circle : Named, virtual Shape {
    double r;
    explicit Circle(double x) : r(x) {}
    double area() const override { return 3.25 * r * r; }
    std::string tag() const override { return "circle " + name(); }
};

static unsigned seed = 7;
static unsigned next() { return seed = seed * 1664525u + 1013904223u; }

int main(int argc, char **argv)
{
    int n = argc > 1 ? std::stoi(argv[1]) : 400;
    std::map<std::string, int> words;
    std::unordered_map<int, std::list<int>> buckets;
    std::vector<double> values;
    for (int i = 0; i < n; i++) {
        std::ostringstream key;
        key << "w" << std::hex << next() % 97 << std::setfill('0') << std::setw(3) << i % 5;
        words[key.str()] += i;
        buckets[next() % 31].push_back(i);
        values.push_back((next() % 10000) / 7.0);
    }
    std::stable_sort(values.begin(), values.end(), [](double a, double b) { return int(a) % 10 < int(b) % 10; });
    std::partial_sort(values.begin(), values.begin() + n / 3, values.end(), std::greater<>());
    std::nth_element(values.begin() + n / 3, values.begin() + n / 2, values.end());
    std::cout << std::fixed << std::setprecision(4) << values[0] << ' ' << values[n / 3] << ' ' << values[n / 2] << '\n';
    std::cout << std::scientific << std::accumulate(values.begin(), values.end(), 0.0) << std::defaultfloat << '\n';
    std::vector<std::pair<std::string, int>> flat(words.begin(), words.end());
    std::sort(flat.begin(), flat.end(),
              [](auto &a, auto &b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
    for (int i = 0; i < 5 && i < (int)flat.size(); i++)
        std::cout << flat[i].first << '=' << flat[i].second << (i < 4 ? ", " : "\n");

    std::regex re("([a-z]+)([0-9]+)-(x|y)*(z?)", std::regex::icase);
    std::string text = "abc123-xyxz, q7-, Zed99-yyz! none";
    for (std::sregex_iterator it(text.begin(), text.end(), re), end; it != end; ++it)
        std::cout << (*it)[1] << '/' << (*it)[2] << '/' << (*it)[4] << '@' << it->position() << '\n';
    std::cout << std::regex_replace(text, std::regex("[0-9]+"), "<$&>") << '\n';

    std::vector<std::unique_ptr<Shape>> shapes;
    for (int i = 1; i <= 6; i++)
        i % 2 ? shapes.push_back(std::make_unique<Square>(i)) : shapes.push_back(std::make_unique<Circle>(i));
    for (auto &s : shapes) {
        auto *c = dynamic_cast<Circle *>(s.get());
        auto *m = dynamic_cast<Named *>(s.get());
        std::cout << (m ? m->tag() : s->name()) << ' ' << s->area() << (c ? " c" : "") << '\n';
    }
    std::map<char, std::function<long(long, long)>> op = {{'+', std::plus<>()},
                                                          {'-', std::minus<>()},
                                                          {'*', [&](long a, long b) { return a * b % 1000003; }},
                                                          {'%', std::modulus<>()}};
    long acc = 1;
    for (int i = 0; i < n * 4; i++)
        acc = op["+-*%"[next() % 4]](acc, next() % 1000 + 1);
    std::cout << acc << '\n';
    std::deque<std::variant<int, std::string, double>> mixed;
    for (int i = 0; i < 9; i++)
        i % 3 == 0 ? mixed.emplace_back(i) : i % 3 == 1 ? mixed.emplace_front(std::to_string(i)) : mixed.emplace_back(i / 8.0);
    for (auto &v : mixed)
        std::visit([](auto &x) { std::cout << x << ';'; }, v);
    std::istringstream in("12 0x1f 3.75e2 true word");
    int a = 0, b = 0;
    double d = 0;
    bool t = false;
    std::string w;
    in >> a >> std::hex >> b >> std::dec >> d >> std::boolalpha >> t >> w;
    std::cout << '\n' << a << ' ' << b << ' ' << d << ' ' << t << ' ' << w << ' ' << in.eof() << std::endl;
    std::set<std::string> sorted;
    for (auto &[k, l] : buckets)
        sorted.insert(std::to_string(l.size()) + ":" + std::to_string(std::accumulate(l.begin(), l.end(), 0)));
    for (auto &s : sorted)
        std::cout << s << ' ';
    std::cout << std::put_money("123456") << '\n';
    return 3;
}
