// Inlined, template and exception-handling code. Tests/EndToEnd/reporting/test_instances.py has worked out by hand
// how often each line that ends in a comment is executed.
#include <cstdlib>
#include <stdexcept>

template <typename Number>
static Number doubled(Number number) // 9
{
    Number sum = number; // 9
    sum += number; // 9
    return sum; // 9
}

static inline __attribute__((always_inline)) int clamped(int number)
{
    if (number > 3) // 7
        return 3; // 2
    return number; // 5
}

struct Guard {
    int &open;
    explicit Guard(int &open) : open(open) // 6
    {
        ++open; // 6
    } // 6
    ~Guard() // 6
    {
        --open; // 6
    } // 6
};

static int checked(int number, int &open) // 6
{
    Guard guard(open); // 6
    if (number % 3 == 0) // 6
        throw std::runtime_error("a third"); // 2
    return number; // 4
} // 6

static int never(int number) // 0
{
    return number + 1; // 0
}

static long total(int count) // 1
{
    long sum = 0; // 1
    for (int i = 0; i < count; i++) // 6
        sum += clamped(i); // 5
    return sum; // 1
}

int main(int count, char **) // 1
{
    int open = 0; // 1
    long sum = 0; // 1
    for (int i = 0; i < 4; i++) // 5
        sum += doubled(i); // 4
    for (int i = 0; i < 5; i++) // 6
        sum += doubled(0.5 * i); // 5
    for (int i = 0; i < 6; i++) { // 7
        try {
            sum += checked(i, open); // 6
        } catch (const std::runtime_error &) { // 2
            sum += clamped(i + 1); // 2
        } // 2
    }
    sum += total(5); // 1
    if (count > 9) // 1
        sum += never(1); // 0
    auto larger = [&](int limit) { return sum > limit; }; // 3
    bool all = larger(1) && larger(2); // 1
    return all && open == 0 ? EXIT_SUCCESS : EXIT_FAILURE; // 1
}
