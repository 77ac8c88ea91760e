/* Stands in for a QEMU whose handle of a register is null, as that of register 0 may be: the handle is QEMU's own
   business. Loads a plugin, has it see one instruction, and executes that.

       nullhandle PLUGIN OPTION...

   Compiled with -DAPI=N: 2 to 5, where a register is described in three words and read_register gives a size, or 7,
   where it is four words and true. The registers are "other" and "r0", whose handle is null and which holds HELD;
   what the plugin logs goes to standard output. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID = 7, HELD = 0x1234, PLACE = 0x1000 };
#define OTHER ((void *)0x1000)

struct array {
    char *data;
    unsigned int length;
};
struct descriptor {
    void *handle;
    const char *name, *feature;
#if API >= 6
    _Bool is_read_only;
#endif
};
#if API >= 6
typedef _Bool answer;
#else
typedef int answer;
#endif

static const char text[] = "what is translated and executed";
static void *start, *translation, (*executed)(unsigned int, void *), *word;

/* GLib's, which come with a QEMU. */
unsigned int g_array_get_element_size(struct array *array)
{
    (void)array;
    return sizeof(struct descriptor);
}
char *g_array_free(struct array *array, int with_elements)
{
    (void)array, (void)with_elements;
    return NULL;
}
struct array *g_byte_array_new(void) { return calloc(1, sizeof(struct array)); }
struct array *g_byte_array_set_size(struct array *array, unsigned int length)
{
    array->data = realloc(array->data, length + 1);
    array->length = length;
    return array;
}
struct array *g_byte_array_append(struct array *array, const void *bytes, unsigned int count)
{
    g_byte_array_set_size(array, array->length + count);
    memcpy(array->data + array->length - count, bytes, count);
    return array;
}
char *g_byte_array_free(struct array *array, int with_data)
{
    (void)array, (void)with_data;
    return NULL;
}

struct array *qemu_plugin_get_registers(void)
{
    static struct descriptor all[] = {{.handle = OTHER, .name = "other"}, {.handle = NULL, .name = "r0"}};
    static struct array array = {(char *)all, 2};
    return &array;
}
answer qemu_plugin_read_register(void *handle, struct array *bytes)
{
    uint64_t held = handle == NULL ? HELD : 0;
    g_byte_array_append(bytes, &held, sizeof held);
    return (answer)sizeof held;
}

size_t qemu_plugin_tb_n_insns(const void *block)
{
    (void)block;
    return 1;
}
uint64_t qemu_plugin_tb_vaddr(const void *block)
{
    (void)block;
    return PLACE;
}
void *qemu_plugin_tb_get_insn(void *block, size_t index) { return index == 0 ? block : NULL; }
uint64_t qemu_plugin_insn_vaddr(const void *instruction)
{
    (void)instruction;
    return PLACE;
}
void qemu_plugin_register_vcpu_insn_exec_cb(
    void *instruction, void (*callback)(unsigned int, void *), int flags, void *given)
{
    (void)instruction, (void)flags;
    executed = callback;
    word = given;
}
void qemu_plugin_register_vcpu_init_cb(uint64_t id, void *callback, void *data)
{
    (void)id, (void)data;
    start = callback;
}
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void *callback, void *data)
{
    (void)id, (void)data;
    translation = callback;
}
void qemu_plugin_register_flush_cb(uint64_t id, void *callback, void *data) { (void)id, (void)callback, (void)data; }
void qemu_plugin_outs(const char *line) { fputs(line, stdout); }

/* What the library names and this plugin does not call. */
#define UNUSED(name) \
    void qemu_plugin_##name(void) \
    { \
        fprintf(stderr, "nullhandle: " #name " was called\n"); \
        exit(5); \
    }
UNUSED(register_vcpu_exit_cb)
UNUSED(register_vcpu_idle_cb)
UNUSED(register_vcpu_resume_cb)
UNUSED(register_vcpu_syscall_cb)
UNUSED(register_vcpu_syscall_ret_cb)
UNUSED(register_vcpu_tb_exec_cb)
UNUSED(register_vcpu_mem_cb)
UNUSED(register_atexit_cb)
UNUSED(reset)
UNUSED(uninstall)
UNUSED(vcpu_for_each)
UNUSED(insn_data)
UNUSED(insn_size)
UNUSED(insn_haddr)
UNUSED(insn_disas)
UNUSED(mem_size_shift)
UNUSED(mem_is_sign_extended)
UNUSED(mem_is_big_endian)
UNUSED(mem_is_store)
UNUSED(get_hwaddr)
UNUSED(hwaddr_is_io)

int main(int count, char **arguments)
{
    void *plugin = count < 2 ? NULL : dlopen(arguments[1], RTLD_LAZY);
    if (plugin == NULL) {
        fprintf(stderr, "nullhandle: %s\n", count < 2 ? "no plugin" : dlerror());
        return 2;
    }
    struct {
        const char *target;
        int oldest, version;
        _Bool is_system;
        int vcpus[2];
    } information = {"x86_64", 0, API, 0, {0, 0}};
    int (*install)(uint64_t, const void *, int, char **) =
        (int (*)(uint64_t, const void *, int, char **))dlsym(plugin, "qemu_plugin_install");
    if (install == NULL || install(ID, &information, count - 2, arguments + 2) != 0 || translation == NULL) {
        fprintf(stderr, "nullhandle: the plugin was not installed\n");
        return 3;
    }
#if API >= 7
    if (start != NULL)
        ((void (*)(unsigned int, void *))start)(0, NULL);
    ((void (*)(const void *, void *))translation)(text, NULL);
#else
    if (start != NULL)
        ((void (*)(uint64_t, unsigned int))start)(ID, 0);
    ((void (*)(uint64_t, const void *))translation)(ID, text);
#endif
    if (executed == NULL) {
        fprintf(stderr, "nullhandle: the plugin asks for no callback\n");
        return 4;
    }
    executed(0, word);
    return 0;
}
