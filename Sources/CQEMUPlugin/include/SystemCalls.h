#ifndef CQEMUPLUGIN_SYSTEMCALLS_H
#define CQEMUPLUGIN_SYSTEMCALLS_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Linux's name of a system call of a guest, which QEMU's name of its architecture tells (not NUL-terminated); NULL
/// where it is not known.
const char *qemu_system_call_name(const uint8_t *target, size_t length, int64_t number);

#pragma GCC visibility pop
#endif
