/* Loads the plugin into a stand-in for QEMU (emulator.c), and executes and calls the system from many threads at
   once.

       host PLUGIN FOLDER PROGRAM BLOCKS ROUNDS OPTION...

   Four threads translate and execute the same BLOCKS blocks of PROGRAM, which is mapped at a fixed address,
   ROUNDS times, where PRECISE is in the environment each time up to an instruction of their own choice; and, but
   where SYSTEM is, they map, unmap, fork, and try to execute another program. Each process, forked ones too, leaves
   FOLDER/truth.PID, with address and size of all that it executed. */
#define _GNU_SOURCE
#include "emulator.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MMAP = 9, MUNMAP = 11, FORK = 57, EXECVE = 59 };

static const char *folder;
static int rounds;

/* System calls. */

static void begin(int64_t number, uint64_t first, uint64_t second)
{
    function callback = event(CALLS);
    if (callback)
        ((void (*)(uint64_t, unsigned int, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                   uint64_t, uint64_t, uint64_t))callback)(
            ID, current->index, number, first, second, 0, 0, 0, 0, 0, 0);
}

static void end(int64_t number, int64_t result)
{
    function callback = event(RETURNS);
    if (callback)
        ((void (*)(uint64_t, unsigned int, int64_t, int64_t))callback)(
            ID, current->index, number, result);
}

static void finish(void)
{
    ((void (*)(uint64_t, void *))event(EXIT))(ID, NULL);
}

static void write_truth(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/truth.%d", folder, (int)getpid());
    FILE *file = fopen(path, "w");
    for (int i = 0; i < blocks; i++) {
        int count = atomic_load(&reached[i]);
        if (count)
            fprintf(file, "%lx %d\n", (long)CODE + (long)i * STRIDE, count * INSTRUCTION_SIZE);
    }
    fclose(file);
}

static void fork_child(void)
{
    begin(FORK, 0, 0);
    start_exclusive();
    pthread_mutex_lock(&map_lock);
    pthread_mutex_lock(&plugin_lock);
    pid_t child = fork();
    if (child < 0)
        fail("no child");
    if (child > 0) {
        pthread_mutex_unlock(&plugin_lock);
        pthread_mutex_unlock(&map_lock);
        end_exclusive();
        end(FORK, child);
        int status;
        if (waitpid(child, &status, 0) != child || status != 0)
            fail("a child failed");
        return;
    }
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&plugin_lock, &attributes);
    pthread_mutex_init(&map_lock, NULL);
    for (int i = 0; i < THREADS; i++)
        if (&vcpus[i] != current)
            atomic_store(&is_there[i], 0);
    end_exclusive();
    for (int i = 0; i < blocks; i++)
        atomic_store(&reached[i], 0);
    end(FORK, 0);
    int few = blocks < 32 ? blocks : 32;
    for (int i = 0; i < 2 * few; i++) {
        execute((int)((current->random + (uint64_t)i) % (unsigned int)few));
        begin(MUNMAP, CODE, 4096);
        end(MUNMAP, -1);
    }
    if (is_resetting)
        fail("the child cannot have code translated anew");
    write_truth();
    finish();
    _exit(0);
}

static void map_and_unmap(void)
{
    const size_t size = 8192;
    if (current->mapped) {
        begin(MUNMAP, (uint64_t)current->mapped, size);
        pthread_mutex_lock(&map_lock);
        munmap(current->mapped, size);
        pthread_mutex_unlock(&map_lock);
        end(MUNMAP, 0);
        current->mapped = NULL;
    } else {
        begin(MMAP, 0, size);
        pthread_mutex_lock(&map_lock);
        int file = open(program, O_RDONLY | O_CLOEXEC);
        current->mapped = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
        close(file);
        pthread_mutex_unlock(&map_lock);
        end(MMAP, (int64_t)current->mapped);
    }
}

static pthread_barrier_t barrier;

static void *run(void *vcpu)
{
    current = vcpu;
    current->random = current->index;
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < rounds; i++) {
        for (int block = 0; block < blocks; block++) {
            execute(block);
            if (is_system)
                continue;
            if (next_random() % 64 == 0)
                map_and_unmap();
            begin(MUNMAP, CODE, 4096); /* which fails */
            end(MUNMAP, -1);
        }
        if (is_system)
            continue;
        if (next_random() % ((uint64_t)rounds / 8 + 1) == 0 && !is_precise)
            fork_child();
        if (current->index == 0 && i % 64 == 63) {
            begin(EXECVE, 0, 0); /* which fails */
            end(EXECVE, -2);
        }
    }
    pthread_barrier_wait(&barrier);
    if (current->index == 1)
        write_truth();
    pthread_barrier_wait(&barrier);
    if (current->index < 2)
        finish(); /* both at once */
    return NULL;
}

int main(int count, char **arguments)
{
    if (count < 6)
        return 2;
    folder = arguments[2];
    program = arguments[3];
    blocks = atoi(arguments[4]);
    rounds = atoi(arguments[5]);
    is_precise = getenv("PRECISE") != NULL;
    is_system = getenv("SYSTEM") != NULL;
    translated = calloc((size_t)blocks, sizeof *translated);
    reached = calloc((size_t)blocks, sizeof *reached);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&plugin_lock, &attributes);

    int file = open(program, O_RDWR | O_CREAT, 0666);
    if (file < 0 || ftruncate(file, (off_t)blocks * STRIDE) != 0
        || mmap((void *)CODE, (size_t)blocks * STRIDE, PROT_READ | PROT_EXEC,
                MAP_PRIVATE | MAP_FIXED_NOREPLACE, file, 0) != (void *)CODE)
        fail("no program");
    close(file);

    void *plugin = dlopen(arguments[1], RTLD_NOW);
    if (!plugin)
        fail(dlerror());
    struct {
        const char *target;
        int oldest, version;
        _Bool is_system;
        int vcpus[2];
    } information = {"x86_64", 0, API, 0, {THREADS, THREADS}};
    information.is_system = is_system;
    int (*install)(uint64_t, const void *, int, char **) =
        (int (*)(uint64_t, const void *, int, char **))dlsym(plugin, "qemu_plugin_install");
    if (!install || install(ID, &information, count - 6, arguments + 6) != 0)
        fail("the plugin was not installed");

    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (unsigned int i = 0; i < THREADS; i++) {
        vcpus[i].index = i;
        atomic_store(&is_there[i], 1);
        pthread_create(&threads[i], NULL, run, &vcpus[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%d resets\n", resets);
    return 0;
}
