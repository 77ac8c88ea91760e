#define _GNU_SOURCE
#include "Files.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int status(int result) { return result < 0 ? -errno : result; }

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

static int open_retrying(const char *path, int flags) {
    int descriptor;
    do {
        descriptor = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return status(descriptor);
}

int host_open_to_change(const char *path) { return open_retrying(path, O_RDWR); }
int host_open_to_read(const char *path) { return open_retrying(path, O_RDONLY); }

static mode_t creation_mask;
void host_note_creation_mask(void) {
    creation_mask = umask(0);
    umask(creation_mask);
}

int host_create(const char *path) {
    int descriptor = open_retrying(path, O_RDWR | O_CREAT | O_EXCL);
    // The guest's mask of this moment has cut the mode, too.
    if (descriptor >= 0) fchmod(descriptor, 0666 & ~creation_mask);
    return descriptor;
}

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

_Bool host_is_text(const char *first, const unsigned char *second) {
    return strcmp(first, (const char *)second) == 0;
}

_Bool host_has_word(const unsigned char *words, const char *word) {
    size_t length = strlen(word);
    const char *all = (const char *)words, *place = all;
    while ((place = strstr(place, word)) != NULL) {
        const char *end = place + length;
        if ((place == all || place[-1] == ' ') && (*end == ' ' || *end == 0)) return 1;
        place = end;
    }
    return 0;
}

int host_kind(const char *path) {
    struct stat information;
    if (lstat(path, &information) < 0) return errno == ENOENT ? HOST_MISSING : -errno;
    switch (information.st_mode & S_IFMT) {
    case S_IFREG: return HOST_REGULAR;
    case S_IFDIR: return HOST_DIRECTORY;
    case S_IFLNK: return HOST_LINK;
    case S_IFIFO: return HOST_FIFO;
    case S_IFCHR: return HOST_CHARACTER;
    case S_IFBLK: return HOST_BLOCK;
    default: return HOST_SOCKET;
    }
}

int64_t host_read_link(const char *path, char *buffer, size_t bytes) {
    ssize_t length = readlink(path, buffer, bytes);
    if (length < 0) return -errno;
    return (size_t)length < bytes ? length : -ENAMETOOLONG;
}

int host_lock_file(int descriptor) { return status(flock(descriptor, LOCK_EX | LOCK_NB)); }
