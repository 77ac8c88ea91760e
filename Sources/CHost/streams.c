#define _GNU_SOURCE
#include "Streams.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int status(int result) { return result < 0 ? -errno : result; }

static int identify(int folder, const char *path, int flags, host_identity *identity) {
    struct statx found;
    unsigned int wanted = STATX_TYPE | STATX_INO | STATX_BTIME;
    if (statx(folder, path, flags | AT_STATX_DONT_SYNC, wanted, &found) < 0) return -errno;
    memset(identity, 0, sizeof *identity);
    identity->device = makedev(found.stx_dev_major, found.stx_dev_minor);
    identity->number = found.stx_ino;
    identity->kind = found.stx_mode & S_IFMT;
    if (found.stx_mask & STATX_BTIME) {
        identity->born_seconds = (uint64_t)found.stx_btime.tv_sec;
        identity->born_nanoseconds = found.stx_btime.tv_nsec;
    }
    return 0;
}

int host_identify(int descriptor, host_identity *identity) {
    return identify(descriptor, "", AT_EMPTY_PATH, identity);
}

int host_identify_path(const char *path, host_identity *identity) {
    return identify(AT_FDCWD, path, 0, identity);
}

// Field by field: what lies between them is not copied with them.
static int are_same(const host_identity *one, const host_identity *other) {
    return one->device == other->device && one->number == other->number && one->kind == other->kind
        && one->born_seconds == other->born_seconds
        && one->born_nanoseconds == other->born_nanoseconds;
}

static int is_same(int descriptor, const host_identity *identity) {
    host_identity found;
    return host_identify(descriptor, &found) == 0 && are_same(&found, identity);
}

static int can_write(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH);
}

int host_reach(int descriptor, const char *path, const host_identity *identity) {
    if (descriptor >= 0 && is_same(descriptor, identity) && can_write(descriptor)) {
        int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        if (copy >= 0) return copy;
    }
    if (path == NULL) return -EBADF;
    // What lies there now can be anything: looked at before it is opened, since opening can do things
    // to a device, and afterwards, since it can have changed.
    host_identity found;
    int result = host_identify_path(path, &found);
    if (result < 0) return result;
    if (!are_same(&found, identity)) return -ESTALE;
    int opened =
        status(open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (opened < 0) return opened;
    int flags = fcntl(opened, F_GETFL);
    if (!is_same(opened, identity) || fcntl(opened, F_SETFL, flags & ~O_NONBLOCK) < 0) {
        close(opened);
        return -ESTALE;
    }
    return opened;
}
