/* What `Tests/Scripts/fuzz` links beside libFuzzer into code that is built as a release is: nothing in it tells
   libFuzzer what an input reaches, so inputs are made here, each of one in the folder FUZZ_CORPUS. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*target)(const uint8_t *, size_t));
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t most);

static struct input {
    uint8_t *bytes;
    size_t count;
} *inputs;
static size_t input_count;

static void add(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    struct input input = {malloc(1 << 20), 0};
    inputs = realloc(inputs, (input_count + 1) * sizeof *inputs);
    if (!input.bytes || !inputs)
        abort();
    input.count = fread(input.bytes, 1, 1 << 20, file);
    fclose(file);
    input.bytes = realloc(input.bytes, input.count + 1);
    inputs[input_count++] = input;
}

static void add_all(const char *folder)
{
    DIR *stream = folder ? opendir(folder) : NULL;
    if (!stream) {
        fprintf(stderr, "FUZZ_CORPUS names no folder\n");
        exit(1);
    }
    for (struct dirent *entry; (entry = readdir(stream));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            add(path);
    }
    closedir(stream);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned seed)
{
    if (!inputs)
        add_all(getenv("FUZZ_CORPUS"));
    srand(seed);
    const struct input *input = &inputs[(size_t)rand() % input_count];
    count = input->count < most ? input->count : most;
    memcpy(bytes, input->bytes, count);
    for (int times = 1 + rand() % 4; times > 0; times--)
        count = LLVMFuzzerMutate(bytes, count, most);
    return count;
}

/* Swift's own name for what is a program's main. */
int FuzzTraces_main(int count, char **arguments)
{
    return LLVMFuzzerRunDriver(&count, &arguments, LLVMFuzzerTestOneInput);
}
