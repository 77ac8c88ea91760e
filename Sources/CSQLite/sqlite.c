#include "CSQLite.h"

#include <CLoader.h>
#include <stdlib.h>

// What is used of SQLite's C interface, a line each: result, name, parameters.
#define FUNCTIONS(function) \
    function(int, sqlite3_open_v2, (const char *, void **, int, const char *)) \
    function(int, sqlite3_exec, (void *, const char *, void *, void *, char **)) \
    function(int, sqlite3_prepare_v2, (void *, const char *, int, void **, const char **)) \
    function(int, sqlite3_bind_int64, (void *, int, int64_t)) \
    function(int, sqlite3_bind_text, (void *, int, const char *, int, void (*)(void *))) \
    function(int, sqlite3_step, (void *)) \
    function(int, sqlite3_reset, (void *)) \
    function(int, sqlite3_clear_bindings, (void *)) \
    function(int, sqlite3_finalize, (void *)) \
    function(const char *, sqlite3_errmsg, (void *)) \
    function(int, sqlite3_close_v2, (void *))

// The name under which all versions of SQLite 3 have the same interface.
LOADED_LIBRARY(FUNCTIONS, "libsqlite3.so.0")

// Their values in sqlite3.h.
enum { LIBRARY_OK = 0, LIBRARY_DONE = 101, LIBRARY_READWRITE = 2 };

struct database {
    void *connection, *statement;
};

const char *database_library_error(void) { return library_error(); }

struct database *database_open(const char *path) {
    struct database *database = calloc(1, sizeof *database);
    if (!database)
        return NULL;
    // Where it cannot be opened, the connection is there, and says why.
    library.sqlite3_open_v2(path, &database->connection, LIBRARY_READWRITE, NULL);
    return database;
}

bool database_run(struct database *database, const char *statements) {
    return library.sqlite3_exec(database->connection, statements, NULL, NULL, NULL) == LIBRARY_OK;
}

bool database_prepare(struct database *database, const char *statement) {
    library.sqlite3_finalize(database->statement);
    database->statement = NULL;
    return library.sqlite3_prepare_v2(database->connection, statement, -1, &database->statement, NULL) == LIBRARY_OK;
}

void database_set_number(struct database *database, int column, int64_t value) {
    library.sqlite3_bind_int64(database->statement, column + 1, value);
}

void database_set_text(struct database *database, int column, const char *text, int bytes) {
    // -1 in place of a destructor: the text is copied.
    library.sqlite3_bind_text(database->statement, column + 1, text, bytes, (void (*)(void *))(intptr_t)-1);
}

bool database_add_row(struct database *database) {
    bool is_done = library.sqlite3_step(database->statement) == LIBRARY_DONE;
    library.sqlite3_reset(database->statement);
    library.sqlite3_clear_bindings(database->statement);
    return is_done;
}

const char *database_error(struct database *database) { return library.sqlite3_errmsg(database->connection); }

void database_close(struct database *database) {
    library.sqlite3_finalize(database->statement);
    library.sqlite3_close_v2(database->connection);
    free(database);
}
