#include <cstdlib>

// What Swift's libraries need of a C++ library newer than Debian 11's (GCC 11's, GLIBCXX_3.4.29). It is called where an
// array's length is over what can be; Swift's runtime has no exceptions, so nobody could catch one.
namespace std {
[[noreturn]] void __throw_bad_array_new_length() { abort(); }
}

// What asynchronous functions call of Swift's library for concurrency. The argument parser has one that is linked in, since
// it is public, and covtool has no asynchronous command. The library itself, and libdispatch below it, have half a
// megabyte.
extern "C" {
[[noreturn]] void swift_task_alloc() { abort(); }
[[noreturn]] void swift_task_dealloc() { abort(); }
[[noreturn]] void swift_task_switch() { abort(); }
}
