#include "CQEMUPlugin.h"

#include <string.h>

// GLib's arrays begin like this. GLib comes with QEMU; a QEMU that has none has no plugins either.
struct qemu_array {
    char *data;
    unsigned int length;
};
struct qemu_bytes {
    uint8_t *data;
    unsigned int length;
};
QEMU_WEAK unsigned int g_array_get_element_size(struct qemu_array *array);
QEMU_WEAK char *g_array_free(struct qemu_array *array, int with_elements);
QEMU_WEAK struct qemu_bytes *g_byte_array_new(void);
QEMU_WEAK struct qemu_bytes *g_byte_array_append(
    struct qemu_bytes *bytes, const uint8_t *data, unsigned int length);
QEMU_WEAK struct qemu_bytes *g_byte_array_set_size(struct qemu_bytes *bytes, unsigned int length);

/// One of the array's elements; QEMU made them longer in version 6.
struct register_descriptor {
    void *handle;
    const char *name;
    const char *feature;
    _Bool is_read_only;
};

void qemu_registers(
    void (*each)(
        void *context, void *handle, const char *name, const char *feature, int read_only),
    void *context) {
    struct qemu_array *array = qemu_plugin_get_registers();
    if (array == NULL) return;
    size_t stride = g_array_get_element_size(array);
    for (unsigned int index = 0; index < array->length; index++) {
        const struct register_descriptor *found =
            (const struct register_descriptor *)(array->data + index * stride);
        _Bool tells = stride >= sizeof *found;
        each(context, found->handle, found->name, found->feature,
             tells ? found->is_read_only : -1);
    }
    g_array_free(array, 1);
}

/// The thread's buffer, empty. It is never freed: threads of guests are few.
static struct qemu_bytes *empty_buffer(void) {
    static __thread struct qemu_bytes *buffer;
    if (buffer == NULL) return buffer = g_byte_array_new();
    return g_byte_array_set_size(buffer, 0);
}

static struct qemu_bytes *buffer_with(const void *bytes, size_t count) {
    return g_byte_array_append(empty_buffer(), bytes, (unsigned int)count);
}

/// The first version whose functions answer true and not a size.
enum { FIRST_WITH_BOOL = 6 };
static int succeeded(int answer) {
    return qemu_version() < FIRST_WITH_BOOL ? answer >= 0 : (answer & 0xff) != 0;
}

int64_t qemu_read_register(void *handle, const void **bytes) {
    struct qemu_bytes *buffer = empty_buffer();
    if (!succeeded(qemu_plugin_read_register(handle, buffer))) return -1;
    *bytes = buffer->data;
    return buffer->length;
}

_Bool qemu_write_register(void *handle, const void *bytes, size_t count) {
    return succeeded(qemu_plugin_write_register(handle, buffer_with(bytes, count)));
}

const void *qemu_read_memory(uint64_t address, size_t count) {
    struct qemu_bytes *buffer = empty_buffer();
    return qemu_plugin_read_memory_vaddr(address, buffer, count) ? buffer->data : NULL;
}

_Bool qemu_write_memory(uint64_t address, const void *bytes, size_t count) {
    return qemu_plugin_write_memory_vaddr(address, buffer_with(bytes, count));
}

int qemu_read_physical(uint64_t address, size_t count, const void **bytes) {
    struct qemu_bytes *buffer = empty_buffer();
    int result = qemu_plugin_read_memory_hwaddr(address, buffer, count);
    *bytes = buffer->data;
    return result;
}

int qemu_write_physical(uint64_t address, const void *bytes, size_t count) {
    return qemu_plugin_write_memory_hwaddr(address, buffer_with(bytes, count));
}

// The function's two shapes under names of their own.
const void *insn_data_in_place(const struct qemu_plugin_insn *insn) __asm__(
    "qemu_plugin_insn_data");
size_t insn_data_copied(const struct qemu_plugin_insn *insn, void *bytes, size_t size) __asm__(
    "qemu_plugin_insn_data");

size_t qemu_copy_insn_data(const struct qemu_plugin_insn *insn, void *bytes, size_t size) {
    // It came together with the new shape.
    if (qemu_has(QEMU_HAS_REGISTER_VCPU_TB_EXEC_COND_CB))
        return insn_data_copied(insn, bytes, size);
    size_t length = qemu_plugin_insn_size(insn);
    if (length > size) length = size;
    const void *data = insn_data_in_place(insn);
    if (data == NULL) return 0;
    memcpy(bytes, data, length);
    return length;
}
