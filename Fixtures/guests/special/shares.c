// What the children of a fork server must not share: run once for each input, which is standard input, it does the same
// each time. The argument says what it tries.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char input[16];

__attribute__((noinline)) static void read_input(void) {
    if (read(STDIN_FILENO, input, sizeof input) < 0) _exit(99);
}

/// A file and a folder of the system, of which a part is read before the input.
static int positions(void) {
    char part[256];
    int file = open("/etc/passwd", O_RDONLY), folder = open("/etc/", O_RDONLY | O_DIRECTORY);
    if (file < 0 || folder < 0 || read(file, part, 7) != 7) return 98;
    if (syscall(SYS_getdents64, folder, part, sizeof part) <= 0) return 97;
    read_input();
    long bytes = 0, entries = 0, count;
    while ((count = read(file, part, sizeof part)) > 0) bytes += count;
    while ((count = syscall(SYS_getdents64, folder, part, sizeof part)) > 0) entries += count;
    printf("%ld bytes of the file, %ld of the folder\n", bytes, entries);
    return 0;
}

/// Memory that processes share, written to before the input is read or not.
static int memory(int protection) {
    int *counter = mmap(NULL, 4096, protection, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED) return 96;
    if (mprotect(counter, 4096, PROT_READ | PROT_WRITE) != 0) return 95;
    read_input();
    return (*counter)++;
}

static volatile sig_atomic_t signals;
static void count_signal(int signal) { (void)signal, signals++; }
static pthread_t first;
static pthread_mutex_t lock;

static void *signal_first(void *nothing) {
    (void)nothing;
    return (void *)(long)pthread_kill(first, SIGUSR1);
}

static void *take_lock(void *nothing) {
    (void)nothing;
    return (void *)(long)pthread_mutex_trylock(&lock);
}

static int in_thread(void *(*function)(void *)) {
    pthread_t thread;
    void *result;
    if (pthread_create(&thread, NULL, function, NULL) != 0) return 94;
    pthread_join(thread, &result);
    return (int)(long)result;
}

/// Another thread signals the first one.
static int thread_number(void) {
    first = pthread_self();
    signal(SIGUSR1, count_signal);
    read_input();
    int error = in_thread(signal_first);
    return error != 0 ? error : 10 + signals;
}

/// The first thread holds a mutex while it reads its input, that only its owner may unlock.
static int mutex(int kind, int protocol) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, kind);
    pthread_mutexattr_setprotocol(&attributes, protocol);
    pthread_mutex_init(&lock, &attributes);
    pthread_mutex_lock(&lock);
    read_input();
    if (kind == PTHREAD_MUTEX_RECURSIVE) {
        int error = pthread_mutex_trylock(&lock);
        if (error != 0) return error;
        pthread_mutex_unlock(&lock);
    }
    int error = pthread_mutex_unlock(&lock);
    return error != 0 ? error : 20 + in_thread(take_lock);
}

static pthread_rwlock_t writers;

static void *write_lock(void *nothing) {
    (void)nothing;
    return (void *)(long)pthread_rwlock_trywrlock(&writers);
}

/// The same with a lock for readers and writers, whose owner is asked for when it is unlocked.
static int writer(void) {
    pthread_rwlock_init(&writers, NULL);
    pthread_rwlock_wrlock(&writers);
    read_input();
    int error = pthread_rwlock_unlock(&writers);
    return error != 0 ? error : 30 + in_thread(write_lock);
}

/// The input, mapped and never read.
static int mapped(void) {
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
    return page == MAP_FAILED ? 98 : page[0] - '@';
}

/// Memory that a child has none of, or zeroes in its place.
static int without_children(int advice) {
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return 98;
    page[0] = 40;
    if (madvise(page, 4096, advice) != 0) return 97;
    read_input();
    return page[0];
}

int main(int argc, char **argv) {
    if (argc != 2) return 93;
    if (strcmp(argv[1], "positions") == 0) return positions();
    if (strcmp(argv[1], "memory") == 0) return memory(PROT_READ | PROT_WRITE);
    if (strcmp(argv[1], "memory-later") == 0) return memory(PROT_NONE);
    if (strcmp(argv[1], "thread") == 0) return thread_number();
    if (strcmp(argv[1], "recursive") == 0) return mutex(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE);
    if (strcmp(argv[1], "checked") == 0) return mutex(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE);
    if (strcmp(argv[1], "inherits") == 0) return mutex(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_INHERIT);
    if (strcmp(argv[1], "writer") == 0) return writer();
    if (strcmp(argv[1], "mapped") == 0) return mapped();
    if (strcmp(argv[1], "wiped") == 0) return without_children(MADV_WIPEONFORK);
    if (strcmp(argv[1], "left-out") == 0) return without_children(MADV_DONTFORK);
    return 92;
}
