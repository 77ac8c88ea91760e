#ifndef CQEMUPLUGIN_HANDLES_H
#define CQEMUPLUGIN_HANDLES_H

// What QEMU hands to a callback as a bare number, and what is worth something in that callback alone. In C
// each is passed as the number would be: in one register, of which the lower half counts. For Swift they
// cannot leave the function that got them (`~Escapable`), and there is no way to make one: what cannot be
// null cannot be zero, and a member that Swift has no type for leaves it no initialiser either. That
// member takes no room.
#define QEMU_IN_CALLBACK_ONLY __attribute__((swift_attr("~Escapable")))

/// The vCPU that a callback is called on the thread of.
typedef struct QEMU_IN_CALLBACK_ONLY qemu_vcpu {
    const struct qemu_number *_Nonnull number;
    _Complex float unmakeable[0];
} qemu_vcpu;

/// An access to memory; what the qemu_plugin_mem_… functions take.
typedef struct QEMU_IN_CALLBACK_ONLY qemu_access {
    const struct qemu_number *_Nonnull number;
    _Complex float unmakeable[0];
} qemu_access;

/// A plugin's installation.
typedef struct QEMU_IN_CALLBACK_ONLY qemu_install_call {
    const struct qemu_install_arguments *_Nonnull arguments;
    _Complex float unmakeable[0];
} qemu_install_call;

#endif
