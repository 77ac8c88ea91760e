#ifndef CHOST_H
#define CHOST_H

// The few calls of libc that Embedded Swift needs, which has no Glibc module. Where a call can fail it answers with
// the negated errno, so that Swift need not look at errno itself. All is hidden: a plugin shares its process's
// symbols with QEMU.

#include "Apart.h"
#include "Files.h"
#include "ForkServer.h"
#include "Memory.h"
#include "Process.h"
#include "Streams.h"

#endif
