#include <stddef.h>
#include <stdint.h>

/* All give malloc'ed text, or NULL for a name of another scheme. */

/* The C++ ABI's, of the C++ runtime library. */
char *__cxa_demangle(const char *name, char *buffer, size_t *length, int *status);

/* Both of Rust's schemes, of GNU libiberty (static: nothing is needed at run time). Options are DMGL_…
   of its demangle.h; without any, hashes are left out. */
char *rust_demangle(const char *name, int options);

/* Swift's runtime library's. */
char *swift_demangle(const char *name, size_t length, char *buffer, size_t *buffer_length, uint32_t flags);
