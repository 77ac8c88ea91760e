/* A guest whose code comes and goes: what its first argument names is done with the library that the
   second names. x86-64 only. It says where the functions lie that it calls, as

       CALL ADDRESS */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what)
{
    fprintf(stderr, "modules: %s: %s\n", what, dlerror());
    exit(1);
}

static int call(void *function)
{
    printf("%p\n", function);
    fflush(stdout);
    return ((int (*)(void))function)();
}

static void *open_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW);
    if (!library)
        die(path);
    return library;
}

static void *find(void *library, const char *name)
{
    void *function = dlsym(library, name);
    if (!function)
        die(name);
    return function;
}

/* Has the plugin look where the code's file lies: a call that could change a mapping, and does not. */
static void look_again(void *code)
{
    madvise((void *)((unsigned long)code & ~4095ul), 4096, MADV_NORMAL);
}

/* Lets the test change something. */
static void await(void)
{
    char byte;
    printf("ready\n");
    fflush(stdout);
    if (read(0, &byte, 1) < 0)
        exit(1);
}

/* The file as it stands in memory by its offsets, executable. */
static char *map(const char *path, off_t offset, size_t length)
{
    int file = open(path, O_RDONLY);
    char *memory = mmap(NULL, length, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, offset);
    if (file < 0 || memory == MAP_FAILED)
        die(path);
    close(file);
    return memory;
}

int main(int count, char **arguments)
{
    if (count < 3)
        return 2;
    const char *what = arguments[1], *path = arguments[2];

    if (strcmp(what, "call") == 0)
        call(find(open_library(path), "early"));
    if (strcmp(what, "await") == 0) { /* the test does something to the files */
        void *library = open_library(path);
        call(find(library, "early"));
        look_again(find(library, "early"));
        await();
        look_again(find(library, "early"));
        look_again(main);
        call(find(library, "late"));
    }
    if (strcmp(what, "reopen") == 0) { /* the file at the path is another one the second time */
        void *library = open_library(path);
        call(find(library, "early"));
        if (count > 3)
            dlclose(library);
        await();
        void *again = count > 3 ? open_library(path) : dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
        if (!again)
            die(path);
        call(find(again, "late"));
    }
    if (strcmp(what, "reopen-await") == 0) { /* the same, and then it waits once more */
        void *library = open_library(path);
        call(find(library, "early"));
        dlclose(library);
        await();
        call(find(open_library(path), "late"));
        await();
    }
    if (strcmp(what, "twice") == 0) {
        void *second = dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
        if (!second)
            die(path);
        call(find(open_library(path), "early"));
        call(find(second, "late"));
    }
    if (strcmp(what, "map") == 0) { /* from an offset on, of a length; the function's place in there */
        char *memory = map(path, strtol(arguments[3], NULL, 0), strtoul(arguments[4], NULL, 0));
        call(memory + strtoul(arguments[5], NULL, 0));
    }
    if (strcmp(what, "both") == 0) { /* loaded, and mapped */
        char *memory = map(path, strtol(arguments[3], NULL, 0), strtoul(arguments[4], NULL, 0));
        call(find(open_library(path), "early"));
        call(memory + strtoul(arguments[5], NULL, 0));
    }
    if (strcmp(what, "over") == 0) { /* code of no file over a page of the library's */
        static const unsigned char code[] = {0xb8, 9, 0, 0, 0, 0x90, 0x90, 0xc3};
        void *library = open_library(path);
        char *function = find(library, "early");
        if (count == 3) /* with a third argument, before any of it was executed */
            call(function);
        char *page = (char *)((unsigned long)function & ~4095ul);
        if (mmap(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != page)
            die("mmap");
        memcpy(page + 64, code, sizeof code);
        if (call(page + 64) != 9)
            return 1;
        call(find(library, "late"));
    }
    if (strcmp(what, "swap") == 0) { /* another file's page over a page of the library's, and back */
        void *library = open_library(path);
        char *function = find(library, "early");
        call(function);
        off_t offset = strtol(arguments[4], NULL, 0);
        int other = open(arguments[3], O_RDONLY), own = open(path, O_RDONLY);
        if (mmap(function, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, other, offset)
            == MAP_FAILED)
            die("mmap");
        call(function);
        call(find(library, "late"));
        if (mmap(function, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, own, offset)
            == MAP_FAILED)
            die("mmap");
        close(other);
        close(own);
        call(function);
    }
    return 0;
}
