#ifndef CHOST_FORKSERVER_H
#define CHOST_FORKSERVER_H

// The server's side of AFL's protocol.

#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Whether somebody asks for forks: a parent that reads from descriptor 199 and writes to 198.
_Bool host_has_fork_requests(void);
/// Forks for each request, and answers with the child's number and how it ended. Returns false in each child, and true
/// when nobody asks any more.
_Bool host_serve_forks(void);
/// Has the parent see that nothing is served.
void host_refuse_forks(void);

#pragma GCC visibility pop
#endif
