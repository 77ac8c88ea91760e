/* What the bare-metal guests do on every processor. start-*.S calls `firmware` on the first one and
   `second` on the second, and ends the machine with the status that `firmware` gives: 0 when all
   came out right. */

int faulting(void); /* in assembly: faults in the middle of a block, gives 7 */
int firmware(void);
void second(void);
int never(int value);

static volatile int from_second;

static unsigned fibonacci(unsigned n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static void sort(int *values, int count)
{
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && values[j - 1] > values[j]; j--) {
            int value = values[j];
            values[j] = values[j - 1];
            values[j - 1] = value;
        }
}

static unsigned checksum(const char *text)
{
    unsigned sum = 0xFFFFFFFF;
    for (; *text; text++) {
        sum ^= (unsigned char)*text;
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 1 ? sum >> 1 ^ 0xEDB88320 : sum >> 1;
    }
    return ~sum;
}

static int chosen(int what)
{
    switch (what) {
    case 0: return 5;
    case 1: return what + 10;
    case 2: return what * 20;
    case 3: return -1; /* not reached */
    case 4: return 12;
    default: return 0;
    }
}

int never(int value)
{
    return value ? never(value - 1) + 1 : 0;
}

void second(void)
{
    from_second = (int)fibonacci(10);
}

int firmware(void)
{
    int values[] = {9, 2, 7, 1, 8, 2, 8};
    sort(values, 7);
    if (values[0] != 1 || values[3] != 7 || values[6] != 9)
        return 1;
    if (fibonacci(12) != 144)
        return 2;
    if (checksum("123456789") != 0xCBF43926)
        return 3;
    if (chosen(0) + chosen(1) + chosen(2) + chosen(4) != 5 + 11 + 40 + 12)
        return 4;
    if (faulting() != 7)
        return 5;
#ifdef PAIR
    while (from_second != 55)
        ;
#else
    if (from_second)
        return 6;
#endif
    return 0;
}
