#ifndef CHOST_FORKSERVER_H
#define CHOST_FORKSERVER_H

// The server's side of AFL's protocol.

#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Whether somebody asks for forks: a parent that reads from descriptor 199 and writes to 198.
_Bool host_has_fork_requests(void);
/// Forks for each request, and answers with the child's number and how it ended. Returns false in each child, and true
/// when nobody asks any more. Each child has the number of its thread where `thread_number` says, and begins to read
/// where the server has read to.
///
/// - Parameter thread_number: where the guest's C library keeps its thread's number; 0 where it keeps none.
_Bool host_serve_forks(uint64_t thread_number);
/// Has the parent see that nothing is served.
void host_refuse_forks(void);

/// Whether this thread's number is at the address, in either byte order.
_Bool host_is_thread_number(uint64_t address);
/// Notes where the guest has this thread's number: at the address, and as the owner of mutexes that it holds.
void host_note_thread_number(uint64_t address);
/// Puts this thread's number there, which is another one.
void host_renumber_thread(void);

#pragma GCC visibility pop
#endif
