/* A tree of processes made by fork, vfork, clone and execve, each with blocks that the others have
   not. x86-64 only.

       tree FOLDER [COMMAND...]

   Each process leaves a file FOLDER/PID; `COMMAND WHAT` is what some of them become by execve. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* 64 functions of 16 bytes and 8 blocks each. */
void steps(void);
asm(".text\n.globl steps\n.type steps, @function\n"
    "steps:\n.rept 64\n.rept 7\njmp 1f\n1:\n.endr\nnop\nret\n.endr\n.size steps, . - steps\n");

static const char *folder;
static char **command;

static void step(int number) { ((void (*)(void))((char *)steps + 16 * number))(); }

static void note(const char *how)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%d", folder, (int)getpid());
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, "%s\n", how) < 0 || fclose(file) != 0)
        abort();
}

static void await(pid_t child, int expected)
{
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != expected)
        abort();
}

static void *threaded(void *number)
{
    step((int)(long)number);
    return NULL;
}

static void with_threads(int number)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, threaded, (void *)(long)(number + i)) != 0)
            abort();
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

static void become(const char *what)
{
    char *arguments[64];
    int count = 0;
    while (command[count] && count < 62) {
        arguments[count] = command[count];
        count++;
    }
    arguments[count] = (char *)what;
    arguments[count + 1] = NULL;
    execve(arguments[0], arguments, environ);
    abort();
}

/* A child that works, has `children` of its own, and ends with a status. */
static void grow(int number, int children)
{
    pid_t child = fork();
    if (child == 0) {
        note("fork");
        step(number);
        for (int i = 0; i < children; i++)
            grow(number + 1 + i, 0);
        exit(number);
    }
    await(child, number << 8);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    folder = arguments[1];
    command = arguments + 2;
    note("main");
    step(0);

    for (int i = 0; i < 4; i++) /* 4 children with 2 each */
        grow(1 + 3 * i, 2);

    pid_t together[4]; /* at the same time */
    for (int i = 0; i < 4; i++) {
        together[i] = fork();
        if (together[i] == 0) {
            note("fork at once");
            step(20 + i);
            usleep(20000);
            step(30 + i);
            exit(0);
        }
    }
    for (int i = 0; i < 4; i++)
        await(together[i], 0);

    pid_t child = vfork();
    if (child == 0) {
        step(40);
        _exit(1);
    }
    await(child, 1 << 8);

    child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
    if (child == 0) {
        step(41);
        syscall(SYS_exit_group, 2);
    }
    await(child, 2 << 8);

    child = fork();
    if (child == 0) {
        note("threads");
        with_threads(42);
        exit(0);
    }
    await(child, 0);

    child = fork();
    if (child == 0) {
        note("killed");
        step(45);
        kill(getpid(), SIGKILL);
    }
    await(child, SIGKILL);

    child = fork();
    if (child == 0) {
        note("failed execve");
        execve("/nowhere", arguments, environ);
        step(46);
        exit(3);
    }
    await(child, 3 << 8);

    if (command[0]) {
        for (int i = 0; i < 2; i++) {
            child = i == 0 ? fork() : vfork();
            if (child == 0) {
                step(47 + i);
                become(folder);
            }
            int status = 0;
            if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
                abort();
        }
    }
    step(50);
    return 0;
}
