#ifndef CARCHIVE_H
#define CARCHIVE_H

// Zip and tar archives, read member by member by libarchive. The library is loaded when the first archive is opened,
// not with the program: with the libraries that it needs itself it would take longer to load than all others.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// An archive that is read from its beginning to its end. One thread at a time uses it.
struct archive_walk;

/// A member, for as long as the walk stands there.
struct archive_member {
    /// In UTF-8; NULL where the archive has no name for it.
    const char *path;
    /// Whether it is a file with bytes of its own: no folder, link or device.
    bool is_file;
    /// What it is a link to, in UTF-8: the path of another member, and what a symbolic link says; NULL for no link.
    const char *hard_link, *symbolic_link;
};

/// What happened.
enum archive_step { ARCHIVE_STEP_DONE, ARCHIVE_STEP_END, ARCHIVE_STEP_FAILED };

/// Loads libarchive; NULL where it is there, else why it is not. Any thread may ask.
const char *archive_library_error(void);
/// An archive's walk, which stands before the first member; NULL where there is no memory for it. `archive_error` says
/// whether the archive could be opened.
struct archive_walk *archive_open(const char *path);
/// Goes to the next member.
enum archive_step archive_next(struct archive_walk *walk, struct archive_member *member);
/// The next bytes of the member; 0 at its end, below 0 where they cannot be had.
int64_t archive_read(struct archive_walk *walk, void *buffer, size_t bytes);
/// What went wrong last; NULL for nothing.
const char *archive_error(struct archive_walk *walk);
/// How many bytes of the file were read so far.
int64_t archive_position(struct archive_walk *walk);
void archive_close(struct archive_walk *walk);

#pragma GCC visibility pop
#endif
