#define _GNU_SOURCE
#include "Apart.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// Set before a thread is made: whoever could see it late is not there yet.
static atomic_bool has_threads;

void host_expect_threads(_Bool expected) {
    atomic_store_explicit(&has_threads, expected, memory_order_relaxed);
}

/// Whether the calling thread works apart already. The thread that works for it has its memory, this too.
static __thread _Bool is_apart;

struct work {
    void (*function)(void *context);
    void *context;
    /// Which signals the calling thread has blocked; at the end, what a handler made of that.
    sigset_t blocked;
};

static _Bool has_room(void) {
    int descriptor = open("/", O_PATH | O_CLOEXEC);
    if (descriptor >= 0) close(descriptor);
    return descriptor >= 0 || errno != EMFILE;
}

/// In a copy of a table that is full, the descriptors with the highest numbers are wanted least.
static void make_room(void) {
    enum { WANTED = 4 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT32_MAX) return;
    int closed = 0;
    for (int number = (int)limit.rlim_cur - 1; number > STDERR_FILENO && closed < WANTED; number--) {
        if (close(number) == 0) closed++;
    }
}

static int run(void *argument) {
    struct work *work = argument;
    // Who reads what is written may do so late, or never: a signal must end that. Its handler is QEMU's, which finds
    // its thread by thread-local memory, and blocks others by the mask until the guest has had this one.
    pthread_sigmask(SIG_SETMASK, &work->blocked, NULL);
    if (!has_room()) make_room();
    work->function(work->context);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &work->blocked);
    return 0;
}

enum { STACK_SIZE = 1 << 18 };
static void *_Atomic spare_stack;

static void *take_stack(void) {
    void *stack = atomic_exchange(&spare_stack, NULL);
    if (stack != NULL) return stack;
    stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    return stack == MAP_FAILED ? NULL : stack;
}

static void give_stack(void *stack) {
    stack = atomic_exchange(&spare_stack, stack);
    if (stack != NULL) munmap(stack, STACK_SIZE);
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// The sanitizer takes a clone() for a fork(), whose child has memory of its own.
#define HAS_NO_CLONE 1
#endif
#endif

static _Bool run_apart(struct work *work) {
#ifdef HAS_NO_CLONE
    return 0;
#endif
    char *stack = take_stack();
    if (stack == NULL) return 0;
    // The calling thread, which waits, can run no handler: the other is to be given what comes.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &work->blocked);
    is_apart = 1;
    // A thread of this process in all but its descriptors and its folder, in the place of the calling one, which
    // waits for its end: libc, whose thread-local memory both have, sees one thread.
    int flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_VFORK;
    int thread = clone(run, stack + STACK_SIZE, flags, work);
    is_apart = 0;
    pthread_sigmask(SIG_SETMASK, &work->blocked, NULL);
    give_stack(stack);
    return thread >= 0;
}

void host_work_apart(void (*function)(void *context), void *context) {
    struct work work = {.function = function, .context = context};
    _Bool is_alone = is_apart || (!atomic_load_explicit(&has_threads, memory_order_relaxed) && has_room());
    if (is_alone || !run_apart(&work)) function(context);
}
