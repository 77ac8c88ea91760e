/* For Tests/Benchmarks/corpus: loaded into a guest by LD_PRELOAD, forks before main for each request on descriptor 198,
   as libcov.so's fork server does (Docs/fork-server.md), but in the guest, so that QEMU needs no plugin. */
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((constructor)) static void serve(void)
{
    int32_t word = 0;
    if (write(199, &word, 4) != 4)
        return;
    while (read(198, &word, 4) == 4) {
        pid_t child = fork();
        if (child == 0) {
            close(198);
            close(199);
            return;
        }
        int status = 0;
        word = child;
        if (write(199, &word, 4) != 4 || waitpid(child, &status, 0) < 0 || write(199, &status, 4) != 4)
            break;
    }
    _exit(0);
}
