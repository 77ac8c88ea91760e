/* A program for a corpus: what it does depends on its input.

       inputs [early|opens|threads] [FILE]

   Reads FILE, or standard input, and goes by its first letter: c crashes, h hangs until it is ended, l leaves a child
   that hangs, m eats memory, t starts a thread, w writes a file called "written" into the folder where it is. Each
   input that comes so far is summed up and printed; the low bits of the sum are the exit status. With "early" it
   writes a line before it comes to read_input, with "opens" it opens FILE, or reads a byte of standard input, and with
   "threads" it starts a thread that stays. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char input[4096];

static void *sum(void *result)
{
    for (const char *next = input; *next; next++) {
        if (*next & 1)
            *(unsigned *)result += (unsigned char)*next;
        else
            *(unsigned *)result ^= (unsigned char)*next;
    }
    return result;
}

static void leave_child(void)
{
    if (fork() == 0)
        pause();
}

static void write_file(void)
{
    int file = open("written", O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (file < 0 || write(file, "x", 1) != 1)
        exit(99);
    close(file);
}

static void *stay(void *nothing)
{
    for (;;)
        pause();
    return nothing;
}

static void prepare(const char *how, const char *name)
{
    pthread_t thread;
    if (strcmp(how, "early") == 0) {
        puts("early");
        fflush(stdout);
    } else if (strcmp(how, "opens") == 0) {
        if (name != NULL)
            close(open(name, O_RDONLY));
        else if (read(0, input, 1) < 0)
            exit(96);
    } else if (pthread_create(&thread, NULL, stay, NULL) != 0) {
        exit(95);
    }
}

__attribute__((noinline)) ssize_t read_input(const char *name)
{
    int file = name != NULL ? open(name, O_RDONLY) : 0;
    return file < 0 ? -1 : read(file, input, sizeof input - 1);
}

int main(int count, char **arguments)
{
    /* What a program prepares once, whatever its input is. */
    signal(SIGCHLD, SIG_IGN);
    unsigned table[256], total = 0;
    for (unsigned i = 0; i < 256; i++)
        total += table[i] = i * i;
    if (count > 1 && strchr(arguments[1], '/') == NULL) {
        prepare(arguments[1], count > 2 ? arguments[2] : NULL);
        count--, arguments++;
    }
    if (read_input(count > 1 ? arguments[1] : NULL) < 0)
        return 98;
    pthread_t thread;
    switch (input[0]) {
    case 'c': abort();
    case 'h': pause(); break;
    case 'l': leave_child(); break;
    case 'm':
        for (;;)
            memset(malloc(1 << 20), 1, 1 << 20);
    case 't':
        if (pthread_create(&thread, NULL, sum, &total) != 0)
            return 97;
        pthread_join(thread, NULL);
        break;
    case 'w': write_file(); break;
    }
    sum(&total);
    printf("%u %u\n", total, table[(unsigned char)input[0]]);
    return (int)(total & 63);
}
