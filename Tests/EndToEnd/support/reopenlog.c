/* Loaded into QEMU by LD_PRELOAD: gives each forked child a log of its own, LOG.PID, where LOG is
   what REOPENLOG names. QEMU itself lets children write into their parent's. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char base[PATH_MAX], current[PATH_MAX + 16];
static int descriptor = -1;
static long long offset;

static void find(void)
{
    char link[64], path[sizeof current];
    for (int i = 0; i < 256; i++) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", i);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length < 0)
            continue;
        path[length] = 0;
        if (strcmp(path, current) == 0)
            descriptor = i;
    }
}

static void before(void)
{
    if (descriptor < 0)
        find();
    /* Not the descriptor's own: the log may be opened for appending. */
    offset = descriptor < 0 ? 0 : lseek(descriptor, 0, SEEK_END);
}

static void in_child(void)
{
    char path[sizeof current];
    if (descriptor < 0)
        return;
    snprintf(path, sizeof path, "%s.%d", base, getpid());
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0)
        return;
    dprintf(file, "Forked from %s at %lld\n", current, offset);
    dup3(file, descriptor, O_CLOEXEC);
    close(file);
    snprintf(current, sizeof current, "%s", path);
}

__attribute__((constructor)) static void load(void)
{
    const char *name = getenv("REOPENLOG");
    if (!name)
        return;
    snprintf(base, sizeof base, "%s", name);
    snprintf(current, sizeof current, "%s", name);
    pthread_atfork(before, NULL, in_child);
}
