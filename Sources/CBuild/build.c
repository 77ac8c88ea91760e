#include "CBuild.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

const char *build_commit(void) {
#ifdef COVTOOL_COMMIT
    return TEXT(COVTOOL_COMMIT);
#else
    return "";
#endif
}

bool build_is_packaged(void) {
#ifdef COVTOOL_PACKAGED
    return true;
#else
    return false;
#endif
}
