#include "CQEMUPlugin.h"

/// The address of a weak function, null where this QEMU does not have it, and its name; for an argument
/// those of a function that came with it, and of the argument.
static const struct {
    const void *address;
    const char *name;
} features[] = {
#define FUNCTION(result, name, parameters) {(const void *)qemu_plugin_##name, "qemu_plugin_" #name},
#define ARGUMENT(name, function) {(const void *)qemu_plugin_##function, "QEMU_PLUGIN_" #name},
    QEMU_FUNCTIONS(FUNCTION, ARGUMENT)
};

_Bool qemu_has(qemu_feature feature) { return features[feature].address != NULL; }
const char *qemu_feature_name(qemu_feature feature) { return features[feature].name; }
