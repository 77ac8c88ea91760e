/* Statements whose code is several blocks, or none, as GCC makes it without optimising. */
#include <stdio.h>
#include <stdlib.h>

struct pair {
    int first, second;
};

static int calls;
static struct pair pair, *last = &pair;

static void act(int number) {
    if (number > 1000000)
        abort();
    calls += number;
}

static int twice(int *place, int number) {
    calls++;
    return *place % 100 + 2 * number;
}

/* The first line of such a statement has code before the call, which belongs to the second line, and behind it. */
static void store(int number) {
    pair.first = twice(&pair.second,
                       last->second + number);
    last->first += 2;
    last->second = pair.first = twice(&pair.first,
                                      last->second + 1);
    if (number > 3)
        act(twice(&last->first,
                  last->second));
}

/* The brace at the end is come to from the statements before, and from elsewhere. */
static void end(int number) {
    if (number < 3 && number != 1) {
        int more = number * 2;
        act(more);
    } else {
        int more = number * 3;
        if (number == 5)
            act(more);
        act(1);
    }
}

static void leave(int number) {
    if (number == 6)
        return;
    for (int more = 0; more < number; more++) {
        if (more == 4)
            return;
        act(more);
    }
}

/* The way over an `else` has the line of the last statement before it. */
static void choose(int number) {
    if (number > 1 && number != 5) {
        act(1);
        if (number & 8)
            act(2);
        else if (number & 2)
            act(3);
        else
            act(4);
    } else
        act(5);
    act(1);
    if (number == 2 || number > 4) {
        act(1);
        if (number & 1)
            act(2);
    } else if (number == 3 && calls) {
        int more = number;
        if (more & 1)
            act(more);
    } else {
        int more = number + 1;
        act(more);
    }
    act(1);
    if (number > 1 && number != 3) {
        int more = number;
        for (act(1); more < 8; more++)
            act(2);
    } else
        act(6);
    act(1);
}

/* A statement without code has a block of its own. */
static int decide(int number) {
    switch (twice(&calls, number) & 7) {
    case 1:
        return calls >= 5 && calls < 500;
    case 2:
        return number > 3;
    case 3:
        return calls >= 5 && calls < 500 && number & 1;
    default:
        break;
    }
    return 0;
}

int main(void) {
    for (int number = 0; number < 8; number++) {
        store(number);
        end(number);
        leave(number);
        choose(number);
        decide(number);
        for (int more = 0; more < 5; more++)
            decide(more);
    }
    printf("%d\n", calls);
    return 0;
}
