/* The floor: sees each block's translation and does nothing. No plugin that sees new blocks can be
   cheaper. Built with -DAPI=N, the plugin API of the QEMU that it is for. */
#include <stddef.h>
#include <stdint.h>

int qemu_plugin_version = API;

#if API >= 7
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(void *, void *), void *);
#define REGISTER(id) qemu_plugin_register_vcpu_tb_trans_cb(id, translated, NULL)
static void translated(void *block, void *data)
{
    (void)block, (void)data;
}
#else
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(uint64_t, void *));
#define REGISTER(id) qemu_plugin_register_vcpu_tb_trans_cb(id, translated)
static void translated(uint64_t id, void *block)
{
    (void)id, (void)block;
}
#endif

int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments)
{
    (void)info, (void)count, (void)arguments;
    REGISTER(id);
    return 0;
}
