#ifndef CQEMUPLUGIN_GUESTSTATE_H
#define CQEMUPLUGIN_GUESTSTATE_H

// Registers and memory of the guest without GLib's types, in which QEMU hands them over. All are for
// callbacks on a vCPU's thread, and about that vCPU.

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Calls `each` with every register of the vCPU. The handle is a number, of which none means that there is
/// no register. `read_only` is -1 where QEMU does not say, before version 6.
void qemu_registers(
    void (*each)(
        void *context, uintptr_t handle, const char *name, const char *feature, int read_only),
    void *context);

/// What was read, in a buffer that is the caller's until it is given back. Each read gets another one.
typedef struct qemu_lent {
    struct qemu_bytes *buffer;
    /// NULL where QEMU refuses, or where it has read another number of bytes than was asked for.
    const void *bytes;
    size_t count;
} qemu_lent;
/// Gives back what was lent, whether there were bytes or not.
void qemu_give_back(qemu_lent lent);

qemu_lent qemu_read_register(uintptr_t handle);

/// A number that was read. Plugins read them often, so nothing is lent.
typedef struct qemu_number_read {
    uint64_t value;
    /// False where QEMU refuses, and where there are no bytes or more than 8.
    _Bool is_there;
} qemu_number_read;
qemu_number_read qemu_read_register_number(uintptr_t handle, _Bool is_big_endian);
qemu_number_read qemu_read_memory_number(uint64_t address, size_t count, _Bool is_big_endian);

/// False, without asking QEMU, where the register does not have so many bytes.
_Bool qemu_write_register(uintptr_t handle, const void *bytes, size_t count);

qemu_lent qemu_read_memory(uint64_t address, size_t count);
_Bool qemu_write_memory(uint64_t address, const void *bytes, size_t count);
/// `error` becomes 0, or which error; QEMU's `qemu_plugin_hwaddr_operation_result`.
qemu_lent qemu_read_physical(uint64_t address, size_t count, int *error);
int qemu_write_physical(uint64_t address, const void *bytes, size_t count);

#pragma GCC visibility pop
#endif
