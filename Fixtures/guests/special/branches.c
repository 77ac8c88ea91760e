/* Every kind of condition, with how often each of its ways is taken, worked out by hand: "//=" has the counts of a
   condition's ways in ascending order, conditions of a line stand apart by a bar, and "-" is never come to. All other
   lines have no condition. */
#include <string.h>

static int sign(int x)
{
    if (x < 0)  //= 2 3
        return -1;
    return x > 0 ? 5 : 0;  //= 1 2
}

static int both(int a, int b)
{
    return a && b;  //= 1 2 | 1 1
}

static int either(int a, int b)
{
    if (a > 4 || b > 4)  //= 1 2 | 1 1
        return 1;
    return 0;
}

static int loops(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)  //= 2 7
        if (i % 2)  //= 3 4
            sum += i;
    while (n--)  //= 2 7
        sum++;
    do sum--; while (sum > 4);  //= 2 3
    return sum;
}

static int tree(int x)
{
    switch (x) {  //= 0 1 1 2 3
    case 1: return 10;
    case 30: return 20;
    case 500: return 30;
    case 7000: return 40;
    default: return 0;
    }
}

static int table(int x)
{
    int r = 0;
    switch (x) {  //= 0 0 0 0 0 0 0 0 0 0 1 1 1 2 2 2
    case 0: r = 5; break;
    case 1: r = 7; break;
    case 2: r = 1; break;
    case 3: r = 4;
    /* goes on */
    case 4: r += 2; break;
    case 5: case 6: r = 9; break;
    case 7: r = 3; break;
    /* so many that each compiler makes a table of them */
    case 8: r = 8; break;
    case 9: r = 10; break;
    case 10: r = 13; break;
    case 11: r = 15; break;
    case 12: r = 18; break;
    case 13: r = 21; break;
    case 14: r = 25; break;
    case 15: r = 28; break;
    default: r = -1;
    }
    return r;
}

static int floats(double a, double b)
{
    if (a == b)  //= 1 3
        return 0;
    if (a > b)  //= 1 2
        return 1;
    return 2;
}

/* What a compiler makes of the conversion has a jump, but the source has none. */
static int convert(unsigned long long u)
{
    double d = (double)u;
    if (d > 1e19)  //= 1 1
        return 1;
    return 0;
}

/* A call that is known to return ends no block: the comparison belongs to the call's line. */
static int known(const char *a)
{
    if (a[0] &&  //= 1 2
        strcmp(a, "abc") == 0)  //= 1 1
        return 1;
    return 0;
}

int never(int x)
{
    return x ? 1 : 2;  //= - -
}

int main(int argc, char **argv)
{
    volatile double nan = 0;
    int sum = sign(-2) + sign(-1) + sign(0) + sign(1) + sign(2);
    sum += both(0, 1) + both(1, 0) + both(1, 1);
    sum += either(5, 0) + either(1, 5) + either(1, 1);
    sum += loops(3) + loops(4);
    sum += tree(1) + tree(1) + tree(30) + tree(7000) + tree(2) + tree(31) + tree(8000);
    sum += table(0) + table(1) + table(1) + table(3) + table(4) + table(5) + table(6) + table(99) + table(-1);
    nan = nan / nan;
    sum += floats(1, 1) + floats(1, 2) + floats(2, 1) + floats(nan, 1);
    sum += convert(5) + convert(~0ull);
    sum += known("") + known("abc") + known("abx");
    return sum == 0;
}
