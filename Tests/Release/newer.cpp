// What Swift's libraries need of a C++ library newer than Debian 11's (GCC 11's, GLIBCXX_3.4.29). It is called where an
// array's length is over what can be; Swift's runtime has no exceptions, so nobody could catch one.
#include <cstdlib>

namespace std {
[[noreturn]] void __throw_bad_array_new_length() { abort(); }
}
