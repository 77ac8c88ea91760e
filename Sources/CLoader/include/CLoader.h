#ifndef CLOADER_H
#define CLOADER_H

// Libraries that are loaded when they are first needed, not with the program, so that a build needs none of their
// headers, and a machine only those that it uses.

#include <pthread.h>
#include <stddef.h>

#pragma GCC visibility push(hidden)

/// A function of a library, and where its address is to be.
struct loaded_function {
    const char *name;
    /// A pointer to a pointer to the function.
    void *pointer;
};

/// Loads the first of some libraries that is there, and finds all of the functions in it. The names end with NULL.
///
/// NULL where that succeeds, else what the dynamic loader said last.
const char *load_library(const char *const *names, const struct loaded_function *functions, size_t count);

#pragma GCC visibility pop

/// Declares `library`, which has each function of a list as a pointer of its name, and `library_error`, which loads the
/// library when it is first called: NULL where it is there, else why it is not. Any thread may call it.
///
/// LIST is a macro that hands each function to its argument: result, name, parameters. Behind it come the names under
/// which all versions of the library have the functions, those that are tried first before the others.
#define LOADED_LIBRARY(LIST, ...) \
    static struct { LIST(LOADED_POINTER) } library; \
    static const char *loading_error; \
    static void load_once(void) { \
        static const char *const names[] = {__VA_ARGS__, NULL}; \
        static const struct loaded_function functions[] = {LIST(LOADED_FUNCTION)}; \
        loading_error = load_library(names, functions, sizeof functions / sizeof *functions); \
    } \
    static const char *library_error(void) { \
        static pthread_once_t once = PTHREAD_ONCE_INIT; \
        pthread_once(&once, load_once); \
        return loading_error; \
    }

/// The same for a library that is linked into the program.
#define LINKED_LIBRARY(LIST) \
    LIST(LINKED_DECLARATION) \
    static const struct { LIST(LOADED_POINTER) } library = {LIST(LINKED_FUNCTION)}; \
    static const char *library_error(void) { return NULL; }

#define LOADED_POINTER(result, name, parameters) result (*name) parameters;
#define LOADED_FUNCTION(result, name, parameters) {#name, &library.name},
#define LINKED_DECLARATION(result, name, parameters) result name parameters;
#define LINKED_FUNCTION(result, name, parameters) .name = name,

#endif
