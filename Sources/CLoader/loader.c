#define _GNU_SOURCE
#include "CLoader.h"

#include <dlfcn.h>
#include <string.h>

const char *load_library(const char *const *names, const struct loaded_function *functions, size_t count) {
    void *handle = NULL;
    while (!handle && *names)
        handle = dlopen(*names++, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return strdup(dlerror());
    for (size_t index = 0; index < count; ++index) {
        void *address = dlsym(handle, functions[index].name);
        if (!address)
            return strdup(dlerror());
        memcpy(functions[index].pointer, &address, sizeof address);
    }
    return NULL;
}
