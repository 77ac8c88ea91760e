/* Counts executed blocks, executed instructions or memory accesses (on=) in a plain number, and says how
   many there were: Counting.swift in C, with its number on the heap like that one's. Built with -DAPI=N, the
   plugin API of the QEMU that it is for; N is below 7, where the callbacks are others. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int qemu_plugin_version = API;

size_t qemu_plugin_tb_n_insns(const void *block);
void *qemu_plugin_tb_get_insn(const void *block, size_t index);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(uint64_t, void *));
void qemu_plugin_register_vcpu_tb_exec_cb(void *block, void (*)(unsigned, void *), int flags, void *word);
void qemu_plugin_register_vcpu_insn_exec_cb(void *instruction, void (*)(unsigned, void *), int flags,
                                            void *word);
void qemu_plugin_register_vcpu_mem_cb(void *instruction, void (*)(unsigned, uint32_t, uint64_t, void *),
                                      int flags, int kinds, void *word);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*)(uint64_t, void *), void *word);
void qemu_plugin_outs(const char *text);

enum { NO_REGISTERS = 0, LOADS_AND_STORES = 3 };
static enum { BLOCK, INSTRUCTION, MEMORY } event;
static uint64_t *counter;

static void executed(unsigned vcpu, void *word)
{
    (void)vcpu;
    ++*(uint64_t *)word;
}

static void accessed(unsigned vcpu, uint32_t information, uint64_t address, void *word)
{
    (void)vcpu, (void)information, (void)address;
    ++*(uint64_t *)word;
}

static void translated(uint64_t id, void *block)
{
    (void)id;
    if (event == BLOCK) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, executed, NO_REGISTERS, counter);
        return;
    }
    size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t index = 0; index < count; index++) {
        void *instruction = qemu_plugin_tb_get_insn(block, index);
        if (event == INSTRUCTION)
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed, NO_REGISTERS, counter);
        else
            qemu_plugin_register_vcpu_mem_cb(instruction, accessed, NO_REGISTERS, LOADS_AND_STORES, counter);
    }
}

static void ends(uint64_t id, void *word)
{
    (void)id;
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64 "\n", *(uint64_t *)word);
    qemu_plugin_outs(text);
}

int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments)
{
    (void)info;
    /* A page of its own: how near its address's lower bits are to those of QEMU's registers is worth some
       percent, and is not to be left to chance. */
    counter = aligned_alloc(4096, 4096);
    if (counter == NULL)
        return 1;
    *counter = 0;
    for (int index = 0; index < count; index++) {
        if (strcmp(arguments[index], "on=instruction") == 0)
            event = INSTRUCTION;
        else if (strcmp(arguments[index], "on=memory") == 0)
            event = MEMORY;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ends, counter);
    return 0;
}
