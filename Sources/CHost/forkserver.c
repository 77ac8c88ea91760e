#define _GNU_SOURCE
#include "ForkServer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

_Bool host_serve_forks(void) {
    // Whoever asked can be killed while a child hangs.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // A program that ignores SIGCHLD would have its children's ends forgotten. Only the server must not.
    struct sigaction usual = {.sa_handler = SIG_DFL}, guests;
    sigaction(SIGCHLD, &usual, &guests);
    if (!answer(0)) return 1;
    const pid_t server = getpid();
    while (is_asked()) {
        pid_t child = fork();
        if (child == 0) {
            // What it starts in turn ends with it, where the parent ends the group.
            setpgid(0, 0);
            sigaction(SIGCHLD, &guests, NULL);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            // The server can have been killed before that: then nobody wants this run, nor would end it.
            if (getppid() != server) kill(getpid(), SIGKILL);
            host_refuse_forks();
            return 0;
        }
        // Whoever hears of the child can end its group, even if the child has not come to that yet.
        if (child > 0) setpgid(child, child);
        if (child < 0 || !answer(child) || !answer(await_end(child))) break;
    }
    return 1;
}
