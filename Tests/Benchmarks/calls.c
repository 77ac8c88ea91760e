/* A guest that makes so many system calls and does nothing else:

       calls NUMBER */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    for (long left = count > 1 ? atol(arguments[1]) : 0; left > 0; left--)
        syscall(SYS_getppid, left);
    return 0;
}
