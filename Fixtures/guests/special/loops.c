/* Loops without a condition, and calls that always return, as GCC makes them without optimising. */
#include <stdio.h>
#include <string.h>

static int work(int number) {
    return number * 3;
}

/* What a loop ends with is jumped over by what goes on elsewhere. */
static int declares(int number) {
    int sum = 0;
    for (;;) {
        int more = work(number);
        if (!number)
            break;
        number--;
        if (more & 1)
            sum += work(number);
    }
    return sum;
}

static int goes_on(int number) {
    int sum = 0;
    while (1) {
        int more = work(number);
        if (!number)
            break;
        number--;
        if (more & 1)
            continue;
        if (more & 2) {
            sum++;
            continue;
        }
        sum += work(number);
    }
    return sum;
}

/* Its end is never executed itself. */
static int chooses(int number) {
    int sum = 0;
    for (sum = 2;;) {
        int more = work(number);
        if (!number)
            break;
        number--;
        if (more & 1)
            sum++;
        else
            sum += 2;
    }
    return sum;
}

static int repeats(int number) {
    int sum = 0;
    do {
        int more = work(number);
        if (!number)
            break;
        number--;
        if (more & 1)
            sum += work(number);
    } while (1);
    return sum;
}

/* A loop at the beginning of a loop has its own end. */
static int within(int number) {
    int sum = 0;
    while (1) {
        while (1) {
            if (number & 1)
                break;
            number--;
            if (number & 4)
                sum++;
        }
        number--;
        if (number < 0)
            break;
        if (sum & 1)
            sum += 3;
    }
    return sum;
}

/* `goto` jumps back, too. */
static int again(int number) {
    int sum = 0;
again:
    sum++;
    number--;
    if (number & 1)
        goto again;
    if (number & 2) {
        sum++;
        goto again;
    }
    if (number > 0)
        goto again;
    return sum;
}

/* Some functions are known to return. */
static int finds(const char *text) {
    if ((strstr(text, "zip") != 0) ||
        (strstr(text, "ZIP") != 0))
        return 2;
    return 1;
}

int main(void) {
    int sum = finds("unzip") + finds("cat");
    for (int number = 0; number < 9; number++) {
        sum += declares(number) + goes_on(number) + chooses(number) + repeats(number);
        sum += within(number) + again(number + 10);
    }
    printf("%d\n", sum);
    return 0;
}
