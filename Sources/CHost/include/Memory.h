#ifndef CHOST_MEMORY_H
#define CHOST_MEMORY_H

// Memory of the process, of its own and of files.

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Zeroed private pages that take no memory until they are touched; NULL on failure.
void *host_map(size_t bytes);
void host_unmap(void *address, size_t bytes);
/// Maps a part of a file, shared with whoever reads it, readable and writable; NULL on failure.
void *host_map_file(int descriptor, uint64_t offset, size_t bytes);
/// The same as `host_reserve`, by a mapping of the bytes alone; -EINVAL before Linux 5.14.
int host_fill(void *address, size_t bytes);
/// Puts the mapping at `from` in the place of what is mapped at `to`; 0 or -errno.
int host_move_mapping(void *from, void *to, size_t bytes);
/// A store that comes after all stores before it, for whoever reads the memory.
void host_publish(uint64_t *place, uint64_t value);
/// Bytes of this process's memory, fewer where it ends, or -errno. What is mapped from a file that has
/// become shorter is an error, where looking at it would be a signal.
int64_t host_read_memory(uint64_t address, void *buffer, size_t bytes);
/// Calls `body`; false where it has touched memory behind the end of a mapped file (SIGBUS): it is left there and then.
/// It must not call this function. All other signals go where they went before.
_Bool host_guard(void (*body)(void *context), void *context);
/// Before the library is unloaded: puts back the signal's handler that was there before.
void host_stop_guarding(void);
/// Frees what QEMU handed over (its allocator is libc's).
void host_free(const void *memory);

#pragma GCC visibility pop
#endif
