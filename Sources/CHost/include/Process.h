#ifndef CHOST_PROCESS_H
#define CHOST_PROCESS_H

// The process, its threads, and what keeps these apart.

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// One lock for the process.
void host_lock(void);
void host_unlock(void);
/// Calls `before` when the process is about to fork, and `child` in each child before fork returns there; 0
/// or -errno. To be called once.
///
/// The forking thread takes the lock behind `before`, so that no other thread has it, and gives it back in
/// both processes, in the child behind `child`. User-mode QEMU forks with all its own locks taken and no
/// vCPU executing or translating: whoever waits for one of those must not hold this one but in a
/// translation.
int host_on_fork(void (*before)(void), void (*child)(void));
/// Waits until each other thread of the process was seen not to run, for so long at most.
void host_await_threads(unsigned int milliseconds);
/// How many threads the process has.
unsigned int host_thread_count(void);

/// Another, for what is beneath a plugin. It can be taken with the one above held, not the other way round.
void host_library_lock(void);
void host_library_unlock(void);
/// Has it free in a forked child too; 0 or -errno. To be called before `host_on_fork`.
int host_library_lock_over_forks(void);

/// Locks, as many as are wanted; the process ends where there is no memory for one.
struct host_mutex *host_mutex_new(void);
void host_mutex_free(struct host_mutex *lock);
void host_mutex_take(struct host_mutex *lock);
void host_mutex_give(struct host_mutex *lock);

/// What is noted of the calling thread between callbacks that come on it; false and 0 at first, in a forked
/// child as it was. Each gives what was noted before.
enum host_thread_flag { HOST_THREAD_CHANGES_FILE, HOST_THREAD_CLOSES, HOST_THREAD_FLAGS };
_Bool host_thread_set(enum host_thread_flag flag, _Bool value);
uint32_t host_thread_set_epoch(uint32_t epoch);
uint64_t host_thread_set_length(uint64_t bytes);

/// Since some moment, never going back.
uint64_t host_nanoseconds(void);
void host_sleep_milliseconds(unsigned int milliseconds);

int host_process_id(void);
/// Ends the process at once.
_Noreturn void host_exit(int status);
long host_page_size(void);
/// Length of the machine's name in `buffer`, without its NUL, or -errno.
int64_t host_name(char *buffer, size_t bytes);
/// The message that belongs to an errno; valid until the thread's next call.
const char *host_error_text(int error);

#pragma GCC visibility pop
#endif
