#ifndef CPROCESS_H
#define CPROCESS_H

#include <stddef.h>
#include <sys/types.h>

/// Starts a program, found by its path, the first of a process group. It is killed when the thread that has started it
/// ends, however that is: `posix_spawn` cannot ask the kernel for it.
///
/// - Parameters:
///   - words: ends in NULL.
///   - descriptors: pairs of a descriptor of ours and the number that it gets.
/// - Returns: the process's number, or -errno.
pid_t process_start(char *const words[], const int descriptors[][2], size_t count);

/// Has the system make those of our descendants our children whose parents have ended (prctl(2),
/// `PR_SET_CHILD_SUBREAPER`).
void process_adopt(void);

#endif
