/* A plugin that shows that a QEMU takes plugins of API `API`: at the first block that is translated
   it says so and ends the process. Declared anew here, not taken from QEMU's header. */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

struct info {
    const char *target;
    struct {
        int min, cur;
    } version;
};
struct block;

uint64_t qemu_plugin_tb_vaddr(const struct block *block);

int qemu_plugin_version = API;
static int current;

static void end(const struct block *block)
{
    dprintf(STDOUT_FILENO, "plugin API %d, first block at %#llx\n", current,
            (unsigned long long)qemu_plugin_tb_vaddr(block));
    _exit(0);
}

#if API >= 7
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(struct block *, void *), void *);
static void translated(struct block *block, void *data)
{
    (void)data;
    end(block);
}
#define DATA , NULL
#else
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(uint64_t, struct block *));
static void translated(uint64_t id, struct block *block)
{
    (void)id;
    end(block);
}
#define DATA
#endif

int qemu_plugin_install(uint64_t id, const struct info *info, int count, char **arguments)
{
    (void)count, (void)arguments;
    current = info->version.cur;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated DATA);
    return 0;
}
