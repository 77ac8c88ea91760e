#ifndef CQEMUPLUGIN_EVENTS_H
#define CQEMUPLUGIN_EVENTS_H

// QEMU's events in one shape: without the plugin's id, which comes up to version 6 alone, and without a
// value of the plugin's own, which comes from version 7 on. So there is one handler of each kind in
// the process; a second registration replaces the handler.

#include <stdint.h>

#include "Values.h"

#pragma GCC visibility push(hidden)

/// Before all others, with what QEMU says about itself, which is not null.
void qemu_set_host(const struct qemu_install_arguments *call);
/// The version of the interface.
int qemu_version(void);
_Bool qemu_is_user_mode(void);
/// Whether the guest is a 32-bit or 64-bit x86.
_Bool qemu_is_x86(void);

void qemu_on_vcpu_init(uint64_t id, void (*handler)(qemu_vcpu vcpu));
/// On any thread, and so with a number alone.
void qemu_on_vcpu_exit(uint64_t id, void (*handler)(unsigned int vcpu));
void qemu_on_vcpu_idle(uint64_t id, void (*handler)(qemu_vcpu vcpu));
void qemu_on_vcpu_resume(uint64_t id, void (*handler)(qemu_vcpu vcpu));
void qemu_on_translation(uint64_t id, void (*handler)(struct qemu_plugin_tb *tb));
/// A system call, good as long as the handler is called.
typedef struct qemu_system_call {
    int64_t number;
    uint64_t arguments[8];
} qemu_system_call;
/// These two come often. The first gets what was given for it. The second is called by QEMU itself, in the shape
/// of its version, and has a place for that: how Swift reads a variable of its own costs more than the rest.
void qemu_on_syscall(
    uint64_t id,
    void (*handler)(qemu_vcpu vcpu, const qemu_system_call *call, const void *context),
    const void *context);
const void *qemu_return_context(void);
/// At install: what it is without and with scoreboards; with them, it says by `qemu_set_outside` where it is.
void qemu_set_return_contexts(const void *context, const void *outside);
void qemu_on_syscall_return(
    uint64_t id,
    void (*with_id)(uint64_t id, qemu_vcpu vcpu, int64_t number, int64_t result),
    void (*with_data)(qemu_vcpu vcpu, int64_t number, int64_t result, void *data));
/// The handler sets the result and gives true where the call is not to be made.
void qemu_on_syscall_filter(
    uint64_t id,
    _Bool (*handler)(qemu_vcpu vcpu, const qemu_system_call *call, int64_t *result));
void qemu_on_discontinuity(
    uint64_t id, int kinds,
    void (*handler)(qemu_vcpu vcpu, int kind, uint64_t from, uint64_t to));
void qemu_on_flush(uint64_t id, void (*handler)(void));
void qemu_on_exit(uint64_t id, void (*handler)(void));
void qemu_reset(uint64_t id, void (*handler)(void));
void qemu_uninstall(uint64_t id, void (*handler)(void));
/// Whether the calling thread, which is told of a vCPU, is one's: before version 2, the first vCPU begins on a
/// thread that is not yet its own, where the two above would end the process.
_Bool qemu_is_on_vcpu(void);
/// Calls the handler for each vCPU before it returns.
void qemu_for_each_vcpu(
    uint64_t id, void (*handler)(unsigned int vcpu, void *context), void *context);

/// Whether the calling thread is in a callback of user mode during which its vCPU does not count as executing: a
/// system call's, or of a vCPU that begins or ends. QEMU may move scoreboards there.
_Bool qemu_is_outside(void);
void qemu_set_outside(_Bool is_outside);
/// There is a scoreboard: until then nobody asks, and callbacks of system calls save the telling.
void qemu_note_scores(void);
/// Calls `body`, in such a callback while QEMU moves no scoreboard: it does that under the lock under which it
/// goes through the vCPUs.
void qemu_while_scores_stay(void (*body)(void *context), void *context);
/// A number of the calling thread's own, other than 0.
uint64_t qemu_thread_number(void);

#pragma GCC visibility pop
#endif
