#define _GNU_SOURCE
#include "Host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static int status(int result) { return result < 0 ? -errno : result; }

void *host_map(size_t bytes) {
    void *address = mmap(
        NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

void host_unmap(void *address, size_t bytes) { munmap(address, bytes); }

uint64_t host_file_size_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
    return limit.rlim_cur;
}

/// Going over the limit is a signal that ends the process.
static int is_over_limit(uint64_t length) { return length > host_file_size_limit(); }

int host_set_length(int descriptor, uint64_t bytes) {
    if (is_over_limit(bytes)) return -EFBIG;
    int result;
    do {
        result = ftruncate(descriptor, (off_t)bytes);
    } while (result < 0 && errno == EINTR);
    return status(result);
}

int host_reserve(int descriptor, uint64_t offset, uint64_t bytes) {
    if (is_over_limit(offset + bytes)) return -EFBIG;
    int error;
    do {
        error = posix_fallocate(descriptor, (off_t)offset, (off_t)bytes);
    } while (error == EINTR);
    return -error;
}

void *host_map_file(int descriptor, uint64_t offset, size_t bytes) {
    void *address =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, (off_t)offset);
    if (address == MAP_FAILED) return NULL;
    // Else the system takes pages of up to megabytes, and clears each whole at its first byte.
    madvise(address, bytes, MADV_RANDOM);
    return address;
}

int host_fill(void *address, size_t bytes) {
    if (bytes == 0 || madvise(address, bytes, MADV_POPULATE_WRITE) == 0) return 0;
    // The mapping is sound, so what failed is the disk behind it.
    return errno == EFAULT ? -ENOSPC : -errno;
}

int host_move_mapping(void *from, void *to, size_t bytes) {
    void *moved = mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);
    return moved == MAP_FAILED ? -errno : 0;
}

void host_publish(uint64_t *place, uint64_t value) {
    __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

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

// AFL's protocol. The parent writes four bytes for each run; the server answers with the child's number and then with
// its wait status, four bytes each. At the beginning it writes four bytes, which say that it is there.
enum { FORK_REQUESTS = 198, FORK_ANSWERS = 199 };

_Bool host_has_fork_requests(void) {
    return fcntl(FORK_REQUESTS, F_GETFD) >= 0 && fcntl(FORK_ANSWERS, F_GETFD) >= 0;
}

static _Bool answer(int32_t value) {
    return host_write(FORK_ANSWERS, &value, sizeof value) == 0;
}

static _Bool is_asked(void) {
    // Four bytes go through a pipe as one.
    int32_t wasKilled;
    return host_read(FORK_REQUESTS, &wasKilled, sizeof wasKilled) == sizeof wasKilled;
}

static int32_t await_end(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}

_Bool host_serve_forks(void) {
    if (!answer(0)) return 1;
    while (is_asked()) {
        pid_t child = fork();
        if (child == 0) {
            // What it starts in turn ends with it, where the parent ends the group.
            setpgid(0, 0);
            close(FORK_REQUESTS);
            close(FORK_ANSWERS);
            return 0;
        }
        if (child < 0 || !answer(child) || !answer(await_end(child))) break;
    }
    return 1;
}

_Bool host_is_text(const char *first, const unsigned char *second) {
    return strcmp(first, (const char *)second) == 0;
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

void host_await_threads(unsigned int milliseconds) {
    enum { STEPS_PER_MILLISECOND = 20 };
    const struct timespec step = {0, 1000000 / STEPS_PER_MILLISECOND};
    unsigned long left = (unsigned long)milliseconds * STEPS_PER_MILLISECOND;
    DIR *threads = opendir("/proc/self/task");
    if (threads == NULL) return;
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;) {
        if (thread->d_name[0] == '.' || atoi(thread->d_name) == gettid()) continue;
        for (; left > 0 && thread_state(thread->d_name) == 'R'; left--) nanosleep(&step, NULL);
    }
    closedir(threads);
}

static pthread_mutex_t keep_lock = PTHREAD_MUTEX_INITIALIZER;
void qemu_keep_lock(void) { pthread_mutex_lock(&keep_lock); }
void qemu_keep_unlock(void) { pthread_mutex_unlock(&keep_lock); }
int qemu_keep_over_forks(void) {
    return -pthread_atfork(qemu_keep_lock, qemu_keep_unlock, qemu_keep_unlock);
}

static __thread struct {
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

void host_sleep_milliseconds(unsigned int milliseconds) {
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    nanosleep(&time, NULL);
}

int64_t host_name(char *buffer, size_t bytes) {
    if (gethostname(buffer, bytes) < 0) return -errno;
    buffer[bytes - 1] = 0;
    return (int64_t)strlen(buffer);
}

static int open_retrying(const char *path, int flags) {
    int descriptor;
    do {
        descriptor = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return status(descriptor);
}

int host_open_to_change(const char *path) { return open_retrying(path, O_RDWR); }
int host_open_to_read(const char *path) { return open_retrying(path, O_RDONLY); }
int host_create(const char *path) { return open_retrying(path, O_RDWR | O_CREAT | O_EXCL); }
int host_create_nameless(const char *folder) { return open_retrying(folder, O_RDWR | O_TMPFILE); }
int host_close(int descriptor) { return status(close(descriptor)); }

int64_t host_read(int descriptor, void *buffer, size_t bytes) {
    ssize_t count;
    do {
        count = read(descriptor, buffer, bytes);
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

int64_t host_read_at(int descriptor, void *buffer, size_t bytes, uint64_t offset) {
    ssize_t count;
    do {
        count = pread(descriptor, buffer, bytes, (off_t)offset);
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

_Bool host_takes_more(int descriptor) {
    struct pollfd wanted = {descriptor, POLLOUT, 0};
    return poll(&wanted, 1, 10000) != 0;
}

static int write_all(int descriptor, const char *next, size_t bytes) {
    while (bytes > 0) {
        ssize_t count = write(descriptor, next, bytes);
        int error = count < 0 ? errno : 0;
        if (error != 0 && error != EINTR && error != EAGAIN) return -error;
        // A descriptor that takes nothing and names no error would loop for ever.
        if (count == 0) return -EIO;
        if (count > 0) {
            next += count;
            bytes -= (size_t)count;
        }
        // Whoever shares a terminal or a pipe can have made it one that does not wait. Where it waits, a
        // signal came, which may be to end the process: that is not kept from it for long.
        if (bytes > 0 && !host_takes_more(descriptor)) return error == EINTR ? -EINTR : -EAGAIN;
    }
    return 0;
}

int host_write(int descriptor, const void *buffer, size_t bytes) {
    // Signals that a write itself raises are not the guest's: they are kept back, and taken away unless
    // one was there before.
    sigset_t raised, pending, old;
    sigemptyset(&raised);
    sigaddset(&raised, SIGPIPE);
    sigaddset(&raised, SIGXFSZ);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &raised, &old);
    int result = write_all(descriptor, buffer, bytes);
    if (result == -EPIPE && !sigismember(&pending, SIGPIPE)) sigdelset(&raised, SIGXFSZ);
    else if (result == -EFBIG && !sigismember(&pending, SIGXFSZ)) sigdelset(&raised, SIGPIPE);
    else sigemptyset(&raised);
    struct timespec none = {0, 0};
    if (!sigisemptyset(&raised)) sigtimedwait(&raised, NULL, &none);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return result;
}

int host_rename(const char *from, const char *to) {
    // Where a file is replaced, ext4 first writes the new one out, for milliseconds; where two change
    // names, it does not. Nothing of a trace needs to outlive the machine's own end.
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) return status(unlink(from));
    return status(rename(from, to));
}
int host_unlink(const char *path) { return status(unlink(path)); }

int host_read_stamp(const char *path, struct host_stamp *stamp) {
    struct stat information;
    if (stat(path, &information) < 0) return -errno;
    *stamp = (struct host_stamp){
        .device = information.st_dev,
        .inode = information.st_ino,
        .size = (uint64_t)information.st_size,
        .modified = information.st_mtim.tv_sec * 1000000000 + information.st_mtim.tv_nsec,
        .changed = information.st_ctim.tv_sec * 1000000000 + information.st_ctim.tv_nsec,
    };
    return 0;
}

int64_t host_read_memory(uint64_t address, void *buffer, size_t bytes) {
    struct iovec to = {buffer, bytes};
    struct iovec from = {(void *)(uintptr_t)address, bytes};
    ssize_t count = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
    if (count >= 0) return count;
    if (errno != ENOSYS && errno != EPERM) return -errno;
    // Some containers forbid the call.
    memcpy(buffer, from.iov_base, bytes);
    return (int64_t)bytes;
}

int host_can_write(const char *path) {
    return status(faccessat(AT_FDCWD, path, W_OK, AT_EACCESS));
}

int64_t host_real_path(const char *path, char *buffer, size_t bytes) {
    char *resolved = realpath(path, NULL);
    if (resolved == NULL) return -errno;
    size_t length = strlen(resolved);
    int64_t result = -ENAMETOOLONG;
    if (length < bytes) {
        memcpy(buffer, resolved, length + 1);
        result = (int64_t)length;
    }
    free(resolved);
    return result;
}

int64_t host_current_directory(char *buffer, size_t bytes) {
    return getcwd(buffer, bytes) == NULL ? -errno : (int64_t)strlen(buffer);
}

_Bool host_matches(const char *pattern, const char *text) {
    return fnmatch(pattern, text, 0) == 0;
}

int host_process_id(void) { return getpid(); }
void host_exit(int status) { _exit(status); }
long host_page_size(void) { return sysconf(_SC_PAGESIZE); }
const char *host_error_text(int error) { return strerror(error); }
void host_free(const void *memory) { free((void *)memory); }
