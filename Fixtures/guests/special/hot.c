/* A guest with a loop that is run twice:

       hot WARM HOT      WARM times, then, once it has read a byte, HOT times */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile unsigned long sum;

static void loop(unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        sum += i * 3;
        if (sum & 1)
            sum ^= 5;
    }
}

int main(int count, char **arguments)
{
    char byte;
    if (count != 3)
        return 2;
    loop(strtoul(arguments[1], NULL, 10));
    if (write(1, "ready\n", 6) != 6 || read(0, &byte, 1) < 0)
        return 1;
    loop(strtoul(arguments[2], NULL, 10));
    return 0;
}
