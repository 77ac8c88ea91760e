#define _GNU_SOURCE
#include "ForkServer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "Files.h"

// The parent writes four bytes for each run; the server answers with the child's number and then with
// its wait status, four bytes each. At the beginning it writes four bytes, which say that it is there.
enum { FORK_REQUESTS = 198, FORK_ANSWERS = 199 };

_Bool host_has_fork_requests(void) {
    return fcntl(FORK_REQUESTS, F_GETFD) >= 0 && fcntl(FORK_ANSWERS, F_GETFD) >= 0;
}

void host_refuse_forks(void) {
    close(FORK_REQUESTS);
    close(FORK_ANSWERS);
}

static _Bool answer(int32_t value) {
    return host_write(FORK_ANSWERS, &value, sizeof value) == 0;
}

static _Bool is_asked(void) {
    // Four bytes go through a pipe as one.
    int32_t wasKilled;
    return host_read(FORK_REQUESTS, &wasKilled, sizeof wasKilled) == sizeof wasKilled;
}

static int32_t await_end(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}

struct positions {
    struct position {
        int descriptor;
        off_t offset;
    } *of;
    size_t count;
};

/// Where the program is in the files that it reads. What is only written to goes on: nothing is written twice.
static struct positions note_positions(void) {
    struct positions positions = {NULL, 0};
    size_t room = 0;
    DIR *descriptors = opendir("/proc/self/fd");
    if (descriptors == NULL) return positions;
    for (struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
        int descriptor = atoi(entry->d_name);
        // Standard input is the parent's matter.
        if (descriptor <= STDERR_FILENO || descriptor == dirfd(descriptors)) continue;
        int flags = fcntl(descriptor, F_GETFL);
        if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY) continue;
        off_t offset = lseek(descriptor, 0, SEEK_CUR);
        if (offset < 0) continue;
        if (positions.count == room) {
            room = room * 2 + 16;
            struct position *more = realloc(positions.of, room * sizeof *more);
            if (more == NULL) break;
            positions.of = more;
        }
        positions.of[positions.count++] = (struct position){descriptor, offset};
    }
    closedir(descriptors);
    return positions;
}

/// A child shares its positions with its parent, and so with the children after it.
static void restore(struct positions positions) {
    for (size_t i = 0; i < positions.count; i++) {
        lseek(positions.of[i].descriptor, positions.of[i].offset, SEEK_SET);
    }
}

_Bool host_serve_forks(uint64_t thread_number) {
    // Whoever asked can be killed while a child hangs.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // A program that ignores SIGCHLD would have its children's ends forgotten. Only the server must not.
    struct sigaction usual = {.sa_handler = SIG_DFL}, guests;
    sigaction(SIGCHLD, &usual, &guests);
    if (!answer(0)) return 1;
    const pid_t server = getpid();
    const struct positions positions = note_positions();
    if (thread_number != 0) host_note_thread_number(thread_number);
    while (is_asked()) {
        restore(positions);
        pid_t child = fork();
        if (child == 0) {
            // What it starts in turn ends with it, where the parent ends the group.
            setpgid(0, 0);
            sigaction(SIGCHLD, &guests, NULL);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            // The server can have been killed before that: then nobody wants this run, nor would end it.
            if (getppid() != server) kill(getpid(), SIGKILL);
            host_refuse_forks();
            host_renumber_thread();
            return 0;
        }
        // Whoever hears of the child can end its group, even if the child has not come to that yet.
        if (child > 0) setpgid(child, child);
        if (child < 0 || !answer(child) || !answer(await_end(child))) break;
    }
    return 1;
}
