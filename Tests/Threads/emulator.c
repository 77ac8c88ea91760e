/* Stands in for QEMU: calls the plugin with the guarantees that QEMU gives and no others, so that
   ThreadSanitizer sees each order that nobody keeps. API: 1 (QEMU 7.2) or 5 (10.2), at compile time. */
#define _GNU_SOURCE
#include "emulator.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if API == 1
__attribute__((used)) static const char release[] = "qemu-x86_64 version 7.2.22";
#endif

enum { MOST_CALLS = 4 };

void fail(const char *what)
{
    fprintf(stderr, "host: %s\n", what);
    _exit(3);
}

/* What is emulated. */

typedef struct {
    void *score;
    size_t offset;
} entry;
struct call {
    enum { CALL, CONDITIONAL, ADD_HERE, ADD_TO_ENTRY } kind;
    void (*function)(unsigned int vcpu, uintptr_t word);
    uintptr_t word;
    entry entry;
};
struct qemu_plugin_insn {
    uint64_t address;
    int count;
    struct call calls[MOST_CALLS];
};
struct qemu_plugin_tb {
    uint64_t address;
    int count;
    struct call calls[MOST_CALLS];
    struct qemu_plugin_insn instructions[INSTRUCTIONS];
};

struct vcpu vcpus[THREADS];
atomic_bool is_there[THREADS];
_Thread_local struct vcpu *current;
int blocks, is_precise, is_system;
const char *program;
_Atomic(struct qemu_plugin_tb *) *translated;
atomic_int *reached;

/* QEMU's exclusive sections. What runs has no order with what else runs, but with what is exclusive. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t map_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t plugin_lock;
static atomic_int exclusive;

static void execution_begins(void)
{
    for (;;) {
        atomic_store(&current->is_running, 1);
        if (!atomic_load(&exclusive))
            return;
        atomic_store(&current->is_running, 0);
        pthread_mutex_lock(&list_lock);
        pthread_mutex_unlock(&list_lock);
    }
}

static void execution_ends(void) { atomic_store(&current->is_running, 0); }

void start_exclusive(void)
{
    pthread_mutex_lock(&list_lock);
    atomic_store(&exclusive, 1);
    for (int i = 0; i < THREADS; i++)
        while (atomic_load(&is_there[i]) && atomic_load(&vcpus[i].is_running))
            sched_yield();
}

void end_exclusive(void)
{
    atomic_store(&exclusive, 0);
    pthread_mutex_unlock(&list_lock);
}

/* Events. */

static _Atomic(function) events[EVENTS];

#define REGISTER(name, event) \
    void name(uint64_t id, function callback, void *data) \
    { \
        (void)data; \
        if (id != ID) \
            fail("another id"); \
        if (event < EVENTS) \
            atomic_store_explicit(&events[event], callback, memory_order_release); \
    }
REGISTER(qemu_plugin_register_vcpu_init_cb, EVENTS)
REGISTER(qemu_plugin_register_vcpu_exit_cb, EVENTS)
REGISTER(qemu_plugin_register_vcpu_idle_cb, EVENTS)
REGISTER(qemu_plugin_register_vcpu_resume_cb, EVENTS)
REGISTER(qemu_plugin_register_flush_cb, FLUSH)
REGISTER(qemu_plugin_register_vcpu_tb_trans_cb, TRANSLATION)
REGISTER(qemu_plugin_register_vcpu_syscall_cb, CALLS)
REGISTER(qemu_plugin_register_vcpu_syscall_ret_cb, RETURNS)
REGISTER(qemu_plugin_register_atexit_cb, EXIT)

function event(int number)
{
    return atomic_load_explicit(&events[number], memory_order_acquire);
}

/* A request to forget all code: of several the first; carried out by the vCPU that asked. */
int is_resetting, resets;
static function reset_callback;

void qemu_plugin_reset(uint64_t id, function callback, void *data)
{
    (void)id;
    (void)data;
    pthread_mutex_lock(&plugin_lock);
    if (!is_resetting) {
        is_resetting = 1;
        reset_callback = callback;
        current->has_work = 1;
    }
    pthread_mutex_unlock(&plugin_lock);
}

static void forget_all(void)
{
    for (int i = 0; i < blocks; i++)
        free(atomic_exchange(&translated[i], NULL));
}

static void do_queued_work(void)
{
    if (!current->has_work)
        return;
    current->has_work = 0;
    start_exclusive();
    forget_all();
    /* QEMU tells of the flush before it frees the callbacks. */
    ((void (*)(uint64_t))event(FLUSH))(ID);
    pthread_mutex_lock(&plugin_lock);
    for (int i = 0; i < EVENTS; i++)
        atomic_store_explicit(&events[i], NULL, memory_order_release);
    ((void (*)(uint64_t))reset_callback)(ID);
    is_resetting = 0;
    resets++;
    pthread_mutex_unlock(&plugin_lock);
    end_exclusive();
}

/* Blocks. */

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
    (void)tb;
    return INSTRUCTIONS;
}
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb) { return tb->address; }
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(struct qemu_plugin_tb *tb, size_t index)
{
    return index < INSTRUCTIONS ? &tb->instructions[index] : NULL;
}
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
    (void)insn;
    return INSTRUCTION_SIZE;
}
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn) { return insn->address; }
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn) { return (void *)insn->address; }

static void add(int *count, struct call *calls, struct call added)
{
    if (*count == MOST_CALLS)
        fail("too many callbacks");
    calls[(*count)++] = added;
}
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *tb, void (*callback)(unsigned int, uintptr_t), int flags, uintptr_t word)
{
    (void)flags;
    add(&tb->count, tb->calls, (struct call){.kind = CALL, .function = callback, .word = word});
}
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, void (*callback)(unsigned int, uintptr_t), int flags,
    uintptr_t word)
{
    (void)flags;
    add(&insn->count, insn->calls, (struct call){.kind = CALL, .function = callback, .word = word});
}

#if API == 1
void qemu_plugin_register_vcpu_tb_exec_inline(
    struct qemu_plugin_tb *tb, int operation, void *counter, uint64_t immediate)
{
    (void)operation;
    (void)immediate;
    add(&tb->count, tb->calls, (struct call){.kind = ADD_HERE, .word = (uintptr_t)counter});
}
uint64_t qemu_plugin_start_code(void) { return CODE; }
uint64_t qemu_plugin_end_code(void) { return CODE + (uint64_t)blocks * STRIDE; }
const char *qemu_plugin_path_to_binary(void) { return strdup(program); }
#else
/* One array for each vCPU, which does not move. */
struct board {
    size_t size;
    char *values[THREADS];
};
struct board *qemu_plugin_scoreboard_new(size_t size)
{
    struct board *board = malloc(sizeof *board);
    board->size = size;
    pthread_mutex_lock(&plugin_lock);
    for (int i = 0; i < THREADS; i++)
        board->values[i] = calloc(1, size);
    pthread_mutex_unlock(&plugin_lock);
    return board;
}
void *qemu_plugin_scoreboard_find(struct board *board, unsigned int vcpu)
{
    return board->values[vcpu];
}
/* QEMU's code and its functions write plainly to what is one vCPU's, and whoever sums it up reads plainly. */
static _Atomic uint64_t *place(entry entry, unsigned int vcpu)
{
    return (_Atomic uint64_t *)(((struct board *)entry.score)->values[vcpu] + entry.offset);
}
uint64_t qemu_plugin_u64_get(entry entry, unsigned int vcpu)
{
    return atomic_load_explicit(place(entry, vcpu), memory_order_relaxed);
}
void qemu_plugin_u64_set(entry entry, unsigned int vcpu, uint64_t value)
{
    atomic_store_explicit(place(entry, vcpu), value, memory_order_relaxed);
}
uint64_t qemu_plugin_u64_sum(entry entry)
{
    uint64_t sum = 0;
    for (unsigned int i = 0; i < THREADS; i++)
        sum += qemu_plugin_u64_get(entry, i);
    return sum;
}
int qemu_plugin_num_vcpus(void) { return THREADS; }
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
    struct qemu_plugin_tb *tb, int operation, entry entry, uint64_t immediate)
{
    (void)operation;
    (void)immediate;
    add(&tb->count, tb->calls, (struct call){.kind = ADD_TO_ENTRY, .entry = entry});
}
void qemu_plugin_register_vcpu_tb_exec_cond_cb(
    struct qemu_plugin_tb *tb, void (*callback)(unsigned int, uintptr_t), int flags, int condition,
    entry entry, uint64_t immediate, uintptr_t word)
{
    enum { EQUAL = 2 };
    (void)flags;
    if (condition != EQUAL || immediate != 0)
        fail("a condition that is not known here");
    struct call call = {.kind = CONDITIONAL, .function = callback, .word = word, .entry = entry};
    add(&tb->count, tb->calls, call);
}
#endif

/* What the library names and this plugin does not call. */
#define UNUSED(name) \
    void name(void) { fail(#name " was called"); }
UNUSED(qemu_plugin_uninstall)
UNUSED(qemu_plugin_vcpu_for_each)
UNUSED(qemu_plugin_outs)
UNUSED(qemu_plugin_insn_data)
UNUSED(qemu_plugin_insn_disas)
UNUSED(qemu_plugin_register_vcpu_mem_cb)
UNUSED(qemu_plugin_mem_size_shift)
UNUSED(qemu_plugin_mem_is_sign_extended)
UNUSED(qemu_plugin_mem_is_big_endian)
UNUSED(qemu_plugin_mem_is_store)
UNUSED(qemu_plugin_get_hwaddr)
UNUSED(qemu_plugin_hwaddr_is_io)

static void make(const struct call *call)
{
    switch (call->kind) {
    case CALL: call->function(current->index, call->word); break;
    case ADD_HERE: {
        _Atomic uint64_t *counter = (_Atomic uint64_t *)call->word;
        uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);
        atomic_store_explicit(counter, value + 1, memory_order_relaxed);
        break;
    }
#if API > 1
    case CONDITIONAL:
        if (qemu_plugin_u64_get(call->entry, current->index) == 0)
            call->function(current->index, call->word);
        break;
    case ADD_TO_ENTRY:
        qemu_plugin_u64_set(
            call->entry, current->index, qemu_plugin_u64_get(call->entry, current->index) + 1);
        break;
#endif
    default: fail("a callback that this QEMU does not have");
    }
}

uint64_t next_random(void)
{
    current->random = current->random * 6364136223846793005u + 1442695040888963407u;
    return current->random >> 33;
}

static struct qemu_plugin_tb *translate(int number)
{
    struct qemu_plugin_tb *tb = calloc(1, sizeof *tb), *none = NULL;
    tb->address = CODE + (uint64_t)number * STRIDE;
    for (int i = 0; i < INSTRUCTIONS; i++)
        tb->instructions[i].address = tb->address + (uint64_t)i * INSTRUCTION_SIZE;
    if (!is_system)
        pthread_mutex_lock(&map_lock);
    ((void (*)(uint64_t, struct qemu_plugin_tb *))event(TRANSLATION))(ID, tb);
    if (!atomic_compare_exchange_strong(&translated[number], &none, tb)) {
        free(tb); /* another thread was faster */
        tb = none;
    }
    if (!is_system)
        pthread_mutex_unlock(&map_lock);
    return tb;
}

void execute(int number)
{
    execution_begins();
    struct qemu_plugin_tb *tb =
        atomic_load_explicit(&translated[number], memory_order_acquire);
    if (!tb)
        tb = translate(number);
    for (int i = 0; i < tb->count; i++)
        make(&tb->calls[i]);
    /* A fault in the midst ends the execution. */
    int count = is_precise ? 1 + (int)(next_random() % INSTRUCTIONS) : INSTRUCTIONS;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < tb->instructions[i].count; j++)
            make(&tb->instructions[i].calls[j]);
    int before = atomic_load_explicit(&reached[number], memory_order_relaxed);
    while (before < count
           && !atomic_compare_exchange_weak_explicit(
               &reached[number], &before, count, memory_order_relaxed, memory_order_relaxed))
        ;
    execution_ends();
    do_queued_work();
}
