#define _GNU_SOURCE
#include "objects.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>

static int print_object(struct dl_phdr_info *info, size_t size, void *file)
{
    (void)size;
    fprintf(file, "%#lx %s\n", (unsigned long)info->dlpi_addr, info->dlpi_name);
    return 0;
}

void print_objects(void)
{
    const char *path = getenv("DEMO_OBJECTS");
    if (path == NULL)
        return;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return;
    dl_iterate_phdr(print_object, file);
    fclose(file);
}
