#ifndef CQEMUPLUGIN_VALUES_H
#define CQEMUPLUGIN_VALUES_H

// The types of QEMU's plugin interface.

#include <stddef.h>
#include <stdint.h>

#include "Handles.h"

/// What QEMU says about itself at install; it lives for the length of that call.
typedef struct qemu_info_t {
    const char *target_name;
    struct {
        int min;
        int cur;
    } version;
    _Bool system_emulation;
    struct {
        int smp_vcpus;
        int max_vcpus;
    } system;
} qemu_info_t;

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
struct qemu_plugin_scoreboard;

/// A 64-bit value of which each vCPU has its own (from version 2 on).
typedef struct {
    struct qemu_plugin_scoreboard *score;
    size_t offset;
} qemu_plugin_u64;

/// What was read or written in memory (from version 4 on).
typedef struct {
    /// The size as a power of two, 0 (a byte) to 4.
    int type;
    union {
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
        uint64_t u64;
        struct {
            uint64_t low, high;
        } u128;
    } data;
} qemu_plugin_mem_value;

/// Inline operations: the one that all versions have, and one from version 3 on.
enum { QEMU_PLUGIN_INLINE_ADD_U64 = 0, QEMU_PLUGIN_INLINE_STORE_U64 = 1 };

/// What QEMU calls a plugin with when it has loaded it.
struct qemu_install_arguments {
    uint64_t id;
    const qemu_info_t *information;
    int count;
    char *const *arguments;
};

#endif
