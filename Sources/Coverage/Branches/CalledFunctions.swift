/// What functions that are called do that their callers count on, by address.
public struct CalledFunctions: Sendable {
    /// What a compiler knows of a function by its name.
    private enum Knowledge {
        /// A call never comes back.
        case neverReturns
        /// A call always comes back, so that it ends no block.
        case alwaysReturns
        /// A compiler has it called where a check of its own has failed, and it never comes back.
        case failedCheck
        /// The same, but that it can come back.
        case reportedCheck
    }

    private let known: [UInt64: Knowledge]

    /// Of no function anything is known.
    public init() { known = [:] }

    /// Makes a list of functions' names, as the linker has them.
    public init(_ names: [UInt64: String]) {
        known = names.compactMapValues(CalledFunctions.knowledge)
    }

    /// Bytes of the longest name that stands in a list by itself.
    public static let longestName = named.map(\.utf8.count).max() ?? 0

    /// By the first byte of names that stand in a list: a bit for each length.
    private static let lengths: [UInt64] = {
        var lengths = [UInt64](repeating: 0, count: 256)
        for name in named {
            lengths[Int(name.utf8.first ?? 0)] |= 1 << UInt64(name.utf8.count)
        }
        return lengths
    }()

    private static let named = Array(returning) + Array(leaving) + Array(checks)

    /// Whether something can be known of a function, by its name's first byte and length: of most there cannot, which
    /// takes less time to see so.
    ///
    /// - Parameter length: more than ``longestName`` if the name is longer. It can have a version behind it.
    public static func mayBeKnown(_ first: UInt8, length: Int) -> Bool {
        switch first {
        // The beginnings of Go's and Rust's, and the sanitizers'.
        case UInt8(ascii: "_"), UInt8(ascii: "r"): true
        default: length <= longestName && lengths[Int(first)] >> UInt64(length) & 1 != 0
        }
    }

    /// Whether anything is known of a function of this name.
    public static func isKnown(_ name: String) -> Bool { knowledge(of: name) != nil }

    /// Whether a call of what begins at an address never comes back.
    func neverReturns(_ address: UInt64?) -> Bool {
        guard let address, let known = known[address] else { return false }
        return known == .neverReturns || known == .failedCheck
    }

    /// Whether a call is known to come back, whatever happens in it.
    func alwaysReturns(_ address: UInt64?) -> Bool {
        guard let address else { return false }
        return known[address] == .alwaysReturns
    }

    /// Whether a call is what a compiler's own check leads to.
    func isFailedCheck(_ address: UInt64?) -> Bool {
        guard let address, let known = known[address] else { return false }
        return known == .failedCheck || known == .reportedCheck
    }

    private static func knowledge(of name: String) -> Knowledge? {
        if returning.contains(name) { return .alwaysReturns }
        if leaving.contains(name) { return .neverReturns }
        if checks.contains(name) { return .failedCheck }
        // Go's, Rust's, and the sanitizers'.
        if name.hasPrefix("runtime.") {
            return goChecks.contains { name.hasPrefix($0) } ? .failedCheck : nil
        }
        if name.hasPrefix("__ubsan_handle_") || name.hasPrefix("__asan_report_") {
            return name.hasPrefix("__asan") && !name.hasSuffix("_noabort")
                || name.hasSuffix("_abort") ? .failedCheck : .reportedCheck
        }
        guard name.hasPrefix("_ZN4core") || name.hasPrefix("_RN") else { return nil }
        return rustChecks.contains { name.contains($0) } ? .failedCheck : nil
    }

    /// Where a check of the stack has failed.
    private static let checks: Set<String> = [
        "__stack_chk_fail", "__stack_chk_fail_local", "__stack_smash_handler", "__chk_fail",
        "__msan_warning_noreturn", "__msan_warning_with_origin_noreturn",
    ]

    private static let goChecks = [
        "runtime.panicIndex", "runtime.panicSlice", "runtime.panicdivide", "runtime.panicshift",
        "runtime.panicmem", "runtime.panicoverflow", "runtime.panicdottype", "runtime.panicnil",
        "runtime.goPanic", "runtime.morestack", "runtime.panicBounds", "runtime.panicwrap",
    ]

    private static let rustChecks = [
        "panic_bounds_check", "panic_const_", "panic_nounwind", "slice_index_order_fail",
        "slice_start_index_len_fail", "slice_end_index_len_fail",
        "slice_index_fail", "panic_misaligned_pointer_dereference",
        "panic_null_pointer_dereference",
    ]

    private static let leaving: Set<String> = [
        "abort", "exit", "_exit", "_Exit", "quick_exit", "__assert_fail", "__assert", "longjmp",
        "_longjmp", "siglongjmp", "__longjmp_chk", "__cxa_throw", "__cxa_rethrow",
        "__cxa_bad_cast", "__cxa_throw_bad_array_new_length", "_Unwind_Resume", "_ZSt9terminatev",
    ]

    /// GCC's built-in functions that throw nothing, and those that the C library declares to depend on their
    /// arguments alone.
    private static let returning: Set<String> = Set(
        """
        memcpy memmove memset memcmp memchr memrchr mempcpy memccpy bcmp bcopy bzero index rindex
        strcat strchr strcmp strcpy strcspn strdup strlen strncat strncmp strncpy strndup strnlen strpbrk
        strrchr strspn strstr strcasecmp strncasecmp stpcpy stpncpy
        malloc calloc realloc free aligned_alloc posix_memalign
        sprintf snprintf vsprintf vsnprintf sscanf vsscanf
        abs labs llabs imaxabs ffs ffsl ffsll
        isalnum isalpha isascii isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper
        isxdigit toascii tolower toupper iswalnum iswalpha iswblank iswcntrl iswdigit iswgraph iswlower
        iswprint iswpunct iswspace iswupper iswxdigit towlower towupper
        acos acosf acosl acosh asin asinf asinl asinh atan atanf atanl atan2 atan2f atan2l atanh cbrt ceil
        ceilf ceill copysign copysignf cos cosf cosl cosh erf erfc exp expf expl exp10 exp2 expm1 fabs fabsf
        fabsl fdim floor floorf floorl fma fmax fmaxf fmin fminf fmod fmodf fmodl frexp frexpf frexpl hypot
        ilogb ldexp ldexpf ldexpl lgamma llrint llround log logf logl log10 log1p log2 logb lrint lround modf
        modff modfl nan nearbyint nextafter pow powf powl remainder remquo rint round roundf roundl scalbln
        scalbn sin sinf sinl sinh sincos sqrt sqrtf sqrtl tan tanf tanl tanh tgamma trunc truncf truncl
        __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc __ctype_get_mb_cur_max __errno_location
        atoi atol atoll atof strcoll strverscmp wcslen wcscmp wcsncmp wcschr wcsrchr wcsstr wmemchr wmemcmp
        getpagesize strftime
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init))
}
