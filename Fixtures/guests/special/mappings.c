/* Many mappings, none of which can be joined with its neighbour, and then code in some new places:

       mappings MAPPINGS PLACES */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int main(int count, char **arguments)
{
    static const unsigned char code[] = {0xb8, 1, 0, 0, 0, 0xc3}; /* mov $1,%eax; ret */
    int mappings = count > 1 ? atoi(arguments[1]) : 0, places = count > 2 ? atoi(arguments[2]) : 0;
    int sum = 0;

    for (int i = 0; i < mappings; i++) {
        char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED || mprotect(memory, 4096, PROT_READ) != 0)
            return 1;
    }
    for (int i = 0; i < places; i++) {
        char *memory = mmap((void *)(0x5000000000ul + i * 0x100000ul), 4096,
                            PROT_READ | PROT_WRITE | PROT_EXEC,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (memory == MAP_FAILED)
            return 1;
        memcpy(memory, code, sizeof code);
        sum += ((int (*)(void))memory)();
    }
    printf("%d\n", sum);
    return sum == places ? 0 : 1;
}
