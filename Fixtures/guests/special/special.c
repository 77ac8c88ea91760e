/* A guest for what a calculator does not do. Its first argument names one thing to do. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The numbers that new descriptors get: a host that holds one itself would shift them. */
static int descriptors(void)
{
    int first = open("/dev/null", O_RDONLY), second = dup(first);
    int high = fcntl(first, F_DUPFD, 100), ends[2] = {-1, -1};
    if (pipe(ends) != 0)
        return 1;
    printf("%d %d %d %d %d\n", first, second, high, ends[0], ends[1]);
    return 0;
}

static int with_child(void)
{
    pid_t child = fork();
    if (child == 0)
        exit(3);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 1;
    printf("%d\n", (int)child);
    return WEXITSTATUS(status) == 3 ? 0 : 1;
}

static volatile sig_atomic_t caught;

static void catch(int number)
{
    caught = number;
}

/* The handler returns by code that stands in no file, but in a page that QEMU made. */
static int with_signal(void)
{
    signal(SIGUSR1, catch);
    raise(SIGUSR1);
    return caught == SIGUSR1 ? 0 : 1;
}

/* Code in memory of its own: in no file. */
static int with_made_code(void)
{
#ifdef __x86_64__
    static const unsigned char code[] = {0xb8, 7, 0, 0, 0, 0xc3}; /* mov $7, %eax; ret */
    unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return 1;
    memcpy(page, code, sizeof code);
    int (*function)(void) = (int (*)(void))page;
    return function();
#else
    return 7;
#endif
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    const char *argument = count > 2 ? arguments[2] : "";

    if (strcmp(what, "descriptors") == 0)
        return descriptors();
    if (strcmp(what, "exit") == 0)
        return atoi(argument);
    if (strcmp(what, "fork") == 0)
        return with_child();
    if (strcmp(what, "signal") == 0)
        return with_signal();
    if (strcmp(what, "code") == 0)
        return with_made_code();
    if (strcmp(what, "chdir") == 0)
        return chdir(argument);
    if (strcmp(what, "rmdir") == 0)
        return rmdir(argument);
    if (strcmp(what, "closeall") == 0) {
        for (int i = 0; i < 1024; i++)
            close(i);
        return 0;
    }
    if (strcmp(what, "filesize") == 0) { /* no file may grow past so many bytes */
        struct rlimit limit = {strtoul(argument, NULL, 10), strtoul(argument, NULL, 10)};
        return setrlimit(RLIMIT_FSIZE, &limit);
    }
    fprintf(stderr, "special: nothing known to do: '%s'\n", what);
    return 2;
}
