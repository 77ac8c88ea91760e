#ifndef CHOST_APART_H
#define CHOST_APART_H

// Work with files of which a guest with threads sees nothing: descriptors are numbers of the process, and each that is
// open here is one that another thread's open() does not give, or that its dup2() takes.

#pragma GCC visibility push(hidden)

/// Whether from now on the process may have several threads of the guest's; it has one at first.
void host_expect_threads(_Bool expected);

/// Calls `function` with `context`. Where another thread could see them, or the table is full, the descriptors that it
/// opens are none of the process's: they are in a copy of its table, which goes when the function returns. So none may
/// be kept. Where the system does not let it be so, the function is called all the same.
void host_work_apart(void (*function)(void *context), void *context);

#pragma GCC visibility pop
#endif
