#ifndef CQEMUPLUGIN_FEATURES_H
#define CQEMUPLUGIN_FEATURES_H

// The functions that not every QEMU has, and what not every QEMU takes as an argument: those of Functions.h.

#include "Functions.h"

#define QEMU_FUNCTION(result, name, parameters) QEMU_HAS_##name,
#define QEMU_ARGUMENT(name, function) QEMU_HAS_##name,
typedef enum qemu_feature {
    QEMU_FUNCTIONS(QEMU_FUNCTION, QEMU_ARGUMENT)
    QEMU_FEATURE_COUNT
} qemu_feature;
#undef QEMU_FUNCTION
#undef QEMU_ARGUMENT

#pragma GCC visibility push(hidden)

/// Whether this QEMU has it.
_Bool qemu_has(qemu_feature feature);
/// QEMU's name of it.
const char *qemu_feature_name(qemu_feature feature);

#pragma GCC visibility pop
#endif
