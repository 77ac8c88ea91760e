/* Allocates by a function of its own that calls itself, and prints each call's argument and result in the order
   in which the calls return. */
#include <stdio.h>
#include <stdlib.h>

void *allocated(size_t size);

__attribute__((noinline)) void *allocated(size_t size)
{
    void *inner = size > 64 ? allocated(size / 2) : NULL;
    void *result = malloc(size);
    free(inner);
    printf("0x%zx -> 0x%lx\n", size, (unsigned long)result);
    return result;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    void *all[20];
    for (size_t number = 0; number < 20; number++)
        all[number] = allocated(8 + 37 * number);
    for (size_t number = 0; number < 20; number++)
        free(all[number]);
    return 0;
}
