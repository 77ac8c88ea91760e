// What the guest shares with whoever is in its process: descriptors, the umask, and where files lie in memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int function(void);

enum { PAGE = 4096, ROUNDS = 1000 };
static volatile int is_over;

/// Executes code at one new place after the other, as what a compiler makes at run time; opens nothing.
static void *make_code(void *ignored) {
    for (int round = 0; round < ROUNDS; round++) {
        unsigned char *code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        code[0] = 0xC3;
        ((void (*)(void))code)();
    }
    is_over = 1;
    return ignored;
}

/// While another thread does that, this one opens and closes files, which must be as if it were alone.
static int opens(void) {
    pthread_t thread;
    int file = open("/dev/null", O_WRONLY);
    int expected = file + 1;
    pthread_create(&thread, NULL, make_code, NULL);
    long others = 0, failures = 0;
    while (!is_over) {
        int opened = open("/dev/null", O_RDONLY);
        others += opened != expected;
        close(opened);
        if (dup2(file, expected) < 0) failures++;
        for (int count = 0; count < 20; count++) failures += write(expected, "x", 1) != 1;
        failures += close(expected) != 0;
    }
    pthread_join(thread, NULL);
    printf("%ld other numbers, %ld failures\n", others, failures);
    return 0;
}

/// Calls a library for the first time while the process can open no file more.
static int full(const char *path) {
    function *early = (function *)dlsym(dlopen(path, RTLD_NOW), "early");
    struct rlimit limit = {64, 64};
    setrlimit(RLIMIT_NOFILE, &limit);
    int last = -1;
    for (int opened; (opened = open("/dev/null", O_RDONLY)) >= 0;) last = opened;
    int result = early();
    printf("%d %d\n", last, result);
    return 0;
}

/// Puts code of its own over a page of a library, and calls that.
static int over(const char *path, const char *way) {
    void *library = dlopen(path, RTLD_NOW);
    function *early = (function *)dlsym(library, "early"), *late = (function *)dlsym(library, "late");
    early();
    char *page = (char *)((uintptr_t)late & -(uintptr_t)PAGE);
    void *there = MAP_FAILED;
    int rights = PROT_READ | PROT_WRITE | PROT_EXEC, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    if (!strcmp(way, "mmap")) {
        there = mmap(page, PAGE, rights, flags | MAP_FIXED, -1, 0);
    } else if (!strcmp(way, "mremap")) {
        there = mremap(mmap(NULL, PAGE, rights, flags, -1, 0), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page);
    } else {
        int memory = shmget(IPC_PRIVATE, PAGE, 0700 | IPC_CREAT);
        there = shmat(memory, page, SHM_REMAP | SHM_EXEC);
        shmctl(memory, IPC_RMID, NULL);
    }
    if (there != page) return 1;
    memset(page, 0xC3, PAGE);
    late();
    _exit(0);
}

/// Ends with a umask of its own.
static int mask(void) {
    umask(0);
    return 0;
}

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "";
    if (!strcmp(what, "opens")) return opens();
    if (!strcmp(what, "full")) return full(arguments[2]);
    if (!strcmp(what, "over")) return over(arguments[2], arguments[3]);
    return !strcmp(what, "mask") ? mask() : 2;
}
