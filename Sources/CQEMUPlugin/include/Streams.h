#ifndef CQEMUPLUGIN_STREAMS_H
#define CQEMUPLUGIN_STREAMS_H

// What a file or a descriptor of the process is, and writing to what is no file to be replaced. Where a
// call can fail it answers with the negated errno.

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// What tells one file from all others, whatever descriptor or path leads to it. The time of its birth
/// is part of it where the file system knows that: numbers are used again once a file is gone.
typedef struct host_identity {
    uint64_t device;
    uint64_t number;
    uint64_t born_seconds;
    uint64_t born_nanoseconds;
    uint32_t kind;
} host_identity;

enum {
    HOST_MISSING = 0,
    HOST_REGULAR = 1,
    HOST_DIRECTORY = 2,
    HOST_LINK = 3,
    HOST_FIFO = 4,
    HOST_CHARACTER = 5,
    HOST_BLOCK = 6,
    HOST_SOCKET = 7
};

/// What the path is, a link not followed: HOST_MISSING and so on, or -errno.
int host_kind(const char *path);
/// Length of what a link says, in `buffer`, or -errno.
int64_t host_read_link(const char *path, char *buffer, size_t bytes);

/// What the descriptor leads to; 0 or -errno.
int host_identify(int descriptor, host_identity *identity);
/// What the path leads to, links followed; 0 or -errno.
int host_identify_path(const char *path, host_identity *identity);

/// A descriptor of the caller's own to write to the end of that file: of what `descriptor` has open, if
/// it still is that file, else of what is opened by `path`. A descriptor below 0 and a path of NULL are
/// none. Never waits; a FIFO without a reader is -ENXIO.
int host_reach(int descriptor, const char *path, const host_identity *identity);

/// Keeps others from the file's lock until the process has closed and unmapped the file; 0 or -errno.
int host_lock_file(int descriptor);

#pragma GCC visibility pop
#endif
