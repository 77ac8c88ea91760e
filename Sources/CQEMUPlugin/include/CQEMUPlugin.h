#ifndef CQEMUPLUGIN_H
#define CQEMUPLUGIN_H
#include <stdint.h>
typedef struct qemu_info_t {
    const char *target_name;
    struct { int min; int cur; } version;
    _Bool system_emulation;
    int smp_vcpus; int max_vcpus;
} qemu_info_t;
int qemu_plugin_install(uint64_t id, const qemu_info_t *info, int argc, char **argv);
void qemu_plugin_outs(const char*);
#endif
