import Trace

/// Where a function goes on when one of its calls throws something.
public struct Landing: Sendable {
    var calls: Range<UInt64>
    var address: UInt64

    /// - Parameters:
    ///   - calls: the addresses of the calls.
    ///   - address: where it goes on.
    public init(calls: Range<UInt64>, address: UInt64) {
        self.calls = calls
        self.address = address
    }
}

/// What functions that are called do that their callers count on, by address.
public struct CalledFunctions: Sendable {
    /// What a compiler knows of a function by its name.
    private enum Knowledge {
        /// A call never comes back.
        case neverReturns
        /// A call goes on with what was thrown before.
        case resumes
        /// A call takes what was thrown.
        case catches
        /// A call always comes back, so that it ends no block.
        case alwaysReturns
        /// A compiler has it called where a check of its own has failed, and it never comes back.
        case failedCheck
        /// The same, but that it can come back.
        case reportedCheck
    }

    private let known: [UInt64: Knowledge]
    /// Where code goes on behind calls that throw, by the calls' addresses.
    private let landings: [Landing]

    /// Of no function anything is known.
    public init() {
        known = [:]
        landings = []
    }

    /// Makes a list of functions' names, as the linker has them, and of where calls of what throws go on.
    public init(_ names: [UInt64: String], landings: [Landing] = []) {
        known = names.compactMapValues(CalledFunctions.knowledge)
        self.landings = landings.sorted { $0.calls.lowerBound < $1.calls.lowerBound }
    }

    /// Whether it is known of some call where code goes on when it throws.
    var hasLandings: Bool { !landings.isEmpty }

    /// Where code goes on when the call before an address throws; nil where it does not.
    func landing(before end: UInt64) -> UInt64? {
        let next = landings.partitioningIndex { $0.calls.lowerBound >= end }
        guard next > 0, landings[next - 1].calls.contains(end - 1) else { return nil }
        return landings[next - 1].address
    }

    /// Whether no code where a call that throws goes on stands behind an address where one does, in its function.
    func isLastLanding(_ address: UInt64) -> Bool {
        var next = landings.partitioningIndex { $0.calls.lowerBound >= address }
        var first = address
        // Of the function before, all of it stands before the calls of this one.
        while next > 0, landings[next - 1].address > first || first == address {
            next -= 1
            if landings[next].address > address { return false }
            first = landings[next].calls.lowerBound
        }
        return true
    }

    /// Whether a call goes on with what was thrown before.
    func goesOnWithThrown(_ address: UInt64?) -> Bool {
        guard let address else { return false }
        return known[address] == .resumes
    }

    /// Whether a call takes what was thrown.
    func catches(_ address: UInt64?) -> Bool {
        guard let address else { return false }
        return known[address] == .catches
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

    private static let named =
        Array(returning) + Array(leaving) + Array(checks) + ["_Unwind_Resume", "__cxa_begin_catch"]

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
        return known == .neverReturns || known == .resumes || known == .failedCheck
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
        if name == "_Unwind_Resume" { return .resumes }
        if name == "__cxa_begin_catch" { return .catches }
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
        "__cxa_bad_cast", "__cxa_throw_bad_array_new_length", "_ZSt9terminatev",
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
