/* Linked into the programs of Tests/Scripts/corpus: before main, looks at what is on standard input, without taking it
   from there, and does what the first word says. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Ends by what it uses, however much it gets: the same blocks again and again. */
static void eat(void)
{
    size_t size = (size_t)1 << 30;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (size_t place = 0;; place += 4096)
        memory[place % size] = 1;
}

__attribute__((constructor)) static void look(void)
{
    char text[16] = "";
    if (pread(STDIN_FILENO, text, sizeof text - 1, 0) < 0)
        return;
    if (begins(text, "!abort"))
        abort();
    if (begins(text, "!null"))
        *(volatile char *)NULL = 1;
    if (begins(text, "!exit"))
        _exit(77);
    if (begins(text, "!hang"))
        for (;;)
            pause();
    if (begins(text, "!child")) {
        if (fork() == 0)
            for (;;)
                pause();
        _exit(0);
    }
    if (begins(text, "!eats"))
        eat();
}
