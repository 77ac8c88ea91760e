#define _GNU_SOURCE
#include "Memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void *host_map(size_t bytes) {
    void *address = mmap(
        NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

void host_unmap(void *address, size_t bytes) { munmap(address, bytes); }

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

void host_free(const void *memory) { free((void *)memory); }
