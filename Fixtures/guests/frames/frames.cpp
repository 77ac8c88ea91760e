// Inlined calls, templates and exceptions whose frames can be said beforehand: MARK leaves a symbol at
// the address where its line's code is, once for each copy that the compiler makes of it. The tests
// find lines by the words in brackets.
#include <cstdio>
#include <stdexcept>

#define MARK(name) asm volatile(#name "_%=:\n\t.type " #name "_%=,@notype\n\tnop" ::: "memory")
#define INLINED inline __attribute__((always_inline))
#define OUT_OF_LINE __attribute__((noinline, noclone))

namespace shapes {

INLINED int innermost(int value) {
    MARK(mark_innermost); // [innermost]
    return value * 3;
}

INLINED int middle(int value) {
    int result = innermost(value); // [middle calls innermost]
    MARK(mark_middle); // [middle]
    return result + 1;
}

OUT_OF_LINE int outer(int value) {
    MARK(mark_outer); // [outer]
    return middle(value) + // [outer calls middle]
           innermost(value); // [outer calls innermost]
}

template <typename Number> struct Box {
    Number held;

    OUT_OF_LINE Number doubled() const {
        MARK(mark_doubled); // [doubled]
        return held + held;
    }

    template <int Times> INLINED Number scaled() const {
        MARK(mark_scaled); // [scaled]
        return held * Times;
    }
};

OUT_OF_LINE int boxes(int value) {
    Box<int> one{value};
    Box<long> other{value};
    int sum = one.doubled() + static_cast<int>(other.doubled());
    sum += one.scaled<5>(); // [boxes scales an int]
    sum += static_cast<int>(other.scaled<7>()); // [boxes scales a long]
    return sum;
}

INLINED void check(int value) {
    if (value > 2) {
        MARK(mark_thrown); // [check throws]
        throw std::runtime_error("more than two");
    }
    MARK(mark_checked); // [check]
}

OUT_OF_LINE int guarded(int value) {
    try {
        check(value); // [guarded checks]
        MARK(mark_passed); // [guarded passed]
        return 1;
    } catch (const std::runtime_error &) {
        MARK(mark_caught); // [guarded caught]
        return 2;
    }
}

} // namespace shapes

int main(int count, char **) {
    auto nameless = [](int value) OUT_OF_LINE {
        MARK(mark_lambda); // [lambda]
        return shapes::innermost(value); // [lambda calls innermost]
    };
    std::printf("%d %d %d %d\n", shapes::outer(count), shapes::boxes(count), shapes::guarded(count),
                shapes::guarded(count + 2) + nameless(count));
    return 0;
}
