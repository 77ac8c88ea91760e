#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* GNU libiberty's demanglers (static: nothing is needed at run time). */

/* Text that grows up to a limit; what would write more is broken off. */
struct bounded_text {
    char *bytes;
    size_t count, limit;
    jmp_buf full;
};

static inline void bounded_text_append(const char *bytes, size_t count, void *text_) {
    struct bounded_text *text = (struct bounded_text *)text_;
    if (count > text->limit - text->count)
        longjmp(text->full, 1);
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
}

/* A name in either of Rust's schemes, without hashes, as malloc'ed text of at most so many bytes; NULL for a
   name of another scheme, or one that needs more. What is broken off may leave the letters of one identifier
   allocated. */
static inline char *rust_demangle_bounded(const char *name, size_t limit) {
    struct bounded_text text;
    text.bytes = (char *)malloc(limit + 1);
    text.count = 0;
    text.limit = limit;
    if (!text.bytes)
        return NULL;
    if (setjmp(text.full) || !rust_demangle_callback(name, 0, bounded_text_append, &text)) {
        free(text.bytes);
        return NULL;
    }
    text.bytes[text.count] = 0;
    return text.bytes;
}

/* The runtime library's of Swift: malloc'ed text, or NULL for a name of another scheme. */
char *swift_demangle(const char *name, size_t length, char *buffer, size_t *buffer_length, uint32_t flags);
