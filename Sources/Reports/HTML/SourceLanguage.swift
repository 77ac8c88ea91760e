import Coverage

/// What of a language's grammar it takes to tell comments, strings and keywords from the rest.
struct SourceLanguage: Sendable {
    /// What may stand in single quotation marks.
    enum SingleQuotes { case nothing, characters, charactersOrLifetimes }

    /// Strings that are not read as others are.
    enum RawStrings { case none, cxx, rust, swift, go }

    /// What begins a comment that ends with its line, beside `//`.
    var hasAssemblerComments = false
    /// Whether comments between `/*` and `*/` are counted, one in the other.
    var nestsComments = false
    /// Whether a string goes on in the next line.
    var hasLongStrings = false
    var singleQuotes = SingleQuotes.characters
    var rawStrings = RawStrings.none
    /// Whether a word behind `#`, or a dot, that begins a line is a keyword.
    var directive: UInt8?
    var keywords = KeywordSet("")

    /// The language that a source is written in, by its name; nil for one that is not known.
    static func of(_ path: String) -> SourceLanguage? {
        let name = SourcePath.baseName(path)
        guard let dot = name.lastIndex(of: ".") else {
            // The C++ library's own headers.
            return path.contains("/c++/") ? cxx : nil
        }
        switch name[dot...].dropFirst() {
        case "c", "h", "i", "def", "m": return c
        case "cc", "cpp", "cxx", "C", "c++", "hh", "hpp", "hxx", "h++", "H", "inl", "inc", "ipp",
            "tcc", "ii", "mm":
            return cxx
        case "rs": return rust
        case "go": return go
        case "swift": return swift
        case "s", "S", "asm", "sx": return assembler
        default: return nil
        }
    }

    private static let c = {
        var language = SourceLanguage()
        language.directive = UInt8(ascii: "#")
        language.keywords = KeywordSet(
            """
            auto bool break case char const continue default do double else enum extern false float for \
            goto if inline int long nullptr register restrict return short signed sizeof static \
            static_assert struct switch true typedef typeof union unsigned void volatile while _Alignas \
            _Alignof _Atomic _Bool _Complex _Generic _Noreturn _Static_assert _Thread_local
            """)
        return language
    }()

    private static let cxx = {
        var language = c
        language.rawStrings = .cxx
        language.keywords = KeywordSet(
            """
            alignas alignof asm auto bool break case catch char char16_t char32_t char8_t class co_await \
            co_return co_yield concept const const_cast consteval constexpr constinit continue decltype \
            default delete do double dynamic_cast else enum explicit export extern false final float for \
            friend goto if inline int long mutable namespace new noexcept nullptr operator override \
            private protected public register reinterpret_cast requires return short signed sizeof \
            static static_assert static_cast struct switch template this thread_local throw true try \
            typedef typeid typename union unsigned using virtual void volatile wchar_t while
            """)
        return language
    }()

    private static let rust = {
        var language = SourceLanguage()
        language.nestsComments = true
        language.hasLongStrings = true
        language.singleQuotes = .charactersOrLifetimes
        language.rawStrings = .rust
        language.keywords = KeywordSet(
            """
            Self as async await break const continue crate dyn else enum extern false fn for if impl in \
            let loop match mod move mut pub ref return self static struct super trait true type unsafe \
            use where while
            """)
        return language
    }()

    private static let go = {
        var language = SourceLanguage()
        language.rawStrings = .go
        language.keywords = KeywordSet(
            """
            break case chan const continue default defer else fallthrough false for func go goto if \
            import interface iota map nil package range return select struct switch true type var
            """)
        return language
    }()

    private static let swift = {
        var language = SourceLanguage()
        language.nestsComments = true
        language.singleQuotes = .nothing
        language.rawStrings = .swift
        language.directive = UInt8(ascii: "#")
        language.keywords = KeywordSet(
            """
            Any Self actor any as async await borrowing break case catch class consuming continue \
            convenience default defer deinit do else enum extension fallthrough false fileprivate final \
            for func get guard if import in indirect init inout internal is lazy let mutating nil \
            nonisolated open operator override package private protocol public repeat required rethrows \
            return self set some static struct subscript super switch throw throws true try typealias \
            unowned unsafe var weak where while
            """)
        return language
    }()

    private static let assembler = {
        var language = SourceLanguage()
        language.hasAssemblerComments = true
        language.singleQuotes = .nothing
        language.directive = UInt8(ascii: ".")
        return language
    }()
}

/// Words that are looked up often.
struct KeywordSet: Sendable {
    /// Those that begin with one byte, by that byte.
    private var words: [[[UInt8]]]
    /// How long they are, a bit each.
    private var lengths: [UInt32]

    /// - Parameter text: of words of at most 31 ASCII characters.
    init(_ text: String) {
        words = [[[UInt8]]](repeating: [], count: 256)
        lengths = [UInt32](repeating: 0, count: 256)
        for word in text.split(separator: " ") {
            let word = Array(word.utf8)
            words[Int(word[0])].append(word)
            lengths[Int(word[0])] |= 1 << UInt32(word.count)
        }
    }

    /// Whether the word that these bytes are is one of them; there is one byte at least.
    func contains(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let first = Int(bytes[range.lowerBound])
        guard range.count < 32, lengths[first] & 1 << UInt32(range.count) != 0 else { return false }
        return words[first].contains { word in
            word.count == range.count
                && word.indices.allSatisfy { word[$0] == bytes[range.lowerBound + $0] }
        }
    }
}
