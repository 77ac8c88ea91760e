/* The floor: sees each block's translation and does nothing. No plugin that sees new blocks can be
   cheaper. With -DCALLS it has each block call it, which counts in a number of the block's own: no plugin
   that learns of executions by calls can be cheaper than that.
   Built with -DAPI=N, the plugin API of the QEMU that it is for. */
#include <stddef.h>
#include <stdint.h>

int qemu_plugin_version = API;

#ifdef CALLS
void qemu_plugin_register_vcpu_tb_exec_cb(void *, void (*)(unsigned int, void *), int, void *);
static uint64_t counts[1 << 20];
static size_t blocks;
static void executed(unsigned int vcpu, void *count)
{
    (void)vcpu;
    ++*(uint64_t *)count;
}
static void watch(void *block)
{
    const size_t most = sizeof counts / sizeof *counts;
    qemu_plugin_register_vcpu_tb_exec_cb(block, executed, 0, &counts[blocks++ % most]);
}
#else
static void watch(void *block)
{
    (void)block;
}
#endif

#if API >= 7
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(void *, void *), void *);
#define REGISTER(id) qemu_plugin_register_vcpu_tb_trans_cb(id, translated, NULL)
static void translated(void *block, void *data)
{
    (void)data;
    watch(block);
}
#else
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(uint64_t, void *));
#define REGISTER(id) qemu_plugin_register_vcpu_tb_trans_cb(id, translated)
static void translated(uint64_t id, void *block)
{
    (void)id;
    watch(block);
}
#endif

int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments)
{
    (void)info, (void)count, (void)arguments;
    REGISTER(id);
    return 0;
}
