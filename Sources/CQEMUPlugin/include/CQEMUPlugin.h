#ifndef CQEMUPLUGIN_H
#define CQEMUPLUGIN_H

// Declarations of the part of QEMU's plugin interface (version 1, QEMU 6.0 to 8.2) that the
// QEMUPlugin target wraps. QEMU resolves these names when it loads the plugin.

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

/// The one inline operation that interface version 1 has.
enum { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };

typedef void (*qemu_plugin_udata_cb_t)(uint64_t id, void *userdata);
typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_vcpu_syscall_ret_cb_t)(
    uint64_t id, unsigned int vcpu, int64_t number, int64_t result);

/// The plugin's entry, which the plugin defines; other than 0 stops QEMU.
__attribute__((visibility("default"))) int qemu_plugin_install(
    uint64_t id, const qemu_info_t *info, int argc, char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, qemu_plugin_vcpu_tb_trans_cb_t callback);
void qemu_plugin_register_vcpu_syscall_ret_cb(
    uint64_t id, qemu_plugin_vcpu_syscall_ret_cb_t callback);
void qemu_plugin_register_atexit_cb(
    uint64_t id, qemu_plugin_udata_cb_t callback, void *userdata);
void qemu_plugin_register_vcpu_tb_exec_inline(
    struct qemu_plugin_tb *tb, int operation, void *counter, uint64_t immediate);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

/// NULL where there is no program; otherwise the caller's to free (`host_free`).
const char *qemu_plugin_path_to_binary(void);
uint64_t qemu_plugin_start_code(void);
uint64_t qemu_plugin_end_code(void);

#endif
