#ifndef CQEMUPLUGIN_H
#define CQEMUPLUGIN_H

// Declarations of QEMU's plugin interface (versions 1 to 7, QEMU 6.0 to 11.1). QEMU resolves these
// names when it loads the plugin.
//
// What not every version has is weak: a name that is missing becomes a null address and not a failed
// load, and `qemu_has` says whether it is there. Callbacks have two shapes: up to version 6 most get
// the plugin's id first, from 7 on none does and the caller's `userdata` comes last instead. A
// function that registers such callbacks is declared in its longest form; the older QEMUs do not look
// at the last argument. Events.h has those callbacks in one shape.

#include <stddef.h>
#include <stdint.h>

#include "Events.h"
#include "Features.h"
#include "Host.h"
#include "Streams.h"
#include "SystemCalls.h"
#include "Values.h"

#define QEMU_WEAK __attribute__((weak))

/// Any callback whose shape depends on the version.
typedef void (*qemu_plugin_callback)(void);
/// A block's or an instruction's execution. `userdata` is a word that is the plugin's own. QEMU has a
/// number in the place of the vCPU, and here and in the next in that of the access (Values.h).
typedef void (*qemu_plugin_vcpu_udata_cb_t)(qemu_vcpu vcpu, uintptr_t userdata);
/// A memory access.
typedef void (*qemu_plugin_vcpu_mem_cb_t)(
    qemu_vcpu vcpu, qemu_access access, uint64_t address, uintptr_t userdata);

// Installation. QEMU calls `qemu_plugin_install`, which version.c has, and that one the plugin's own; other
// than 0 stops QEMU.
int swift_plugin_install(qemu_install_call call) __attribute__((weak, visibility("hidden")));
void qemu_plugin_reset(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_uninstall(uint64_t id, qemu_plugin_callback callback, void *userdata);

// Events.
void qemu_plugin_register_vcpu_init_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_exit_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_idle_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_resume_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_tb_trans_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_syscall_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_syscall_ret_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
/// From version 6 on.
QEMU_WEAK void qemu_plugin_register_vcpu_syscall_filter_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
/// From QEMU 10.2 on, whose version is 5.
QEMU_WEAK void qemu_plugin_register_vcpu_discon_cb(
    uint64_t id, int kinds, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_flush_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_atexit_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_vcpu_for_each(uint64_t id, qemu_plugin_callback callback, void *userdata);

// Translation blocks.
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t callback, int flags, uintptr_t userdata);
/// Version 1 alone.
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_inline(
    struct qemu_plugin_tb *tb, int operation, void *counter, uint64_t immediate);
/// From version 2 on.
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
    struct qemu_plugin_tb *tb, int operation, qemu_plugin_u64 entry, uint64_t immediate);
/// From version 3 on.
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_cond_cb(
    struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t callback, int flags, int condition,
    qemu_plugin_u64 entry, uint64_t immediate, uintptr_t userdata);

// Instructions.
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);
/// The caller's to free (`host_free`).
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);
/// Not exported by QEMU 6.0 and 6.1.
QEMU_WEAK const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *insn);
/// An instruction's bytes (`qemu_plugin_insn_data`), of which at most `size` are copied; how many. Up
/// to version 2 QEMU gives a pointer, from 3 on it copies.
size_t qemu_copy_insn_data(const struct qemu_plugin_insn *insn, void *bytes, size_t size);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, int flags,
    uintptr_t userdata);
/// Version 1 alone.
QEMU_WEAK void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *insn, int operation, void *counter, uint64_t immediate);
/// From version 2 on.
QEMU_WEAK void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
    struct qemu_plugin_insn *insn, int operation, qemu_plugin_u64 entry, uint64_t immediate);
/// From version 3 on.
QEMU_WEAK void qemu_plugin_register_vcpu_insn_exec_cond_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, int flags, int condition,
    qemu_plugin_u64 entry, uint64_t immediate, uintptr_t userdata);

// Memory accesses.
void qemu_plugin_register_vcpu_mem_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_vcpu_mem_cb_t callback, int flags, int accesses,
    uintptr_t userdata);
/// Version 1 alone.
QEMU_WEAK void qemu_plugin_register_vcpu_mem_inline(
    struct qemu_plugin_insn *insn, int accesses, int operation, void *counter, uint64_t immediate);
/// From version 2 on.
QEMU_WEAK void qemu_plugin_register_vcpu_mem_inline_per_vcpu(
    struct qemu_plugin_insn *insn, int accesses, int operation, qemu_plugin_u64 entry,
    uint64_t immediate);
unsigned int qemu_plugin_mem_size_shift(uint32_t information);
_Bool qemu_plugin_mem_is_sign_extended(uint32_t information);
_Bool qemu_plugin_mem_is_big_endian(uint32_t information);
_Bool qemu_plugin_mem_is_store(uint32_t information);
/// From version 4 on.
QEMU_WEAK qemu_plugin_mem_value qemu_plugin_mem_get_value(uint32_t information);
/// NULL in user mode.
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t information, uint64_t address);
_Bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
/// These two are not exported by QEMU 6.0 and 6.1.
QEMU_WEAK uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);
QEMU_WEAK const char *qemu_plugin_hwaddr_device_name(const struct qemu_plugin_hwaddr *address);

// Scoreboards, from version 2 on.
QEMU_WEAK struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
QEMU_WEAK void qemu_plugin_scoreboard_free(struct qemu_plugin_scoreboard *score);
QEMU_WEAK void *qemu_plugin_scoreboard_find(
    struct qemu_plugin_scoreboard *score, unsigned int vcpu);
QEMU_WEAK void qemu_plugin_u64_add(qemu_plugin_u64 entry, unsigned int vcpu, uint64_t added);
QEMU_WEAK uint64_t qemu_plugin_u64_get(qemu_plugin_u64 entry, unsigned int vcpu);
QEMU_WEAK void qemu_plugin_u64_set(qemu_plugin_u64 entry, unsigned int vcpu, uint64_t value);
QEMU_WEAK uint64_t qemu_plugin_u64_sum(qemu_plugin_u64 entry);

// vCPUs: the first from version 2 on, the others in version 1 alone (-1 in user mode).
QEMU_WEAK int qemu_plugin_num_vcpus(void);
QEMU_WEAK int qemu_plugin_n_vcpus(void);
QEMU_WEAK int qemu_plugin_n_max_vcpus(void);

// Registers and memory, for which GuestState.h has calls without GLib's types: the first two from
// version 2 on, the next from 4 on, the rest from 5 on but for the last, from 6 on.
struct qemu_array;
struct qemu_bytes;
QEMU_WEAK struct qemu_array *qemu_plugin_get_registers(void);
/// How many bytes or -1 up to version 5; 0 or 1, of which only the low byte is set, from 6 on.
QEMU_WEAK int qemu_plugin_read_register(uintptr_t handle, struct qemu_bytes *bytes);
QEMU_WEAK _Bool qemu_plugin_read_memory_vaddr(
    uint64_t address, struct qemu_bytes *bytes, size_t length);
/// As `qemu_plugin_read_register`.
QEMU_WEAK int qemu_plugin_write_register(uintptr_t handle, struct qemu_bytes *bytes);
QEMU_WEAK _Bool qemu_plugin_write_memory_vaddr(uint64_t address, struct qemu_bytes *bytes);
QEMU_WEAK int qemu_plugin_read_memory_hwaddr(
    uint64_t address, struct qemu_bytes *bytes, size_t length);
QEMU_WEAK int qemu_plugin_write_memory_hwaddr(uint64_t address, struct qemu_bytes *bytes);
QEMU_WEAK _Bool qemu_plugin_translate_vaddr(uint64_t address, uint64_t *physical);
QEMU_WEAK _Noreturn void qemu_plugin_set_pc(uint64_t address);

// Time, from version 3 on.
QEMU_WEAK const void *qemu_plugin_request_time_control(void);
QEMU_WEAK void qemu_plugin_update_ns(const void *handle, int64_t nanoseconds);

// The rest.
void qemu_plugin_outs(const char *text);
/// Not in QEMU before 6.2.
QEMU_WEAK _Bool qemu_plugin_bool_parse(const char *name, const char *value, _Bool *result);
/// The program of a user-mode QEMU, absent before 7.0 and from 10.0 in user mode. The path is NULL
/// where there is no program; otherwise the caller's to free (`host_free`).
QEMU_WEAK const char *qemu_plugin_path_to_binary(void);
QEMU_WEAK uint64_t qemu_plugin_start_code(void);
QEMU_WEAK uint64_t qemu_plugin_end_code(void);
QEMU_WEAK uint64_t qemu_plugin_entry_code(void);

#include "GuestState.h"

/// QEMU's own release, 70222 for 7.2.22; 0 where it is not found. It searches the program's constants,
/// which takes about a millisecond.
long qemu_release(void);

#endif
