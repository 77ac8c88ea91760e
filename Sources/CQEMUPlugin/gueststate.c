#include "CQEMUPlugin.h"
#include "CHost.h"

#include <stdlib.h>
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
QEMU_WEAK uint8_t *g_byte_array_free(struct qemu_bytes *bytes, int with_data);

/// One of the array's elements; QEMU made them longer in version 6.
struct register_descriptor {
    uintptr_t handle;
    const char *name;
    const char *feature;
    _Bool is_read_only;
};

void qemu_registers(
    void (*each)(
        void *context, uintptr_t handle, const char *name, const char *feature, int read_only),
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

/// A buffer that nobody has at the moment is kept for the thread's next read, unless it is large. It is
/// never freed: threads of guests are few.
static __thread struct qemu_bytes *spare;
enum { LARGEST_SPARE = 1 << 16, MOST_BYTES = 0x7fffffff };

static struct qemu_bytes *take_buffer(void) {
    struct qemu_bytes *buffer = spare;
    if (buffer == NULL) return g_byte_array_new();
    spare = NULL;
    return g_byte_array_set_size(buffer, 0);
}

static void put_buffer(struct qemu_bytes *buffer) {
    if (spare == NULL && buffer->length <= LARGEST_SPARE)
        spare = buffer;
    else
        g_byte_array_free(buffer, 1);
}

/// GLib counts in 32 bits, and ends the process where there is no memory.
static _Bool has_room_for(size_t count) {
    if (count == 0 || count > MOST_BYTES) return 0;
    if (count <= LARGEST_SPARE) return 1;
    void *room = malloc(2 * count); // it takes the next power of two
    free(room);
    return room != NULL;
}

static const qemu_lent nothing = {NULL, NULL, 0};

static qemu_lent lend(struct qemu_bytes *buffer, size_t count, _Bool succeeded) {
    if (!succeeded || buffer->length != count || count == 0) {
        put_buffer(buffer);
        return nothing;
    }
    return (qemu_lent){buffer, buffer->data, count};
}

void qemu_give_back(qemu_lent lent) {
    if (lent.buffer != NULL) put_buffer(lent.buffer);
}

/// The first version whose functions answer true and not a size, which is 0 for what it does not know.
enum { FIRST_WITH_BOOL = 6 };
/// QEMU's word for a failure that has no other.
enum { QEMU_PHYSICAL_OTHER = 1 };
static int succeeded(int answer) {
    return qemu_version() < FIRST_WITH_BOOL ? answer > 0 : (answer & 0xff) != 0;
}

qemu_lent qemu_read_register(uintptr_t handle) {
    struct qemu_bytes *buffer = take_buffer();
    _Bool done = succeeded(qemu_plugin_read_register(handle, buffer));
    return lend(buffer, buffer->length, done);
}

/// Where numbers are read to, which nobody is lent: they are copied before anything else is read.
static struct qemu_bytes *number_buffer(void) {
    static __thread struct qemu_bytes *buffer;
    if (buffer == NULL) buffer = g_byte_array_new();
    buffer->length = 0;
    return buffer;
}

static qemu_number_read number_in(const struct qemu_bytes *buffer, _Bool is_big_endian) {
    const uint8_t *bytes = buffer->data;
    uint64_t value = 0;
    if (buffer->length == sizeof value) {
        memcpy(&value, bytes, sizeof value);
        if (is_big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
            value = __builtin_bswap64(value);
    } else {
        if (buffer->length > sizeof value || buffer->length == 0) return (qemu_number_read){0, 0};
        for (unsigned int index = 0; index < buffer->length; index++)
            value = value << 8 | bytes[is_big_endian ? index : buffer->length - 1 - index];
    }
    return (qemu_number_read){value, 1};
}

qemu_number_read qemu_read_register_number(uintptr_t handle, _Bool is_big_endian) {
    struct qemu_bytes *buffer = number_buffer();
    if (!succeeded(qemu_plugin_read_register(handle, buffer))) return (qemu_number_read){0, 0};
    return number_in(buffer, is_big_endian);
}

/// A guest address, and what is read from there or written to it.
struct memory_access {
    uint64_t address;
    struct qemu_bytes *buffer;
    size_t count;
    _Bool is_done;
};
static void read_memory(void *context) {
    struct memory_access *access = context;
    access->is_done = qemu_plugin_read_memory_vaddr(access->address, access->buffer, access->count);
}
static void write_memory(void *context) {
    struct memory_access *access = context;
    access->is_done = qemu_plugin_write_memory_vaddr(access->address, access->buffer);
}

/// In user mode QEMU copies from and to what is mapped, and does not know where a file has an end before that.
static _Bool is_reached(
    void (*access)(void *context), uint64_t address, struct qemu_bytes *buffer, size_t count) {
    struct memory_access it = {address, buffer, count, 0};
    if (!qemu_is_user_mode())
        access(&it);
    else if (!host_guard(access, &it))
        return 0;
    return it.is_done;
}

qemu_number_read qemu_read_memory_number(uint64_t address, size_t count, _Bool is_big_endian) {
    struct qemu_bytes *buffer = number_buffer();
    if (count == 0 || count > sizeof(uint64_t)
        || !is_reached(read_memory, address, buffer, count) || buffer->length != count)
        return (qemu_number_read){0, 0};
    return number_in(buffer, is_big_endian);
}

_Bool qemu_write_register(uintptr_t handle, const void *bytes, size_t count) {
    // QEMU takes what stands in the buffer, however much that is.
    qemu_lent old = qemu_read_register(handle);
    if (old.bytes == NULL) return 0;
    _Bool done = 0;
    if (old.count == count) {
        memcpy(old.buffer->data, bytes, count);
        done = succeeded(qemu_plugin_write_register(handle, old.buffer));
    }
    qemu_give_back(old);
    return done;
}

qemu_lent qemu_read_memory(uint64_t address, size_t count) {
    if (!has_room_for(count)) return nothing;
    struct qemu_bytes *buffer = take_buffer();
    return lend(buffer, count, is_reached(read_memory, address, buffer, count));
}

qemu_lent qemu_read_physical(uint64_t address, size_t count, int *error) {
    *error = QEMU_PHYSICAL_OTHER;
    if (!has_room_for(count)) return nothing;
    struct qemu_bytes *buffer = take_buffer();
    *error = qemu_plugin_read_memory_hwaddr(address, buffer, count);
    return lend(buffer, count, *error == 0);
}

_Bool qemu_write_memory(uint64_t address, const void *bytes, size_t count) {
    if (!has_room_for(count)) return 0;
    struct qemu_bytes *buffer = g_byte_array_append(take_buffer(), bytes, (unsigned int)count);
    _Bool done = is_reached(write_memory, address, buffer, count);
    put_buffer(buffer);
    return done;
}

int qemu_write_physical(uint64_t address, const void *bytes, size_t count) {
    if (!has_room_for(count)) return QEMU_PHYSICAL_OTHER;
    struct qemu_bytes *buffer = g_byte_array_append(take_buffer(), bytes, (unsigned int)count);
    int error = qemu_plugin_write_memory_hwaddr(address, buffer);
    put_buffer(buffer);
    return error;
}

// The function's two shapes under names of their own.
const void *insn_data_in_place(const struct qemu_plugin_insn *insn) __asm__(
    "qemu_plugin_insn_data");
size_t insn_data_copied(const struct qemu_plugin_insn *insn, void *bytes, size_t size) __asm__(
    "qemu_plugin_insn_data");

/// Linux's page of old system calls on x86-64. In user mode QEMU makes up an instruction at each address of it, of
/// which there are no bytes; asked for them, 10.2 ends by SIGSEGV.
static _Bool is_made_up(const struct qemu_plugin_insn *insn) {
    const uint64_t vsyscall_page = 0xffffffffff600000, page_size = 0x1000;
    return qemu_is_user_mode() && qemu_is_x86() && (qemu_plugin_insn_vaddr(insn) & -page_size) == vsyscall_page;
}

size_t qemu_copy_insn_data(const struct qemu_plugin_insn *insn, void *bytes, size_t size) {
    if (is_made_up(insn)) return 0;
    // It came together with the new shape.
    if (qemu_has(QEMU_HAS_register_vcpu_tb_exec_cond_cb))
        return insn_data_copied(insn, bytes, size);
    size_t length = qemu_plugin_insn_size(insn);
    if (length > size) length = size;
    const void *data = insn_data_in_place(insn);
    if (data == NULL) return 0;
    memcpy(bytes, data, length);
    return length;
}
