/// A bound of what a linkage name of Swift stands for.
///
/// `A` and letters or numbers stand for what the name had before (substitutions, numbered in its order), so
/// a short name can be one of gigabytes, and Swift's runtime library has no bound for what it prints. What a
/// substitution is need not be known for one: not more than all that the name stood for where it, or a
/// later one, is first used.
struct SwiftName {
    private let bytes: [UInt8]
    private let limit: Int
    /// Behind the letters that say that it is one of Swift.
    private var position = 2
    private var size = 0
    /// By number: what the substitutions up to one stand for at the most.
    private var bounds: [(number: Int, size: Int)] = []
    /// Identifiers can have words of those before.
    private var longestIdentifier = 0
    /// Whether a number can only be the length of another one.
    private var isBehindIdentifier = true
    /// The last two operators, where nothing else is between or behind them.
    private var operators: (UInt8, UInt8) = (0, 0)
    /// A number is the length of an identifier mostly, which is passed over. Where it may be another
    /// one, what would be the identifier, up to here, is read as if it was none.
    private var doubtEnd = 0

    /// - Parameter limit: letters that are too many do not matter.
    init(_ name: String, limit: Int) {
        bytes = Array(name.utf8)
        self.limit = limit
    }

    /// Whether the name stands for no more than about so many letters.
    mutating func isWithinLimit() -> Bool {
        while position < bytes.count, size <= limit {
            let isInDoubt = position < doubtEnd
            var isIdentifier = false
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "A"):
                position += 1
                readSubstitutions(isInDoubt: isInDoubt)
            case UInt8(ascii: "S"):
                position += 1
                add(natural() ?? 1)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                isIdentifier = true
                readIdentifier()
            default:
                position += 1
                add(1)
            }
            isBehindIdentifier = isIdentifier
            operators = isIdentifier ? (0, 0) : (operators.1, byte)
            if isInDoubt, position > doubtEnd { position = doubtEnd }
        }
        return size <= limit
    }

    private func peek() -> UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skip(_ byte: Character) -> Bool {
        guard peek() == byte.asciiValue else { return false }
        position += 1
        return true
    }

    /// Nil where there is no digit.
    private mutating func natural() -> Int? {
        var number: Int?
        while case UInt8(ascii: "0")...UInt8(ascii: "9") = peek() {
            number = min(1 << 24, (number ?? 0) * 10 + Int(peek() - UInt8(ascii: "0")))
            position += 1
        }
        return number
    }

    private mutating func add(_ more: Int, times: Int = 1) {
        let (all, overflow) = more.multipliedReportingOverflow(by: times)
        size = min(limit + 1, size + (overflow ? limit + 1 : min(all, limit + 1)))
    }

    private mutating func use(_ number: Int, times: Int, isInDoubt: Bool) {
        let known = bounds.first { $0.number >= number }?.size
        // What is not a use would bind later ones.
        if known == nil, !isInDoubt { bounds.append((number, size)) }
        add(max(1, known ?? size), times: times)
    }

    private mutating func readSubstitutions(isInDoubt: Bool) {
        while true {
            let number = natural()
            let byte = peek()
            position += 1
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                use(Int(byte - UInt8(ascii: "a")), times: max(1, number ?? 1), isInDoubt: isInDoubt)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                use(Int(byte - UInt8(ascii: "A")), times: max(1, number ?? 1), isInDoubt: isInDoubt)
                return
            case UInt8(ascii: "_"):
                use((number ?? -1) + 27, times: 1, isInDoubt: isInDoubt)
                return
            default:
                position -= 1
                return
            }
        }
    }

    /// The length of an identifier, and its letters. Behind a 0 there are words of earlier ones among them,
    /// each as a letter, the last one as a capital.
    private mutating func readIdentifier() {
        // A specialization's pass is a digit.
        let isBehindThunk = operators.0 == UInt8(ascii: "T")
        // A type that is declared, by the one letter of its kind.
        let isBehindType =
            "CVOPas".utf8.contains(operators.1) && "\0ACVOPasyxGcKtFZ_".utf8.contains(operators.0)
        var hasWords = false
        if skip("0") { hasWords = !skip("0") }
        repeat {
            while hasWords {
                if case UInt8(ascii: "A")...UInt8(ascii: "Z") = peek() {
                    hasWords = false
                } else if !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(peek()) {
                    break
                }
                position += 1
                add(max(1, longestIdentifier))
            }
            guard !skip("0"), let count = natural() else { return }
            if !isBehindIdentifier, isBehindThunk || peek() == UInt8(ascii: "_"), !isBehindType {
                doubtEnd = max(doubtEnd, min(bytes.count, position + count))
                return
            }
            longestIdentifier = max(longestIdentifier, count)
            add(count)
            position = min(bytes.count, position + count)
        } while hasWords
    }
}
