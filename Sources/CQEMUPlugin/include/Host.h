#ifndef CQEMUPLUGIN_HOST_H
#define CQEMUPLUGIN_HOST_H

// The few libc calls that a plugin in Embedded Swift needs, which has no Glibc module. Where a call
// can fail it answers with the negated errno, so that Swift need not look at errno itself.

#include <stddef.h>
#include <stdint.h>

// Hidden: a plugin shares its process's symbols with QEMU.
#pragma GCC visibility push(hidden)

/// Zeroed private pages that take no memory until they are touched; NULL on failure.
void *host_map(size_t bytes);
void host_unmap(void *address, size_t bytes);

/// Cuts or lengthens a file; 0 or -errno. A limit on file sizes is an error, not a signal.
int host_set_length(int descriptor, uint64_t bytes);
/// How long the process may make a file.
uint64_t host_file_size_limit(void);
/// Reserves the file's bytes on the disk, so that writing to them through a mapping cannot fail
/// later, and makes the file long enough; 0 or -errno. A limit on file sizes is an error, not a
/// signal.
int host_reserve(int descriptor, uint64_t offset, uint64_t bytes);
/// Maps a part of a file, shared with whoever reads it, readable and writable; NULL on failure.
void *host_map_file(int descriptor, uint64_t offset, size_t bytes);
/// The same as `host_reserve`, by a mapping of the bytes alone; -EINVAL before Linux 5.14.
int host_fill(void *address, size_t bytes);
/// Puts the mapping at `from` in the place of what is mapped at `to`; 0 or -errno.
int host_move_mapping(void *from, void *to, size_t bytes);
/// A store that comes after all stores before it, for whoever reads the memory.
void host_publish(uint64_t *place, uint64_t value);

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

/// Whether somebody asks for forks by AFL's protocol: a parent that reads from descriptor 199 and writes to 198.
_Bool host_has_fork_requests(void);
/// Forks for each request, and answers with the child's number and how it ended. Returns false in each child, and true
/// when nobody asks any more.
_Bool host_serve_forks(void);
/// Whether two texts are the same.
_Bool host_is_text(const char *first, const unsigned char *second);

/// Another, for the library's own use. It can be taken with the one above held, not the other way round.
void qemu_keep_lock(void);
void qemu_keep_unlock(void);
/// Has it free in a forked child too; 0 or -errno. To be called before `host_on_fork`.
int qemu_keep_over_forks(void);

/// What is noted of the calling thread between callbacks that come on it; false and 0 at first, in a forked
/// child as it was. Each gives what was noted before.
enum host_thread_flag { HOST_THREAD_CHANGES_FILE, HOST_THREAD_CLOSES, HOST_THREAD_FLAGS };
_Bool host_thread_set(enum host_thread_flag flag, _Bool value);
uint32_t host_thread_set_epoch(uint32_t epoch);

/// A lock for plugins; the process ends where there is no memory for it.
struct qemu_lock *qemu_lock_new(void);
void qemu_lock_free(struct qemu_lock *lock);
void qemu_lock_take(struct qemu_lock *lock);
void qemu_lock_give(struct qemu_lock *lock);
/// Since some moment, never going back.
uint64_t qemu_host_nanoseconds(void);

void host_sleep_milliseconds(unsigned int milliseconds);
/// Length of the machine's name in `buffer`, without its NUL, or -errno.
int64_t host_name(char *buffer, size_t bytes);

/// A descriptor, or -errno. None is inherited over exec.
int host_open_to_read(const char *path);
/// Fails with -EEXIST where the name is taken. Mode 0666 cut by the process's umask.
int host_create(const char *path);
/// A file that has no name and goes with the descriptor. -EOPNOTSUPP where the file system has none such.
int host_create_nameless(const char *folder);
int host_open_to_change(const char *path);
int host_close(int descriptor);

/// Bytes read (0 at the end) or -errno; an interrupted call is repeated.
int64_t host_read(int descriptor, void *buffer, size_t bytes);
int64_t host_read_at(int descriptor, void *buffer, size_t bytes, uint64_t offset);
/// All bytes, however often the system takes fewer; 0 or -errno. A reader that is gone and a limit on
/// file sizes are errors, not signals. A descriptor that is set not to wait is waited for, and so is one
/// that takes nothing when a signal comes, ten seconds at most.
int host_write(int descriptor, const void *buffer, size_t bytes);
/// Waits until the descriptor takes something, of a pipe a line; false where it does not for ten seconds.
_Bool host_takes_more(int descriptor);

/// The file `from` gets the name `to`; what had that name is gone.
int host_rename(const char *from, const char *to);
int host_unlink(const char *path);

/// What tells a file from a later one at its path; times in nanoseconds.
struct host_stamp {
    uint64_t device, inode, size;
    int64_t modified, changed;
};
/// Of what the path leads to, links followed; 0 or -errno.
int host_read_stamp(const char *path, struct host_stamp *stamp);
/// Bytes of this process's memory, fewer where it ends, or -errno. What is mapped from a file that has
/// become shorter is an error, where looking at it would be a signal.
int64_t host_read_memory(uint64_t address, void *buffer, size_t bytes);
/// 0 where the process may write to what exists there, or -errno.
int host_can_write(const char *path);

/// Length of the text in `buffer`, without its NUL, or -errno.
int64_t host_real_path(const char *path, char *buffer, size_t bytes);
int64_t host_current_directory(char *buffer, size_t bytes);

/// Whether a pattern of the shell's kind matches a whole text; `*` matches slashes too.
_Bool host_matches(const char *pattern, const char *text);

int host_process_id(void);
/// Ends the process at once.
_Noreturn void host_exit(int status);
long host_page_size(void);
/// The message that belongs to an errno; valid until the thread's next call.
const char *host_error_text(int error);
/// Frees what QEMU handed over (its allocator is libc's).
void host_free(const void *memory);

#pragma GCC visibility pop
#endif
