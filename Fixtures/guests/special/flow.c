/* Each way that code of a line leads to code of another, or back to its own; gcov counts what came of it. */
#ifdef ALONE /* without a C library */
#define printf(...) (total += total)
#else
#include <stdio.h>
#endif

static int total;

__attribute__((noinline)) static int odd(int value) { return value & 1; }

__attribute__((noinline)) static int loops(int count)
{
    int sum = 0;
    for (int index = 0; index < count; index++) sum += odd(index) ? index : -index;
    int left = count;
    while (left > 0)
        left -= 1 + odd(left);
    do {
        sum++;
    } while (sum < 0);
    for (;;) {
        if (sum > 3 * count)
            break;
        sum += 2;
    }
    return sum;
}

__attribute__((noinline)) static int larger(int one, int other) { return one > other; }

__attribute__((noinline)) static int choices(int value)
{
    if (value < 0)
        return -1;
    else if (value == 7 || (odd(value) && value > 20))
        total++;
    else
        total += 2;
    switch (value) {
    case 0:
        return 1;
    case 1:
    case 2:
        total += 3;
        break;
    case 3:
        total += 4;
    case 4: /* from above, too */
        total += 5;
        break;
    case 40:
        goto out;
    default:
        total -= odd(value);
    }
    if (value > 10) {
        total++;
    }
    int limit = odd(value) ?
        value - 10 : value * odd(total);
    while (larger (
              odd(limit) + limit, total & 15
           )
        ) {
        limit -= 7;
        if (limit == 3) break;
    }
    return value
        + odd(limit) * odd(value + 1)
        + loops(value / 4);
out:
    return total > 0 && value > 0 ? odd(total) : 0;
}

__attribute__((noinline)) static int depth(int value)
{
    return value < 2 ? 1 : depth(value - 1) + depth(value - 2);
}

__attribute__((noinline)) static int length(const char *text)
{
    for (;;) {
        if (!*text++)
            return total & 1;
    }
}

__attribute__((noinline)) static void nothing(void)
{
}

__attribute__((noinline)) static void early(int value)
{
    if (value > 3)
        return;
    total++;
}

int main(void)
{
    int sum = 0;
    for (int value = -3; value < 45; value++) {
        sum += choices(value);
        sum += length("four");
        early(value);
        nothing();
        if (value == 30) continue;
        sum ^= value;
    }
    printf("%d %d %d\n", sum, total, depth(12));
    return 0;
}
