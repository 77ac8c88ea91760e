#include "CQEMUPlugin.h"

// QEMU reads this after loading the library and before calling its entry.
__attribute__((visibility("default"))) int qemu_plugin_version = 1;
