#define _GNU_SOURCE

#include "CHost.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

/// The handler that was there before ours.
static struct sigaction earlier;
static _Bool is_guarding;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// Where the thread goes on; null outside of `host_guard`. A signal's handler reads it: it must be there before.
static __thread sigjmp_buf *way_out __attribute__((tls_model("initial-exec")));

static void on_bus_error(int number, siginfo_t *information, void *context) {
    // What another process sends has a code of 0 or less.
    if (way_out != NULL && information->si_code > 0) {
        sigprocmask(SIG_SETMASK, &((ucontext_t *)context)->uc_sigmask, NULL);
        siglongjmp(*way_out, 1);
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
    sigjmp_buf here;
    if (sigsetjmp(here, 0) != 0) {
        way_out = NULL;
        return 0;
    }
    way_out = &here;
    body(context);
    way_out = NULL;
    return 1;
}

void host_stop_guarding(void) {
    struct sigaction now;
    pthread_mutex_lock(&lock);
    if (is_guarding && sigaction(SIGBUS, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO)
        && now.sa_sigaction == on_bus_error && sigaction(SIGBUS, &earlier, NULL) == 0)
        __atomic_store_n(&is_guarding, 0, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&lock);
}
