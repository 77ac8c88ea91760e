/* Counts executed blocks, executed instructions, memory accesses, system calls (as they begin and as they
   return) or reads of a register at each block (on=) in a plain number, and says how many there were:
   Counting.swift in C, with its number on the heap like that one's. Built with -DAPI=N, the plugin API of the
   QEMU that it is for; N is below 7, where the callbacks are others. Registers are there from 2 on. */
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
void qemu_plugin_register_vcpu_syscall_cb(
    uint64_t id, void (*)(uint64_t, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                          uint64_t, uint64_t));
void qemu_plugin_register_vcpu_syscall_ret_cb(uint64_t id, void (*)(uint64_t, unsigned, int64_t, int64_t));
void qemu_plugin_outs(const char *text);

/* By two, which is an addition in each language: of one, gcc makes "add" and Swift "inc", which takes an AMD EPYC
   0.8 ns more a call, in C too (5 % of a run that counts blocks). */
enum { STEP = 2 };

enum { NO_REGISTERS = 0, READ_REGISTERS = 1, LOADS_AND_STORES = 3 };
static enum { BLOCK, INSTRUCTION, MEMORY, CALL, REGISTER } event;
static uint64_t *counter; /* the second is the sum of what was read */

#if API > 1
struct array {
    char *data;
    unsigned length;
};
struct descriptor {
    void *handle;
    const char *name, *feature;
};
struct array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(void *handle, struct array *bytes);
struct array *g_byte_array_new(void);
struct array *g_byte_array_set_size(struct array *, unsigned length);
unsigned g_array_get_element_size(struct array *);
char *g_array_free(struct array *, int with_elements);
void qemu_plugin_register_vcpu_init_cb(uint64_t id, void (*)(uint64_t, unsigned));
static void *handle;
static struct array *bytes;

static void begun(uint64_t id, unsigned vcpu)
{
    (void)id, (void)vcpu;
    struct array *all = qemu_plugin_get_registers();
    for (unsigned index = 0; index < all->length; index++) {
        const struct descriptor *found =
            (const void *)(all->data + (size_t)index * g_array_get_element_size(all));
        if (strcmp(found->name, "rax") == 0)
            handle = found->handle;
    }
    g_array_free(all, 1);
    bytes = g_byte_array_new();
}

static void read_at(unsigned vcpu, void *word)
{
    (void)vcpu;
    g_byte_array_set_size(bytes, 0);
    if (qemu_plugin_read_register(handle, bytes) != 8)
        return;
    uint64_t value;
    memcpy(&value, bytes->data, sizeof value);
    ((uint64_t *)word)[0] += STEP;
    ((uint64_t *)word)[1] += value;
}
#endif

static void called(uint64_t id, unsigned vcpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                   uint64_t e, uint64_t f, uint64_t g, uint64_t h)
{
    (void)id, (void)vcpu, (void)number, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
    if (event != CALL)
        return;
    counter[0] += STEP;
    counter[1] += a;
}

static void returned(uint64_t id, unsigned vcpu, int64_t number, int64_t result)
{
    (void)id, (void)vcpu, (void)number;
    if (event != CALL)
        return;
    counter[0] += STEP;
    counter[1] += (uint64_t)result;
}

static void executed(unsigned vcpu, void *word)
{
    (void)vcpu;
    *(uint64_t *)word += STEP;
}

static void accessed(unsigned vcpu, uint32_t information, uint64_t address, void *word)
{
    (void)vcpu, (void)information, (void)address;
    *(uint64_t *)word += STEP;
}

static void translated(uint64_t id, void *block)
{
    (void)id;
    if (event == CALL)
        return;
    if (event == BLOCK) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, executed, NO_REGISTERS, counter);
        return;
    }
#if API > 1
    if (event == REGISTER) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, read_at, READ_REGISTERS, counter);
        return;
    }
#endif
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
    snprintf(text, sizeof text, "%" PRIu64 "\n", *(uint64_t *)word / STEP);
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
    counter[0] = counter[1] = 0;
    for (int index = 0; index < count; index++) {
        if (strcmp(arguments[index], "on=instruction") == 0)
            event = INSTRUCTION;
        else if (strcmp(arguments[index], "on=memory") == 0)
            event = MEMORY;
        else if (strcmp(arguments[index], "on=call") == 0)
            event = CALL;
        else if (strcmp(arguments[index], "on=register") == 0)
            event = REGISTER;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    // Always, and asked there, as in Counting.swift, whose protocols register it.
    qemu_plugin_register_vcpu_syscall_cb(id, called);
    qemu_plugin_register_vcpu_syscall_ret_cb(id, returned);
#if API > 1
    if (event == REGISTER)
        qemu_plugin_register_vcpu_init_cb(id, begun);
#endif
    qemu_plugin_register_atexit_cb(id, ends, counter);
    return 0;
}
