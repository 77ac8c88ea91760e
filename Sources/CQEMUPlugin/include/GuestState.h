#ifndef CQEMUPLUGIN_GUESTSTATE_H
#define CQEMUPLUGIN_GUESTSTATE_H

// Registers and memory of the guest without GLib's types, in which QEMU hands them over. What is read
// stands in a buffer of the calling thread's, which its next read overwrites.

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Calls `each` with every register of the calling thread's vCPU. `read_only` is -1 where QEMU does
/// not say, before version 6.
void qemu_registers(
    void (*each)(
        void *context, void *handle, const char *name, const char *feature, int read_only),
    void *context);

/// How many bytes were read, and where they are; -1 where QEMU refuses.
int64_t qemu_read_register(void *handle, const void **bytes);
_Bool qemu_write_register(void *handle, const void *bytes, size_t count);

/// The bytes, or NULL where QEMU refuses.
const void *qemu_read_memory(uint64_t address, size_t count);
_Bool qemu_write_memory(uint64_t address, const void *bytes, size_t count);
/// 0, or which error; QEMU's `qemu_plugin_hwaddr_operation_result`.
int qemu_read_physical(uint64_t address, size_t count, const void **bytes);
int qemu_write_physical(uint64_t address, const void *bytes, size_t count);

#pragma GCC visibility pop
#endif
