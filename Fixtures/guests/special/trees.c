/* A `switch` that is a tree of comparisons and tables, a choice within a line, and a number that the processor
   cannot turn into a floating one by one instruction: each is several blocks of one row. */

static int rank(int letter) {
    switch (letter) {
    case '"': return 1;
    case '/': return 2;
    case ':': return 3;
    case '[': return 4;
    case ']': return 5;
    case 'f': return 6;
    case 'n': return 7;
    case 't': return 8;
    case '{': return 9;
    case '}': return 10;
    case -1: return 11;
    }
    return 0;
}

static int limited(int number, int most) {
    int is_less = number < most;
    int kept = is_less ? number : most - 1;
    return kept;
}

static double half(unsigned long number) {
    return number / 2.0;
}

int main(void) {
    const char *text = "{\"a\": [1, 2, true, null], \"b\": {}, \"c\": false / 2}";
    int sum = 0;
    for (const char *next = text; *next; next++) {
        sum += rank(*next);
        sum += limited(*next, 1000);
    }
    sum += rank(-1);
    return half(sum) + half(-1UL) > 1e300;
}
