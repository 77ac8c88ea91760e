#ifndef CQEMUPLUGIN_H
#define CQEMUPLUGIN_H

// Declarations of QEMU's plugin interface (versions 1 to 7, QEMU 6.0 to 11.1). QEMU resolves these
// names when it loads the plugin.
//
// What not every version has is weak (Functions.h): a name that is missing becomes a null address and not a failed
// load, and `qemu_has` says whether it is there. Callbacks have two shapes: up to version 6 most get
// the plugin's id first, from 7 on none does and the caller's `userdata` comes last instead. A
// function that registers such callbacks is declared in its longest form; the older QEMUs do not look
// at the last argument. Events.h has those callbacks in one shape.

#include <stddef.h>
#include <stdint.h>

#include "Events.h"
#include "Features.h"
#include "Functions.h"
#include "Room.h"
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
void qemu_plugin_register_flush_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_atexit_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_vcpu_for_each(uint64_t id, qemu_plugin_callback callback, void *userdata);

// Translation blocks.
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t callback, int flags, uintptr_t userdata);

// Instructions.
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);
/// The caller's to free (`host_free`).
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);
/// An instruction's bytes (`qemu_plugin_insn_data`), of which at most `size` are copied; how many. Up
/// to version 2 QEMU gives a pointer, from 3 on it copies.
size_t qemu_copy_insn_data(const struct qemu_plugin_insn *insn, void *bytes, size_t size);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, int flags,
    uintptr_t userdata);

// Memory accesses.
void qemu_plugin_register_vcpu_mem_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_vcpu_mem_cb_t callback, int flags, int accesses,
    uintptr_t userdata);
unsigned int qemu_plugin_mem_size_shift(uint32_t information);
_Bool qemu_plugin_mem_is_sign_extended(uint32_t information);
_Bool qemu_plugin_mem_is_big_endian(uint32_t information);
_Bool qemu_plugin_mem_is_store(uint32_t information);
/// NULL in user mode.
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t information, uint64_t address);
_Bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);

// The rest.
void qemu_plugin_outs(const char *text);

// What not every QEMU has.
struct qemu_array;
struct qemu_bytes;
#define QEMU_DECLARE(result, name, parameters) QEMU_WEAK result qemu_plugin_##name parameters;
#define QEMU_NOTHING(name, function)
QEMU_FUNCTIONS(QEMU_DECLARE, QEMU_NOTHING)
#undef QEMU_DECLARE
#undef QEMU_NOTHING

#include "GuestState.h"

/// QEMU's own release, 70222 for 7.2.22; 0 where it is not found. It searches the program's constants,
/// which takes about a millisecond.
long qemu_release(void);

#endif
