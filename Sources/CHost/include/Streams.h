#ifndef CHOST_STREAMS_H
#define CHOST_STREAMS_H

// What a descriptor of the process leads to, and writing to what is no file to be replaced.

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

/// What the descriptor leads to; 0 or -errno.
int host_identify(int descriptor, host_identity *identity);
/// What the path leads to, links followed; 0 or -errno.
int host_identify_path(const char *path, host_identity *identity);

/// A descriptor of the caller's own to write to the end of that file: of what `descriptor` has open, if
/// it still is that file, else of what is opened by `path`. A descriptor below 0 and a path of NULL are
/// none. Never waits; a FIFO without a reader is -ENXIO.
int host_reach(int descriptor, const char *path, const host_identity *identity);

#pragma GCC visibility pop
#endif
