/* What a module of functions offers; the program opens it with dlopen. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct function {
    const char *name;
    int fewest; /* arguments */
    int most;   /* -1: any number */
    /* Gives 0 and a result, or a text that says what is wrong. */
    const char *(*call)(const double *arguments, size_t count, double *result);
};

/* Ends with a function without a name. */
extern const struct function demo_functions[];

#ifdef __cplusplus
}
#endif

#endif
