#define _GNU_SOURCE
#include "Process.h"

#include "Apart.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
void host_lock(void) { pthread_mutex_lock(&lock); }
void host_unlock(void) { pthread_mutex_unlock(&lock); }

static void (*fork_functions[2])(void);
static void before_fork(void) {
    fork_functions[0]();
    host_lock();
}
static void in_child(void) {
    fork_functions[1]();
    host_unlock();
}
int host_on_fork(void (*before)(void), void (*child)(void)) {
    fork_functions[0] = before;
    fork_functions[1] = child;
    return -pthread_atfork(before_fork, host_unlock, in_child);
}

/// The letter for what a thread does; 0 where there is none any more.
static char thread_state(const char *thread) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/self/task/%s/stat", thread);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t length = read(descriptor, line, sizeof line - 1);
    close(descriptor);
    line[length < 0 ? 0 : length] = 0;
    // Behind the name, which can have anything in it.
    const char *end = strrchr(line, ')');
    return end == NULL || end[1] == 0 ? 0 : end[2];
}

struct wait {
    unsigned int milliseconds;
    /// The thread that waits, by its number.
    long caller;
};

static void await_threads(void *context) {
    const struct wait *wait = context;
    enum { STEPS_PER_MILLISECOND = 20 };
    const struct timespec step = {0, 1000000 / STEPS_PER_MILLISECOND};
    unsigned long left = (unsigned long)wait->milliseconds * STEPS_PER_MILLISECOND;
    DIR *threads = opendir("/proc/self/task");
    if (threads == NULL) return;
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;) {
        long number = atol(thread->d_name);
        // Nor for the one that works for it apart.
        if (number == 0 || number == wait->caller || number == syscall(SYS_gettid)) continue;
        for (; left > 0 && thread_state(thread->d_name) == 'R'; left--) nanosleep(&step, NULL);
    }
    closedir(threads);
}

void host_await_threads(unsigned int milliseconds) {
    struct wait wait = {milliseconds, syscall(SYS_gettid)};
    host_work_apart(await_threads, &wait);
}

unsigned int host_thread_count(void) {
    unsigned int count = 0;
    DIR *threads = opendir("/proc/self/task");
    if (threads == NULL) return 0;
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;) {
        if (thread->d_name[0] != '.') count++;
    }
    closedir(threads);
    return count;
}

static pthread_mutex_t library_lock = PTHREAD_MUTEX_INITIALIZER;
void host_library_lock(void) { pthread_mutex_lock(&library_lock); }
void host_library_unlock(void) { pthread_mutex_unlock(&library_lock); }
int host_library_lock_over_forks(void) {
    return -pthread_atfork(host_library_lock, host_library_unlock, host_library_unlock);
}

static __thread struct {
    uint64_t length;
    uint32_t epoch;
    _Bool flags[HOST_THREAD_FLAGS];
} thread;
_Bool host_thread_set(enum host_thread_flag flag, _Bool value) {
    _Bool before = thread.flags[flag];
    thread.flags[flag] = value;
    return before;
}
uint32_t host_thread_set_epoch(uint32_t epoch) {
    uint32_t before = thread.epoch;
    thread.epoch = epoch;
    return before;
}
uint64_t host_thread_set_length(uint64_t bytes) {
    uint64_t before = thread.length;
    thread.length = bytes;
    return before;
}

void host_sleep_milliseconds(unsigned int milliseconds) {
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    nanosleep(&time, NULL);
}

int64_t host_name(char *buffer, size_t bytes) {
    if (gethostname(buffer, bytes) < 0) return -errno;
    buffer[bytes - 1] = 0;
    return (int64_t)strlen(buffer);
}

int host_process_id(void) { return getpid(); }
void host_exit(int status) { _exit(status); }
long host_page_size(void) { return sysconf(_SC_PAGESIZE); }
const char *host_error_text(int error) { return strerror(error); }

struct host_mutex {
    pthread_mutex_t mutex;
};

struct host_mutex *host_mutex_new(void) {
    struct host_mutex *lock = malloc(sizeof *lock);
    if (lock == NULL) abort();
    pthread_mutex_init(&lock->mutex, NULL);
    return lock;
}

void host_mutex_free(struct host_mutex *lock) {
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void host_mutex_take(struct host_mutex *lock) { pthread_mutex_lock(&lock->mutex); }
void host_mutex_give(struct host_mutex *lock) { pthread_mutex_unlock(&lock->mutex); }

uint64_t host_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
