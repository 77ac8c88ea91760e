/* A guest that ends in the way that its first argument names. x86-64 only. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* 65536 blocks that are executed once each, in the order of their addresses: 1024 times 63 jumps to
   the next instruction, then one block that adds 1 to *progress. */
void sled(volatile int *progress);
asm(".text\n.globl sled\n.globl sled_end\n.type sled, @function\n"
    "sled:\n"
    ".rept 1024\n"
    ".rept 63\njmp 1f\n1:\n.endr\n"
    "incl (%rdi)\njmp 1f\n1:\n"
    ".endr\n"
    "sled_end:\nret\n.size sled, . - sled\n");

static volatile int progress_here;

extern char sled_end[];

/* The sled's last quarter: 16384 blocks. */
static void slide(void)
{
    long group = (sled_end - (char *)sled) / 1024;
    ((void (*)(volatile int *))((char *)sled + 768 * group))(&progress_here);
}

/* As much as the second argument asks for. */
static void work(const char *how)
{
    if (strcmp(how, "much") == 0)
        slide();
}

static pthread_barrier_t together;
static int status_of_threads;

static void *later(void *unused)
{
    usleep(100000);
    slide();
    if (status_of_threads)
        syscall(SYS_exit_group, status_of_threads);
    return unused;
}

static void *at_once(void *unused)
{
    pthread_barrier_wait(&together);
    syscall(SYS_exit_group, 9);
    return unused;
}

static pthread_t thread(void *(*function)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, NULL) != 0)
        abort();
    return thread;
}

static int broken_pipe(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    close(ends[0]);
    return write(ends[1], "x", 1) == 1 ? 1 : 2;
}

static void ready(void)
{
    if (write(1, "ready\n", 6) != 6)
        abort();
}

/* Stands still until a byte comes, or the end of the input. */
static void await(void)
{
    char byte;
    ready();
    while (read(0, &byte, 1) < 0)
        ;
}

enum { LANES = 8, STACK = 65536 };

/* A thread that comes into the sled at an eighth of its own, when it has got a byte, and runs to its
   end. It has nothing of the C library's threads, whose paths are others in each run. */
static int lane(void *progress)
{
    int number = (int)((unsigned long)progress % 4096 / 64);
    long eighth = (sled_end - (char *)sled) / LANES;
    char byte;
    if (syscall(SYS_read, 0, &byte, 1) == 1)
        ((void (*)(volatile int *))((char *)sled + number * eighth))(progress);
    while (syscall(SYS_pause) != 0)
        ;
    return 0;
}

/* Each says in 64 bytes of the page of its own how many of the sled's 1024 groups it did. */
static void lanes(char *page)
{
    static char stacks[LANES][STACK] __attribute__((aligned(16)));
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    for (int i = 0; i < LANES; i++)
        if (clone(lane, stacks[i] + STACK, flags, page + 64 * i) < 0)
            abort();
    ready();
    for (;;)
        pause();
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    const char *argument = count > 2 ? arguments[2] : "";
    char *nothing[] = {NULL}, *program[] = {"true", NULL};
    volatile int zero = 0;

    if (strcmp(what, "return") == 0) {
        work(argument);
        return 3;
    }
    if (strcmp(what, "exit_group") == 0)
        syscall(SYS_exit_group, 4);
    if (strcmp(what, "exit") == 0)
        syscall(SYS_exit, 5);
    if (strcmp(what, "main-first") == 0) { /* the other thread ends the process */
        status_of_threads = 6;
        thread(later);
        syscall(SYS_exit, 0);
    }
    if (strcmp(what, "last-thread") == 0) { /* the other thread is the last to end */
        thread(later);
        pthread_exit(NULL);
    }
    if (strcmp(what, "two-exits") == 0) {
        pthread_barrier_init(&together, NULL, 4);
        for (int i = 0; i < 3; i++)
            thread(at_once);
        at_once(NULL);
    }
    if (strcmp(what, "segv") == 0) {
        work(argument);
        *(volatile int *)8 = 1;
    }
    if (strcmp(what, "segv-thread") == 0) {
        pthread_t other = thread(later);
        usleep(20000);
        *(volatile int *)8 = 1;
        pthread_join(other, NULL);
    }
    if (strcmp(what, "abort") == 0)
        abort();
    if (strcmp(what, "ill") == 0)
        asm volatile("ud2");
    if (strcmp(what, "fpe") == 0)
        return 7 / zero;
    if (strcmp(what, "raise") == 0)
        kill(getpid(), atoi(argument));
    if (strcmp(what, "raise-blocked") == 0) { /* comes when it is let through */
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        kill(getpid(), atoi(argument));
        sigemptyset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
    }
    if (strcmp(what, "pipe") == 0)
        return broken_pipe();
    if (strcmp(what, "exec-fails") == 0) {
        execve("/nowhere/at/all", nothing, nothing);
        slide();
        return 7;
    }
    if (strcmp(what, "exec-fails-killed") == 0) {
        execve("/nowhere/at/all", nothing, nothing);
        slide();
        kill(getpid(), SIGKILL);
    }
    if (strcmp(what, "exec") == 0)
        execve(count > 2 ? argument : "/bin/true", count > 2 ? arguments + 2 : program, environ);
    if (strcmp(what, "killed") == 0) {
        work(argument);
        kill(getpid(), SIGKILL);
    }
    if (strcmp(what, "wait") == 0) {
        work(argument);
        ready();
        for (;;)
            pause();
    }
    if (strcmp(what, "await") == 0) { /* works on afterwards */
        await();
        work(argument);
        return 0;
    }
    if (strcmp(what, "closeall") == 0) { /* a thousand from this thousand on */
        int first = (argument[0] - '0') * 1000;
        close(dup(0)); /* one that can be closed in any case */
        for (int i = first; i < first + 1000; i++)
            close(i);
        slide();
        return 0;
    }
    if (strcmp(what, "chdir") == 0) {
        if (chdir("/") != 0)
            return 1;
        work(argument);
        return 0;
    }
    if (strcmp(what, "setuid") == 0) {
        if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            return 1;
        work(argument);
        return 0;
    }
    if (strcmp(what, "filesize") == 0) { /* no file may grow past so many bytes */
        struct rlimit limit = {strtoul(argument, NULL, 10), RLIM_INFINITY};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            return 1;
        slide();
        return 0;
    }
    if (strcmp(what, "sled") == 0 || strcmp(what, "lanes") == 0) { /* says in a file how far it came */
        int file = open(argument, O_RDWR);
        int *progress = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (file < 0 || progress == MAP_FAILED)
            return 1;
        if (strcmp(what, "lanes") == 0)
            lanes((char *)progress);
        ready();
        sled(progress);
        for (;;)
            pause();
    }
    fprintf(stderr, "endings: nothing known to do: '%s'\n", what);
    return 2;
}
