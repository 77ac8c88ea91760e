// Functions that compilers inline, take apart, name themselves or make of their own accord.
// Tests/EndToEnd/reporting/test_functions.py holds what covtool says of them against gcov.
#include <cstdio>

namespace made {

struct Base {
    int held;
    explicit Base(int value) : held(value) {}
    ~Base();
};

Base::~Base() {
    std::printf("%d gone\n", held);
}

// Its constructor, its destructor and its copies are the compiler's.
struct Whole {
    Base base{2};
    int more = 3;
};

struct Virtual : virtual Base {
    Virtual() : Base(5) { held++; }
};

struct Defaulted {
    Whole whole;
    virtual ~Defaulted() = default;
};

static int counter;
volatile int nothing;
static int first = (counter = 3);
static Base global(4);

template <class Function> int twice(Function function) {
    int sum = 0;
    for (int i = 0; i < 2; i++)
        sum += function(i);
    return sum;
}

// Called from one place: its code goes there.
static int once(int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
        std::printf("%d ", i);
        if (i % 3 == 1)
            sum += i;
        else
            counter++;
    }
    std::puts("once");
    return sum + counter;
}

static int never(int value) {
    std::puts("never");
    return value + 1;
}

} // namespace made

// Of which callers get the beginning, and the rest stays.
int partly(int value) {
    if (value < 100)
        return 1;
    int sum = 0;
    for (int i = 0; i < value; i++) {
        sum += std::printf("%d %d\n", i, made::once(2));
        sum += std::printf("%d %d %d\n", i, value, i + sum);
    }
    return sum;
}

using namespace made;

int main(int count, char **) {
    int sum = 0;
    struct Local {
        int held;
        Local(int value) : held(value) {}
    };
    sum += Local(count).held;
    Whole whole;
    {
        Virtual made;
        Defaulted other;
        Whole copy = whole;
        sum += made.held + copy.more + other.whole.more;
    }
    auto add = [&](int value) {
        counter += value;
        return value + count;
    };
    auto unused = [](int value)
        -> int
        { return value; };
    int (*pointer)(int) = unused;
    sum += twice(add) + add(3);
    sum += twice([](int value) { return value * 2; });
    auto generic = [&](auto value) {
        if (value > 2)
            counter++;
        return static_cast<int>(value) + count;
    };
    sum += generic(2) + generic(2.5);
    auto not_called = [](auto value) {
        std::puts("never");
        return value;
    };
    if (count > 6)
        sum += not_called(sum);
    for (int i = 0; i < 4; i++)
        sum += partly(i + nothing) + partly(i + 1 + nothing);
    sum += partly(100 + count);
    if (count > 5)
        sum += never(sum) + pointer(sum);
    std::printf("%d %d\n", sum, first);
    return 0;
}
