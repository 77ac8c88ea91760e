/* known.c as a program, which makes three system calls that it knows, and has a second thread. A bit of
   its status says that it was not the kernel that answered those. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

int known(void);

enum { ANSWER = 0x12345678, THREADS = 64, ANSWERED = 128 };

static void *thread(void *number)
{
    *(pid_t *)number = gettid();
    return 0;
}

int main(void)
{
    int answered = 0;
    for (long number = 1; number <= 3; number++)
        answered += syscall(SYS_getppid, number, 22, 33, 44, 55, 66) == ANSWER;
    pthread_t other;
    pid_t number;
    if (pthread_create(&other, 0, thread, &number) || pthread_join(other, 0))
        return THREADS;
    while (!syscall(SYS_tgkill, getpid(), number, 0))
        ; /* joined before QEMU is done with it */
    return known() | (answered == 3 ? ANSWERED : 0);
}
