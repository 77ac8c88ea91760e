/* The functions that a line can call. No libm: what they do is to be seen in these sources. */
#include "functions.h"

static const char *square_root(const double *a, size_t count, double *result)
{
    (void)count;
    if (a[0] < 0)
        return "the square root of a negative number";
    if (a[0] == 0) {
        *result = 0;
        return 0;
    }
    double guess = a[0] > 1 ? a[0] : 1;
    for (int i = 0; i < 200; i++) {
        double next = (guess + a[0] / guess) / 2;
        if (next >= guess)
            break;
        guess = next;
    }
    *result = guess;
    return 0;
}

static const char *smallest(const double *a, size_t count, double *result)
{
    *result = a[0];
    for (size_t i = 1; i < count; i++)
        if (a[i] < *result)
            *result = a[i];
    return 0;
}

static const char *largest(const double *a, size_t count, double *result)
{
    *result = a[0];
    for (size_t i = 1; i < count; i++)
        *result = a[i] > *result ? a[i] : *result;
    return 0;
}

static const char *mean(const double *a, size_t count, double *result)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i];
    *result = sum / (double)count;
    return 0;
}

/* Sorts a copy, by insertion. */
static const char *median(const double *a, size_t count, double *result)
{
    double sorted[64];
    if (count > sizeof sorted / sizeof sorted[0])
        return "too many numbers for a median";
    for (size_t i = 0; i < count; i++) {
        size_t j = i;
        while (j > 0 && sorted[j - 1] > a[i]) {
            sorted[j] = sorted[j - 1];
            j--;
        }
        sorted[j] = a[i];
    }
    if (count % 2 == 1)
        *result = sorted[count / 2];
    else
        *result = (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
    return 0;
}

static int whole(double number)
{
    return number >= 0 && number < 1e15 && number == (double)(unsigned long long)number;
}

static const char *common_divisor(const double *a, size_t count, double *result)
{
    (void)count;
    if (!whole(a[0]) || !whole(a[1]))
        return "gcd is for whole numbers";
    unsigned long long x = (unsigned long long)a[0], y = (unsigned long long)a[1];
    while (y != 0) {
        unsigned long long rest = x % y;
        x = y;
        y = rest;
    }
    *result = (double)x;
    return 0;
}

static double product(unsigned n)
{
    if (n < 2)
        return 1;
    return n * product(n - 1);
}

static const char *factorial(const double *a, size_t count, double *result)
{
    (void)count;
    if (!whole(a[0]))
        return "factorial is for whole numbers";
    if (a[0] > 170)
        return "the factorial is too large";
    *result = product((unsigned)a[0]);
    return 0;
}

const struct function demo_functions[] = {
    {"sqrt", 1, 1, square_root},
    {"min", 1, -1, smallest},
    {"max", 1, -1, largest},
    {"mean", 1, -1, mean},
    {"median", 1, -1, median},
    {"gcd", 2, 2, common_divisor},
    {"factorial", 1, 1, factorial},
    {0, 0, 0, 0},
};
