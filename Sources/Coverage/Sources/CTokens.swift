/// The words and marks of a source of C's family, without comments and texts, as far as it takes to find statements:
/// a text is a mark, and so is a line of the preprocessor that decides what is compiled.
struct CTokens {
    enum Token: Equatable {
        /// A word, or a number.
        case word(Range<Int>)
        /// Any other character, of a text its first quotation mark.
        case mark(UInt8)
        /// `::`
        case scope
        /// `#if`, `#ifdef` and `#ifndef`.
        case conditionBegins
        /// `#else`, `#elif` and the like.
        case conditionTurns
        case conditionEnds
    }

    private var place = 0
    /// Whether nothing but blanks and comments stand before the place on its line.
    private var isAtLineStart = true
    /// The line at the place, from 1.
    private(set) var line: Int32 = 1

    /// The next one of a text, the same at each call, and the line that it begins on; nil at the end.
    mutating func next(of text: Span<UInt8>) -> (token: Token, line: Int32)? {
        while place < text.count {
            let byte = text[place]
            switch byte {
            case newline:
                advance(text)
                isAtLineStart = true
            case space, tab, carriageReturn, 0x0B, 0x0C: place += 1
            case backslash: advance(text)
            case slash where text.byte(place + 1) == slash: skipLine(text)
            case slash where text.byte(place + 1) == star: skipComment(text)
            case UInt8(ascii: "#") where isAtLineStart:
                let begin = line
                if let token = directive(text) { return (token, begin) }
            default:
                isAtLineStart = false
                let begin = line
                return (take(byte, text), begin)
            }
        }
        return nil
    }

    private mutating func advance(_ text: Span<UInt8>) {
        if text[place] == newline { line += 1 }
        place += 1
    }

    private mutating func take(_ byte: UInt8, _ text: Span<UInt8>) -> Token {
        if byte == quote || byte == apostrophe {
            skipText(to: byte, text)
            return .mark(byte)
        }
        let isPartOfWord = CTokens.isPartOfWord.span
        guard isPartOfWord[Int(byte)] else {
            let isScope = byte == colon && text.byte(place + 1) == colon
            place += isScope ? 2 : 1
            return isScope ? .scope : .mark(byte)
        }
        let begin = place
        let isNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        var end = place + 1
        while end < text.count {
            let next = text[end]
            // 1'000'000
            let isSeparator =
                isNumber && next == apostrophe
                && text.byte(end + 1).map { isPartOfWord[Int($0)] } == true
            guard isPartOfWord[Int(next)] || isSeparator else { break }
            end += 1
        }
        place = end
        // R"mark(…)mark", and the like with what says how it is encoded.
        if text[end - 1] == UInt8(ascii: "R"), end - begin <= 3, text.byte(end) == quote {
            skipRawText(text)
            return .mark(quote)
        }
        return .word(begin..<end)
    }

    private mutating func skipRawText(_ text: Span<UInt8>) {
        place += 1
        var end = [UInt8(ascii: ")")]
        for next in place..<text.count {
            if text[next] == UInt8(ascii: "(") || text[next] == newline { break }
            end.append(text[next])
        }
        end.append(quote)
        while place < text.count, !end.indices.allSatisfy({ text.byte(place + $0) == end[$0] }) {
            advance(text)
        }
        place = min(place + end.count, text.count)
    }

    /// Passes over what is between two marks, which stand on one line unless a backslash ends it.
    private mutating func skipText(to mark: UInt8, _ text: Span<UInt8>) {
        place += 1
        while let byte = text.byte(place), byte != mark {
            if byte == newline { return }
            if byte == backslash, place + 1 < text.count { place += 1 }
            advance(text)
        }
        place = min(place + 1, text.count)
    }

    private mutating func skipComment(_ text: Span<UInt8>) {
        var end = place + 2
        while end < text.count {
            let byte = text[end]
            if byte == star, text.byte(end + 1) == slash { break }
            if byte == newline { line += 1 }
            end += 1
        }
        place = min(end + 2, text.count)
    }

    /// Passes over the rest of the line, and over the next where a backslash says so.
    private mutating func skipLine(_ text: Span<UInt8>, hasComments: Bool = false) {
        while let byte = text.byte(place), byte != newline {
            if hasComments, byte == slash, text.byte(place + 1) == star {
                skipComment(text)
                continue
            }
            if byte == backslash {
                place += 1
                if text.byte(place) == carriageReturn { place += 1 }
            }
            if place < text.count { advance(text) }
        }
    }

    private mutating func directive(_ text: Span<UInt8>) -> Token? {
        place += 1
        while let byte = text.byte(place), byte == space || byte == tab { place += 1 }
        var word = ""
        for next in place..<text.count {
            guard CTokens.isPartOfWord[Int(text[next])] else { break }
            word.unicodeScalars.append(Unicode.Scalar(text[next]))
        }
        skipLine(text, hasComments: true)
        switch word {
        case "if", "ifdef", "ifndef": return .conditionBegins
        case "else", "elif", "elifdef", "elifndef": return .conditionTurns
        case "endif": return .conditionEnds
        default: return nil
        }
    }

    private static let isPartOfWord: [Bool] = (0...255).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

extension Span<UInt8> {
    /// Nil behind the end.
    fileprivate func byte(_ place: Int) -> UInt8? { place < count ? self[place] : nil }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let tab = UInt8(ascii: "\t")
private let space = UInt8(ascii: " ")
private let backslash = UInt8(ascii: "\\")
private let colon = UInt8(ascii: ":")
private let slash = UInt8(ascii: "/")
private let star = UInt8(ascii: "*")
private let quote = UInt8(ascii: "\"")
private let apostrophe = UInt8(ascii: "'")
