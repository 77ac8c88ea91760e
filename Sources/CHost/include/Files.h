#ifndef CHOST_FILES_H
#define CHOST_FILES_H

// Files and their names.

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// A descriptor, or -errno. None is inherited over exec.
int host_open_to_read(const char *path);
/// The umask that the process has now, QEMU's own, decides who may use the files that are created later, and not the
/// guest's, which is the process's too. To be called while there is one thread.
void host_note_creation_mask(void);
/// Fails with -EEXIST where the name is taken. Mode 0666 cut by the noted umask.
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

/// Cuts or lengthens a file; 0 or -errno. A limit on file sizes is an error, not a signal.
int host_set_length(int descriptor, uint64_t bytes);
/// How long the process may make a file.
uint64_t host_file_size_limit(void);
/// Reserves the file's bytes on the disk, so that writing to them through a mapping cannot fail
/// later, and makes the file long enough; 0 or -errno. A limit on file sizes is an error, not a
/// signal.
int host_reserve(int descriptor, uint64_t offset, uint64_t bytes);

/// Keeps others from the file's lock until the process has closed and unmapped the file; 0 or -errno.
int host_lock_file(int descriptor);

/// The file `from` gets the name `to`; what had that name is gone.
int host_rename(const char *from, const char *to);
int host_unlink(const char *path);

enum {
    HOST_MISSING = 0,
    HOST_REGULAR = 1,
    HOST_DIRECTORY = 2,
    HOST_LINK = 3,
    HOST_FIFO = 4,
    HOST_CHARACTER = 5,
    HOST_BLOCK = 6,
    HOST_SOCKET = 7
};

/// What the path is, a link not followed: HOST_MISSING and so on, or -errno.
int host_kind(const char *path);
/// Length of what a link says, in `buffer`, or -errno.
int64_t host_read_link(const char *path, char *buffer, size_t bytes);

/// What tells a file from a later one at its path; times in nanoseconds.
struct host_stamp {
    uint64_t device, inode, size;
    int64_t modified, changed;
};
/// Of what the path leads to, links followed; 0 or -errno.
int host_read_stamp(const char *path, struct host_stamp *stamp);

/// 0 where the process may write to what exists there, or -errno.
int host_can_write(const char *path);

/// Length of the text in `buffer`, without its NUL, or -errno.
int64_t host_real_path(const char *path, char *buffer, size_t bytes);
int64_t host_current_directory(char *buffer, size_t bytes);

/// Whether a pattern of the shell's kind matches a whole text; `*` matches slashes too.
_Bool host_matches(const char *pattern, const char *text);
/// Whether two texts are the same.
_Bool host_is_text(const char *first, const unsigned char *second);
/// Whether a word, which is not empty, is one of several with blanks between them.
_Bool host_has_word(const unsigned char *words, const char *word);

#pragma GCC visibility pop
#endif
