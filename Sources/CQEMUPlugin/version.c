#include "CQEMUPlugin.h"
__attribute__((visibility("default"))) int qemu_plugin_version = 1;
