// Loaded into a fork server: its child's parent is killed just before the child asks to end with it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static pid_t server;

int prctl(int option, ...) {
    if (option == PR_SET_PDEATHSIG && server == 0) {
        server = getpid();
    } else if (option == PR_SET_PDEATHSIG && server != getpid()) {
        kill(server, SIGKILL);
        while (getppid() == server) usleep(1000);
    }
    int (*next)(int, unsigned long, unsigned long, unsigned long, unsigned long) = dlsym(RTLD_NEXT, "prctl");
    __builtin_va_list list;
    __builtin_va_start(list, option);
    unsigned long word = __builtin_va_arg(list, unsigned long);
    __builtin_va_end(list);
    return next(option, word, 0, 0, 0);
}
