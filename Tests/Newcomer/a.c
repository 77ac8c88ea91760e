#include <stdio.h>

int main(int count, char **arguments) {
    if (count == 1)
        puts("alone");
    else
        puts(arguments[1]);
    return 0;
}
