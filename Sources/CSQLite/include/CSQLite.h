#ifndef CSQLITE_H
#define CSQLITE_H

// SQLite databases, written row by row by libsqlite3. The library is loaded when the first database is made, not with
// the program: most commands never make one.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// A database that is being written. One thread at a time uses it.
struct database;

/// Loads libsqlite3; NULL where it is there, else why it is not. Any thread may ask.
const char *database_library_error(void);
/// Opens the database in an empty file that is there; NULL where there is no memory for it. `database_error` says whether
/// it could be opened.
struct database *database_open(const char *path);
/// Does what SQL statements say; false where that fails.
bool database_run(struct database *database, const char *statements);
/// Takes a statement whose parameters are a row's values; false where that fails.
bool database_prepare(struct database *database, const char *statement);
/// Sets a value of the next row, by its column from 0: those that are not set are NULL.
void database_set_number(struct database *database, int column, int64_t value);
void database_set_text(struct database *database, int column, const char *text, int bytes);
/// Writes the row, and begins the next one; false where that fails.
bool database_add_row(struct database *database);
/// What went wrong last.
const char *database_error(struct database *database);
/// Closes the database, and frees it.
void database_close(struct database *database);

#pragma GCC visibility pop
#endif
