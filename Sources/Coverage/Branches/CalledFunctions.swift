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
    /// What all of `known` is in: stubs stand side by side, and most functions that are called elsewhere.
    private let bounds: Range<UInt64>
    /// Where code goes on behind calls that throw, by the calls' addresses.
    private let landings: [Landing]

    /// Of no function anything is known.
    public init() {
        known = [:]
        bounds = 0..<0
        landings = []
    }

    /// Makes a list of functions' names, as the linker has them, and of where calls of what throws go on.
    public init(_ names: [UInt64: String], landings: [Landing] = []) {
        known = names.compactMapValues(CalledFunctions.knowledge)
        let last = known.keys.max() ?? 0
        bounds = (known.keys.min() ?? 0)..<(last < .max ? last + 1 : last)
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

    /// What is known of the function that begins at an address.
    private func knowledge(at address: UInt64?) -> Knowledge? {
        guard let address, bounds.contains(address) else { return nil }
        return known[address]
    }

    /// Whether a call goes on with what was thrown before.
    func goesOnWithThrown(_ address: UInt64?) -> Bool {
        knowledge(at: address) == .resumes
    }

    /// Whether a call takes what was thrown.
    func catches(_ address: UInt64?) -> Bool {
        knowledge(at: address) == .catches
    }

    /// Tells names of which nothing can be known: of most it cannot, and to make a text of each takes time.
    public struct NameFilter: Sendable {
        /// Bytes of the longest name that stands in a list by itself.
        public let longest: Int
        /// By the first byte of names that stand in a list: a bit for each length.
        private let lengths: [UInt64]

        /// Makes one of all lists.
        public init() {
            var lengths = [UInt64](repeating: 0, count: 256)
            var longest = 0
            for name in listed.keys {
                let length = name.utf8.count
                lengths[Int(name.utf8.first ?? 0)] |= 1 << UInt64(length)
                longest = max(longest, length)
            }
            (self.longest, self.lengths) = (longest, lengths)
        }

        /// Whether something can be known of a function, by how its name begins and by its length.
        ///
        /// - Parameters:
        ///   - beginning: the first eight bytes, the first of all highest.
        ///   - length: more than ``longest`` if the name is longer. It can have a version behind it.
        public func takes(_ beginning: UInt64, length: Int) -> Bool {
            if length <= longest, lengths[Int(beginning >> 56)] >> UInt64(length) & 1 != 0 {
                return true
            }
            return switch beginning {
            case 0x7275_6E74_696D_652E: true  // runtime.
            case 0x5F5F_7562_7361_6E5F: true  // __ubsan_
            case 0x5F5F_6173_616E_5F72: true  // __asan_r
            case 0x5F5A_4E34_636F_7265: true  // _ZN4core
            default: beginning >> 40 == 0x5F_524E  // _RN
            }
        }
    }

    /// Whether anything is known of a function of this name.
    public static func isKnown(_ name: String) -> Bool { knowledge(of: name) != nil }

    /// Whether a call of what begins at an address never comes back.
    func neverReturns(_ address: UInt64?) -> Bool {
        guard let known = knowledge(at: address) else { return false }
        return known == .neverReturns || known == .resumes || known == .failedCheck
    }

    /// Whether a call is known to come back, whatever happens in it.
    func alwaysReturns(_ address: UInt64?) -> Bool {
        knowledge(at: address) == .alwaysReturns
    }

    /// Whether a call is what a compiler's own check leads to.
    func isFailedCheck(_ address: UInt64?) -> Bool {
        guard let known = knowledge(at: address) else { return false }
        return known == .failedCheck || known == .reportedCheck
    }

    private static func knowledge(of name: String) -> Knowledge? {
        if let known = listed[name] { return known }
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

    /// What is known of names that stand for themselves.
    private static let listed: [String: Knowledge] = {
        var listed: [String: Knowledge] = [:]
        listed.reserveCapacity(256)
        func add(_ names: String, _ known: Knowledge) {
            for name in names.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
                listed[String(Substring(name))] = known
            }
        }
        add(returning, .alwaysReturns)
        add(leaving, .neverReturns)
        // Where a check of the stack has failed.
        add(
            """
            __stack_chk_fail __stack_chk_fail_local __stack_smash_handler __chk_fail
            __msan_warning_noreturn __msan_warning_with_origin_noreturn
            """, .failedCheck)
        add("_Unwind_Resume", .resumes)
        add("__cxa_begin_catch", .catches)
        return listed
    }()

    private static let leaving =
        """
        abort exit _exit _Exit quick_exit __assert_fail __assert longjmp _longjmp siglongjmp __longjmp_chk
        __cxa_throw __cxa_rethrow __cxa_bad_cast __cxa_throw_bad_array_new_length _ZSt9terminatev
        """

    /// GCC's built-in functions that throw nothing, and those that the C library declares to depend on their
    /// arguments alone.
    private static let returning =
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
}
