#define _GNU_SOURCE

#include "CHost.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

/// The handler that was there before ours.
static struct sigaction earlier;
static _Bool is_guarding;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// A page behind a file's end, which is kept elsewhere for as long as another, of zeroes, is in its place.
struct replaced {
    void *page;
    void *kept;
};
enum { MOST_REPLACED = 16 };
struct guarded {
    struct replaced pages[MOST_REPLACED];
    int count;
    /// Where the thread goes on if there is no other way.
    sigjmp_buf way_out;
};
/// Null outside of `host_guard`. A signal's handler reads it: it must be there before.
static __thread struct guarded *guarded __attribute__((tls_model("initial-exec")));

static _Bool replace_page(struct guarded *by, void *address) {
    if (by->count == MOST_REPLACED) return 0;
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = (void *)((uintptr_t)address & ~(uintptr_t)(size - 1));
    void *place = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return 0;
    if (mremap(page, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place) == MAP_FAILED) {
        munmap(place, size);
        return 0;
    }
    if (mmap(page, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
        mremap(place, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, page);
        return 0;
    }
    by->pages[by->count++] = (struct replaced){page, place};
    return 1;
}

static void put_back(struct guarded *by) {
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    while (by->count > 0) {
        struct replaced last = by->pages[--by->count];
        mremap(last.kept, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, last.page);
    }
}

static void on_bus_error(int number, siginfo_t *information, void *context) {
    // What another process sends has a code of 0 or less.
    if (guarded != NULL && information->si_code > 0) {
        // QEMU is in the middle of its work, under a lock: it had better end that.
        if (replace_page(guarded, information->si_addr)) return;
        sigprocmask(SIG_SETMASK, &((ucontext_t *)context)->uc_sigmask, NULL);
        siglongjmp(guarded->way_out, 1);
    }
    if (earlier.sa_flags & SA_SIGINFO)
        earlier.sa_sigaction(number, information, context);
    else if (earlier.sa_handler != SIG_DFL && earlier.sa_handler != SIG_IGN)
        earlier.sa_handler(number);
    else {
        signal(number, earlier.sa_handler);
        raise(number);
    }
}

static void start_guarding(void) {
    pthread_mutex_lock(&lock);
    if (!is_guarding && sigaction(SIGBUS, NULL, &earlier) == 0) {
        struct sigaction ours = earlier;
        ours.sa_flags |= SA_SIGINFO;
        ours.sa_sigaction = on_bus_error;
        if (sigaction(SIGBUS, &ours, NULL) == 0) __atomic_store_n(&is_guarding, 1, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
}

_Bool host_guard(void (*body)(void *context), void *context) {
    if (!__atomic_load_n(&is_guarding, __ATOMIC_ACQUIRE)) start_guarding();
    struct guarded here;
    here.count = 0;
    if (sigsetjmp(here.way_out, 0) != 0) {
        struct guarded *left = guarded;
        guarded = NULL;
        put_back(left);
        return 0;
    }
    guarded = &here;
    body(context);
    guarded = NULL;
    _Bool is_whole = here.count == 0;
    put_back(&here);
    return is_whole;
}

void host_stop_guarding(void) {
    struct sigaction now;
    pthread_mutex_lock(&lock);
    if (is_guarding && sigaction(SIGBUS, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO)
        && now.sa_sigaction == on_bus_error && sigaction(SIGBUS, &earlier, NULL) == 0)
        __atomic_store_n(&is_guarding, 0, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&lock);
}
