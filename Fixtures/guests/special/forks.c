/* Children of a program whose other threads map, unmap and open meanwhile. x86-64 only.

       forks COUNT PAUSE

   One after the other, by fork, vfork, clone and posix_spawn in turn; the threads pause for so many
   microseconds between their system calls. Child number N executes the blocks of step N % 64. Prints each
   child's process, how it was made and its step, -1 for none. Ends with 1, and says so, where a child has not
   ended after a minute. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* 64 functions of 16 bytes and 8 blocks each. */
void steps(void);
asm(".text\n.globl steps\n.type steps, @function\n"
    "steps:\n.rept 64\n.rept 7\njmp 1f\n1:\n.endr\nnop\nret\n.endr\n.size steps, . - steps\n");

static void step(int number) { ((void (*)(void))((char *)steps + 16 * number))(); }

static const char *program;
static useconds_t pause_between;

static void rest(void)
{
    if (pause_between)
        usleep(pause_between);
}

static void *advise(void *unused)
{
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (;; rest())
        madvise(page, 4096, MADV_NORMAL);
    return unused;
}

static void *map(void *unused)
{
    for (;; rest()) {
        void *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        munmap(memory, 8192);
    }
    return unused;
}

static void *map_file(void *unused)
{
    for (;; rest()) {
        int file = open(program, O_RDONLY);
        void *memory = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
        close(file);
        munmap(memory, 4096);
    }
    return unused;
}

static pid_t make(int number, const char **how)
{
    char *arguments[] = {"true", NULL};
    pid_t child;
    switch (number % 4) {
    case 0:
        *how = "fork";
        if ((child = fork()) != 0)
            return child;
        break;
    case 1:
        *how = "vfork";
        if ((child = vfork()) != 0)
            return child;
        break;
    case 2:
        *how = "clone";
        if ((child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0)) != 0)
            return child;
        break;
    default:
        *how = "posix_spawn";
        return posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0 ? child : -1;
    }
    step(number % 64);
    syscall(SYS_exit_group, 0);
    return -1;
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    program = arguments[0];
    pause_between = (useconds_t)atoi(arguments[2]);
    void *(*loops[])(void *) = {advise, map, map_file};
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, loops[i], NULL) != 0)
            return 3;
    }
    for (int number = 0; number < atoi(arguments[1]); number++) {
        const char *how = "";
        pid_t child = make(number, &how);
        if (child < 0)
            return 4;
        int status = -1, has_ended = 0;
        for (int tries = 0; tries < 60000 && !has_ended; tries++) {
            has_ended = waitpid(child, &status, WNOHANG) == child;
            if (!has_ended)
                usleep(1000);
        }
        printf("%d %s %d\n", (int)child, how, number % 4 == 3 ? -1 : number % 64);
        fflush(stdout);
        if (!has_ended) {
            printf("hung\n");
            kill(child, SIGKILL);
            return 1;
        }
        if (status != 0)
            return 5;
    }
    return 0;
}
