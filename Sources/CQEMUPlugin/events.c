#include "CQEMUPlugin.h"

#include "CHost.h"

#include <string.h>

static int version = 1;
static uint64_t plugin;
static _Bool is_user_mode, is_x86;

void qemu_set_host(const struct qemu_install_arguments *call) {
    const char *target = call->information->target_name;
    version = call->information->version.cur;
    plugin = call->id;
    is_user_mode = !call->information->system_emulation;
    is_x86 = strcmp(target, "x86_64") == 0 || strcmp(target, "i386") == 0;
}
int qemu_version(void) { return version; }
_Bool qemu_is_user_mode(void) { return is_user_mode; }
_Bool qemu_is_x86(void) { return is_x86; }

/// The first version whose callbacks carry the plugin's own value, and no id.
enum { FIRST_WITH_USERDATA = 7 };

#define SHAPE(name) \
    (version < FIRST_WITH_USERDATA ? (qemu_plugin_callback)name##_with_id \
                                   : (qemu_plugin_callback)name##_with_data)
#define UNUSED __attribute__((unused))

/// QEMU forgets callbacks at a reset, and they are registered again, while other threads may be in a system
/// call's. Where the handler is the same, nothing is written that they could be reading.
#define SET(place, handler) \
    do { \
        if (place != handler) place = handler; \
    } while (0)

/// The first version whose vCPUs begin on their own threads.
enum { FIRST_WITH_OWN_THREAD = 2 };
static __thread _Bool has_no_thread;
_Bool qemu_is_on_vcpu(void) { return !has_no_thread; }

/// As `qemu_is_outside` has it. It is read in callbacks that come often, and must cost nothing there.
static __thread _Bool is_outside __attribute__((tls_model("initial-exec")));
_Bool qemu_is_outside(void) { return is_outside && is_user_mode; }
void qemu_set_outside(_Bool is) { is_outside = is; }

#define VCPU_EVENT(name, type, call) \
    static void (*name##_handler)(type vcpu); \
    static void name##_with_id(uint64_t id UNUSED, type vcpu) { call(name##_handler, vcpu); } \
    static void name##_with_data(type vcpu, void *data UNUSED) { call(name##_handler, vcpu); } \
    void qemu_on_vcpu_##name(uint64_t id, void (*handler)(type vcpu)) { \
        SET(name##_handler, handler); \
        qemu_plugin_register_vcpu_##name##_cb(id, SHAPE(name), NULL); \
    }
static void begin(void (*handler)(qemu_vcpu vcpu), qemu_vcpu vcpu) {
    has_no_thread = version < FIRST_WITH_OWN_THREAD;
    is_outside = 1;
    handler(vcpu);
    is_outside = 0;
    has_no_thread = 0;
}
static void end(void (*handler)(unsigned int vcpu), unsigned int vcpu) {
    is_outside = 1;
    handler(vcpu);
    is_outside = 0;
}
#define CALL(handler, vcpu) handler(vcpu)
VCPU_EVENT(init, qemu_vcpu, begin)
VCPU_EVENT(exit, unsigned int, end)
VCPU_EVENT(idle, qemu_vcpu, CALL)
VCPU_EVENT(resume, qemu_vcpu, CALL)

// What has no argument but the id or the value needs no two shapes.
#define SIMPLE_EVENT(name, enter, function) \
    static void (*name##_handler)(void); \
    static void name##_callback(void) { name##_handler(); } \
    void enter(uint64_t id, void (*handler)(void)) { \
        SET(name##_handler, handler); \
        function(id, name##_callback, NULL); \
    }
SIMPLE_EVENT(atexit, qemu_on_exit, qemu_plugin_register_atexit_cb)

/// QEMU takes it that no thread is about to call a callback while no vCPU executes, and frees the callbacks
/// there. But a thread that makes a system call of its guest executes no vCPU either, and goes through them
/// before the call and behind it: what it reads then can be freed. Between the two moments QEMU flushes its
/// code, and tells of that, so there we wait until each other thread has come to rest: it waits for the
/// vCPUs to go on, or in the system. What is left is a thread that wakes up in just that moment.
static _Bool forgets;
static void (*flush_handler)(void);
static void flush_callback(void) {
    // What a thread is waited for at most: one can be long in the system without any harm.
    enum { LONGEST_WAIT = 1000 };
    if (__atomic_load_n(&forgets, __ATOMIC_RELAXED)) host_await_threads(LONGEST_WAIT);
    flush_handler();
}
void qemu_on_flush(uint64_t id, void (*handler)(void)) {
    SET(flush_handler, handler);
    qemu_plugin_register_flush_cb(id, flush_callback, NULL);
}

static void (*reset_handler)(void);
static void reset_callback(void) {
    __atomic_store_n(&forgets, 0, __ATOMIC_RELAXED);
    reset_handler();
}
void qemu_reset(uint64_t id, void (*handler)(void)) {
    SET(reset_handler, handler);
    __atomic_store_n(&forgets, 1, __ATOMIC_RELAXED);
    qemu_plugin_reset(id, reset_callback, NULL);
}
static void (*uninstall_handler)(void);
static void uninstall_callback(void) {
    host_stop_guarding();
    uninstall_handler();
}
void qemu_uninstall(uint64_t id, void (*handler)(void)) {
    SET(uninstall_handler, handler);
    __atomic_store_n(&forgets, 1, __ATOMIC_RELAXED);
    qemu_plugin_uninstall(id, uninstall_callback, NULL);
}

static void (*translated)(struct qemu_plugin_tb *tb);
static void translated_with_id(uint64_t id UNUSED, struct qemu_plugin_tb *tb) { translated(tb); }
static void translated_with_data(struct qemu_plugin_tb *tb, void *data UNUSED) { translated(tb); }
void qemu_on_translation(uint64_t id, void (*handler)(struct qemu_plugin_tb *tb)) {
    SET(translated, handler);
    qemu_plugin_register_vcpu_tb_trans_cb(id, SHAPE(translated), NULL);
}

#define ARGUMENTS \
    uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h
#define CALL_OF_GUEST (&(const qemu_system_call){number, {a, b, c, d, e, f, g, h}})

static void (*syscall_handler)(qemu_vcpu vcpu, const qemu_system_call *call, const void *context);
static const void *syscall_context;
static void call_outside(qemu_vcpu vcpu, const qemu_system_call *call, const void *context) {
    is_outside = 1;
    syscall_handler(vcpu, call, context);
    is_outside = 0;
}
/// The handler itself, or the above: which one costs nothing at a call.
static __typeof__(syscall_handler) syscall_entry;
static _Bool has_scores;
static void syscall_with_id(uint64_t id UNUSED, qemu_vcpu vcpu, int64_t number, ARGUMENTS) {
    __atomic_load_n(&syscall_entry, __ATOMIC_RELAXED)(vcpu, CALL_OF_GUEST, syscall_context);
}
static void syscall_with_data(
    qemu_vcpu vcpu, int64_t number, ARGUMENTS, void *data UNUSED) {
    __atomic_load_n(&syscall_entry, __ATOMIC_RELAXED)(vcpu, CALL_OF_GUEST, syscall_context);
}
void qemu_on_syscall(
    uint64_t id,
    void (*handler)(qemu_vcpu vcpu, const qemu_system_call *call, const void *context),
    const void *context) {
    SET(syscall_handler, handler);
    SET(syscall_context, context);
    __typeof__(handler) entry = has_scores ? call_outside : handler;
    SET(syscall_entry, entry);
    qemu_plugin_register_vcpu_syscall_cb(id, SHAPE(syscall), NULL);
}

static const void *return_context, *outside_return_context;
void qemu_set_return_contexts(const void *context, const void *outside) {
    outside_return_context = outside;
    return_context = has_scores ? outside : context;
}
const void *qemu_return_context(void) { return __atomic_load_n(&return_context, __ATOMIC_RELAXED); }

void qemu_note_scores(void) {
    if (__atomic_exchange_n(&has_scores, 1, __ATOMIC_RELAXED)) return;
    if (syscall_entry != NULL)
        __atomic_store_n(&syscall_entry, call_outside, __ATOMIC_RELAXED);
    if (outside_return_context != NULL)
        __atomic_store_n(&return_context, outside_return_context, __ATOMIC_RELAXED);
}
void qemu_on_syscall_return(
    uint64_t id,
    void (*returned_with_id)(uint64_t id, qemu_vcpu vcpu, int64_t number, int64_t result),
    void (*returned_with_data)(qemu_vcpu vcpu, int64_t number, int64_t result, void *data)) {
    qemu_plugin_register_vcpu_syscall_ret_cb(id, SHAPE(returned), NULL);
}

static _Bool (*filter)(qemu_vcpu vcpu, const qemu_system_call *call, int64_t *result);
static _Bool filter_with_id(
    uint64_t id UNUSED, qemu_vcpu vcpu, int64_t number, ARGUMENTS, int64_t *result) {
    is_outside = 1;
    _Bool is_done = filter(vcpu, CALL_OF_GUEST, result);
    is_outside = 0;
    return is_done;
}
static _Bool filter_with_data(
    qemu_vcpu vcpu, int64_t number, ARGUMENTS, int64_t *result, void *data UNUSED) {
    is_outside = 1;
    _Bool is_done = filter(vcpu, CALL_OF_GUEST, result);
    is_outside = 0;
    return is_done;
}
void qemu_on_syscall_filter(
    uint64_t id,
    _Bool (*handler)(qemu_vcpu vcpu, const qemu_system_call *call, int64_t *result)) {
    SET(filter, handler);
    qemu_plugin_register_vcpu_syscall_filter_cb(id, SHAPE(filter), NULL);
}

static void (*discontinued)(qemu_vcpu vcpu, int kind, uint64_t from, uint64_t to);
static void discontinued_with_id(
    uint64_t id UNUSED, qemu_vcpu vcpu, int kind, uint64_t from, uint64_t to) {
    discontinued(vcpu, kind, from, to);
}
static void discontinued_with_data(
    qemu_vcpu vcpu, int kind, uint64_t from, uint64_t to, void *data UNUSED) {
    discontinued(vcpu, kind, from, to);
}
void qemu_on_discontinuity(
    uint64_t id, int kinds,
    void (*handler)(qemu_vcpu vcpu, int kind, uint64_t from, uint64_t to)) {
    SET(discontinued, handler);
    qemu_plugin_register_vcpu_discon_cb(id, kinds, SHAPE(discontinued), NULL);
}

static __thread struct {
    void (*handler)(unsigned int vcpu, void *context);
    void *context;
} each;
static void each_with_id(uint64_t id UNUSED, unsigned int vcpu) {
    each.handler(vcpu, each.context);
}
static void each_with_data(unsigned int vcpu, void *data UNUSED) {
    each.handler(vcpu, each.context);
}
void qemu_for_each_vcpu(
    uint64_t id, void (*handler)(unsigned int vcpu, void *context), void *context) {
    // What is called may ask for the same.
    __typeof__(each) outer = each;
    each.handler = handler;
    each.context = context;
    qemu_plugin_vcpu_for_each(id, SHAPE(each), NULL);
    each = outer;
}

struct once {
    void (*body)(void *context);
    void *context;
    _Bool is_done;
};
static void call_once(unsigned int vcpu UNUSED, void *context) {
    struct once *once = context;
    if (once->is_done) return;
    once->is_done = 1;
    once->body(once->context);
}
void qemu_while_scores_stay(void (*body)(void *context), void *context) {
    struct once once = {body, context, 0};
    // Not elsewhere: who moves them holds the lock while it waits for the vCPUs that execute.
    if (qemu_is_outside()) qemu_for_each_vcpu(plugin, call_once, &once);
    call_once(0, &once);
}

uint64_t qemu_thread_number(void) {
    static uint64_t latest;
    static __thread uint64_t number;
    if (number == 0) number = __atomic_add_fetch(&latest, 1, __ATOMIC_RELAXED);
    return number;
}
