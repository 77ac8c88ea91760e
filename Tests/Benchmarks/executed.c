/* How many instructions a program executes, for a QEMU that runs it as its guest: a QEMU with a plugin of its
   own, say. No other load of the machine changes the number. Built with -DAPI=N as counting.c is. */
#include <inttypes.h>
#include <stdio.h>

int qemu_plugin_version = API;

size_t qemu_plugin_tb_n_insns(const void *block);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(uint64_t, void *));
void qemu_plugin_register_atexit_cb(uint64_t id, void (*)(uint64_t, void *), void *word);
void qemu_plugin_register_vcpu_tb_exec_inline(void *block, int operation, void *counter, uint64_t number);

static uint64_t executed;

static void translated(uint64_t id, void *block)
{
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(block, 0, &executed, qemu_plugin_tb_n_insns(block));
}

static void ends(uint64_t id, void *path)
{
    (void)id;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return;
    fprintf(file, "%" PRIu64 "\n", executed);
    fclose(file);
}

int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments)
{
    (void)info;
    if (count != 1)
        return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    /* Behind "path=". */
    qemu_plugin_register_atexit_cb(id, ends, arguments[0] + 5);
    return 0;
}
