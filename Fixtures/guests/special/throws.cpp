/* What is cleaned up where something was thrown, and loops without a condition, as GCC makes them of C++ without
   optimising. */
#include <cstdio>
#include <string>

struct Thing {
    int number;
    Thing(const char *text) : number(text[0]) {}
    ~Thing() {
        number = 0;
    }
};

static int calls;

static void act(int number, const Thing &thing) {
    calls++;
    if (number & 1)
        throw thing.number;
}

static void act(int number, const std::string &text) {
    calls++;
    if (number > 2)
        throw text.size();
}

static int work(int number) {
    if (number == 7)
        throw number;
    return number * 3;
}

/* The destructor on the way out belongs to the statement. */
static void one(int number) {
    act(number, Thing("x"));
}

/* The end of an object's life is a block without code, but for the last one of the function. */
static void two(int number) {
    act(number & 2, Thing("v"));
    act(number, Thing("y"));
    act(number >> 2, Thing("u"));
    calls++;
}

#define TRY(code) try { code; calls++; } catch (...) { calls += 2; }

static void all(int number) {
    TRY(one(number))
    TRY(act(number, std::string("z")))
    TRY(act(number, Thing("w")))
    TRY(two(number))
}

/* A loop's end is its brace. */
static int loop(int number) {
    int sum = 0;
    while (true) {
        int more = work(number & 3);
        if (!number)
            break;
        number--;
        if (more & 1)
            sum += work(2);
    }
    return sum;
}

int main() {
    for (int number = 0; number < 6; number++) {
        all(number);
        calls += loop(number);
    }
    std::printf("%d\n", calls);
}
