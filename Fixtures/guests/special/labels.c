// Labels, of which no code is: Tests/EndToEnd/reporting/test_labels.py holds their lines against gcov.
#include <stdio.h>

static int counter;

static int chosen(int x) {
    switch (x) {
    case 1:
    case 2:
        return 3;
    case 3: {
        int y;
        for (y = 0; y < 3; y++)
            counter += y;
        break;
    }
    case 4:
        counter++;
        /* fall through */
    case 5:
        while (counter > 3)
            counter--;
        break;
    case 6:
        break;
    case 7: counter++; break;
#ifdef NEVER
    case 8:
        counter--;
        break;
#endif
    case 9:
        switch (counter) {
        case 0: counter++; break;
        case 1 ? 2 : 3:
            counter += 2;
            break;
        default:
            counter = 0;
        }
        break;
    case 'x':
        puts("case 10:");
        break;
    default:
        x++;
        break;
    }
    return x;
}

static int jumping(int x) {
    int tries = 0;
again:
    tries++;
    if (tries < x)
        goto again;
    if (x > 100)
        goto never;
    if (x > 5)
        goto out;
    tries += 10;
out:
    return tries;
never:
    return -1;
}

int main(void) {
    int sum = 0;
    for (int i = 0; i < 12; i++)
        sum += chosen(i) + chosen(3) + chosen(5) + jumping(i);
    printf("%d\n", sum + chosen('x'));
    return 0;
}
