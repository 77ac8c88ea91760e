/* known.c as a program, which makes three system calls that it knows, and has a second thread. */
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

int known(void);

static void *thread(void *unused)
{
    return unused;
}

int main(void)
{
    for (long number = 1; number <= 3; number++)
        syscall(SYS_getppid, number, 22, 33, 44, 55, 66);
    pthread_t other;
    if (pthread_create(&other, 0, thread, 0) || pthread_join(other, 0))
        return 64;
    return known();
}
