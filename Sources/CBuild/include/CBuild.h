#ifndef CBUILD_H
#define CBUILD_H

#include <stdbool.h>

// What a build is told of itself, by the variables of the environment that Package.swift names.

#pragma GCC visibility push(hidden)

/// The commit that was built, with "-changed" behind it where the files differed from it; empty where nobody said.
const char *build_commit(void);
/// Whether it is one of a release's files.
bool build_is_packaged(void);

#pragma GCC visibility pop
#endif
