#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int become(char *const words[], const int descriptors[][2], size_t count, pid_t parent,
                  const sigset_t *blocked) {
    if (setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return errno;
    // It could have ended before.
    if (getppid() != parent) _exit(127);
    // QEMU, and the system, would leave a file for each crash.
    struct rlimit core;
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &core);
    }
    for (size_t index = 0; index < count; index++) {
        const int own = descriptors[index][0], its = descriptors[index][1];
        if (own == its ? fcntl(own, F_SETFD, 0) < 0 : dup2(own, its) < 0) return errno;
    }
    sigprocmask(SIG_SETMASK, blocked, NULL);
    execve(words[0], words, environ);
    return errno;
}

pid_t process_start(char *const words[], const int descriptors[][2], size_t count) {
    // The child has our memory until it is another program: no handler of ours may run in it.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = getpid();
    volatile int error = 0;
    const pid_t child = vfork();
    if (child == 0) {
        error = become(words, descriptors, count, parent, &before);
        _exit(127);
    }
    const int failed = child < 0 ? errno : error;
    if (child > 0 && failed) waitpid(child, NULL, 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? -failed : child;
}

void process_adopt(void) { prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L); }
