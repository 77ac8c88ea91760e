#define _GNU_SOURCE
#include "CArchive.h"

#include <CLoader.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>

// What is used of libarchive's interface, a line each (archive_read(3), archive_entry(3)): result, name, parameters.
#define FUNCTIONS(function) \
    function(void *, archive_read_new, (void)) \
    function(int, archive_read_support_format_tar, (void *)) \
    function(int, archive_read_support_format_zip, (void *)) \
    function(int, archive_read_support_filter_bzip2, (void *)) \
    function(int, archive_read_support_filter_gzip, (void *)) \
    function(int, archive_read_support_filter_xz, (void *)) \
    function(int, archive_read_support_filter_zstd, (void *)) \
    function(int, archive_read_open_filename, (void *, const char *, size_t)) \
    function(int, archive_read_next_header, (void *, void **)) \
    function(ssize_t, archive_read_data, (void *, void *, size_t)) \
    function(int, archive_read_free, (void *)) \
    function(const char *, archive_error_string, (void *)) \
    function(int64_t, archive_filter_bytes, (void *, int)) \
    function(const char *, archive_entry_pathname, (void *)) \
    function(const char *, archive_entry_hardlink, (void *)) \
    function(const char *, archive_entry_symlink, (void *)) \
    function(mode_t, archive_entry_filetype, (void *))

#ifdef COVTOOL_PACKAGED
// A release is not to depend on packages: it has the library in it.
LINKED_LIBRARY(FUNCTIONS)
#else
// The name under which all versions of libarchive 3 have the same interface.
LOADED_LIBRARY(FUNCTIONS, "libarchive.so.13")
#endif

// Their values in archive.h.
enum { LIBRARY_EOF = 1, LIBRARY_WARN = -20 };

struct archive_walk {
    void *archive;
    bool is_open;
};

/// Names are converted into the locale's encoding, which is to be UTF-8 whatever the user's is.
static locale_t names_locale;

static void make_locale(void) { names_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

const char *archive_library_error(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_locale);
    return library_error();
}

struct archive_walk *archive_open(const char *path) {
    struct archive_walk *walk = calloc(1, sizeof *walk);
    if (!walk || !(walk->archive = library.archive_read_new())) {
        free(walk);
        return NULL;
    }
    library.archive_read_support_format_tar(walk->archive);
    library.archive_read_support_format_zip(walk->archive);
    library.archive_read_support_filter_bzip2(walk->archive);
    library.archive_read_support_filter_gzip(walk->archive);
    library.archive_read_support_filter_xz(walk->archive);
    library.archive_read_support_filter_zstd(walk->archive);
    walk->is_open = library.archive_read_open_filename(walk->archive, path, 1 << 16) == 0;
    return walk;
}

enum archive_step archive_next(struct archive_walk *walk, struct archive_member *member) {
    if (!walk->is_open)
        return ARCHIVE_STEP_FAILED;
    locale_t before = names_locale ? uselocale(names_locale) : (locale_t)0;
    void *entry;
    int result = library.archive_read_next_header(walk->archive, &entry);
    if (result == 0 || result == LIBRARY_WARN) {
        member->path = library.archive_entry_pathname(entry);
        member->hard_link = library.archive_entry_hardlink(entry);
        member->symbolic_link = library.archive_entry_symlink(entry);
        member->is_file = library.archive_entry_filetype(entry) == S_IFREG && !member->hard_link;
    }
    if (before)
        uselocale(before);
    if (result == LIBRARY_EOF)
        return ARCHIVE_STEP_END;
    return result == 0 || result == LIBRARY_WARN ? ARCHIVE_STEP_DONE : ARCHIVE_STEP_FAILED;
}

int64_t archive_read(struct archive_walk *walk, void *buffer, size_t bytes) {
    return library.archive_read_data(walk->archive, buffer, bytes);
}

const char *archive_error(struct archive_walk *walk) { return library.archive_error_string(walk->archive); }

int64_t archive_position(struct archive_walk *walk) {
    // -1 is the last filter, which reads the file.
    return library.archive_filter_bytes(walk->archive, -1);
}

void archive_close(struct archive_walk *walk) {
    library.archive_read_free(walk->archive);
    free(walk);
}
