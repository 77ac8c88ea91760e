/* Preloaded: gives whoever sends a signal time before a file gets its name. */
#include <unistd.h>

int rename(const char *from, const char *to) {
    (void)from, (void)to;
    for (;;) pause();
}
