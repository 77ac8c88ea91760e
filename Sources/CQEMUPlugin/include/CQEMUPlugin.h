#ifndef CQEMUPLUGIN_H
#define CQEMUPLUGIN_H

// Declarations of the part of QEMU's plugin interface (versions 1 to 7, QEMU 6.0 to 11.1) that the
// QEMUPlugin target wraps. QEMU resolves these names when it loads the plugin.
//
// What not every version has is weak: a name that is missing becomes a null address and not a failed
// load, and `qemu_has_…` says whether it is there. Callbacks have two shapes: up to version 6 most get
// the plugin's id first, from 7 on none does and the caller's `userdata` comes last instead. A
// function that registers callbacks is declared in its longest form; the older QEMUs do not look at
// the last argument.

#include <stddef.h>
#include <stdint.h>

#include "Host.h"

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
struct qemu_plugin_scoreboard;

/// A 64-bit value of which each vCPU has its own (from version 2 on).
typedef struct {
    struct qemu_plugin_scoreboard *score;
    size_t offset;
} qemu_plugin_u64;

#define QEMU_WEAK __attribute__((weak))

/// The one inline operation that all versions have.
enum { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };
/// A callback that looks at no register of the guest.
enum { QEMU_PLUGIN_CB_NO_REGS = 0 };
/// The condition "equal", from version 3 on.
enum { QEMU_PLUGIN_COND_EQ = 2 };

typedef void (*qemu_plugin_vcpu_udata_cb_t)(unsigned int vcpu, void *userdata);
/// Any callback whose shape depends on the version.
typedef void (*qemu_plugin_callback)(void);

/// The plugin's entry, which the plugin defines; other than 0 stops QEMU.
__attribute__((visibility("default"))) int qemu_plugin_install(
    uint64_t id, const qemu_info_t *info, int argc, char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_syscall_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_vcpu_syscall_ret_cb(
    uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_register_atexit_cb(uint64_t id, qemu_plugin_callback callback, void *userdata);
void qemu_plugin_reset(uint64_t id, qemu_plugin_callback callback, void *userdata);

void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t callback, int flags, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, int flags,
    void *userdata);
/// Version 1 alone.
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_inline(
    struct qemu_plugin_tb *tb, int operation, void *counter, uint64_t immediate);
/// From version 2 on.
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
    struct qemu_plugin_tb *tb, int operation, qemu_plugin_u64 entry, uint64_t immediate);
/// From version 3 on.
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_cond_cb(
    struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t callback, int flags, int condition,
    qemu_plugin_u64 entry, uint64_t immediate, void *userdata);

/// These from version 2 on.
QEMU_WEAK struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
QEMU_WEAK void *qemu_plugin_scoreboard_find(
    struct qemu_plugin_scoreboard *score, unsigned int vcpu);
QEMU_WEAK int qemu_plugin_num_vcpus(void);

/// Whether this QEMU has a function that not every one has.
_Bool qemu_has_tb_exec_inline(void);
_Bool qemu_has_tb_exec_inline_per_vcpu(void);
_Bool qemu_has_tb_exec_cond_cb(void);
_Bool qemu_has_scoreboards(void);
_Bool qemu_has_program(void);

/// QEMU's own release, 70222 for 7.2.22; 0 where it is not found. It searches the program's constants,
/// which takes about a millisecond.
long qemu_release(void);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

/// The program of a user-mode QEMU, absent before 7.0 and from 10.0 in user mode. The path is NULL
/// where there is no program; otherwise the caller's to free (`host_free`).
QEMU_WEAK const char *qemu_plugin_path_to_binary(void);
QEMU_WEAK uint64_t qemu_plugin_start_code(void);
QEMU_WEAK uint64_t qemu_plugin_end_code(void);

#endif
