/// The words and marks of a source of C's family, without comments and texts, as far as it takes to find statements:
/// a text is a mark, and so is a line of the preprocessor that decides what is compiled.
struct CTokens {
    enum Token: Equatable {
        /// A word, or a number.
        case word(ArraySlice<UInt8>)
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

    private let text: [UInt8]
    private var place = 0
    /// Whether nothing but blanks and comments stand before the place on its line.
    private var isAtLineStart = true
    /// The line at the place, from 1.
    private(set) var line: Int32 = 1

    init(_ text: [UInt8]) { self.text = text }

    /// The next one, and the line that it begins on; nil at the end.
    mutating func next() -> (token: Token, line: Int32)? {
        while let byte = byte(0) {
            switch byte {
            case newline:
                advance()
                isAtLineStart = true
            case space, tab, carriageReturn, 0x0B, 0x0C: place += 1
            case backslash: advance()
            case slash where self.byte(1) == slash: skipLine()
            case slash where self.byte(1) == star: skipComment()
            case UInt8(ascii: "#") where isAtLineStart:
                let begin = line
                if let token = directive() { return (token, begin) }
            default:
                isAtLineStart = false
                let begin = line
                return (take(byte), begin)
            }
        }
        return nil
    }

    private func byte(_ distance: Int) -> UInt8? {
        place + distance < text.count ? text[place + distance] : nil
    }

    private mutating func advance() {
        if text[place] == newline { line += 1 }
        place += 1
    }

    private mutating func take(_ byte: UInt8) -> Token {
        if byte == quote || byte == apostrophe {
            skipText(to: byte)
            return .mark(byte)
        }
        guard isWord(byte) else {
            let isScope = byte == colon && self.byte(1) == colon
            place += isScope ? 2 : 1
            return isScope ? .scope : .mark(byte)
        }
        let begin = place
        let isNumber = isDigit(byte)
        while let next = self.byte(0) {
            // 1'000'000
            let isSeparator = next == apostrophe && isNumber && self.byte(1).map(isWord) == true
            guard isWord(next) || isSeparator else { break }
            place += 1
        }
        let word = text[begin..<place]
        // R"mark(…)mark", and the like with what says how it is encoded.
        if word.last == UInt8(ascii: "R"), word.count <= 3, self.byte(0) == quote {
            skipRawText()
            return .mark(quote)
        }
        return .word(word)
    }

    private mutating func skipRawText() {
        place += 1
        let mark = text[place...].prefix { $0 != UInt8(ascii: "(") && $0 != newline }
        let end = [UInt8(ascii: ")")] + mark + [quote]
        while place < text.count, !text[place...].starts(with: end) { advance() }
        place = min(place + end.count, text.count)
    }

    /// Passes over what is between two marks, which stand on one line unless a backslash ends it.
    private mutating func skipText(to mark: UInt8) {
        place += 1
        while let byte = byte(0), byte != mark {
            if byte == newline { return }
            if byte == backslash, place + 1 < text.count { place += 1 }
            advance()
        }
        place = min(place + 1, text.count)
    }

    private mutating func skipComment() {
        place += 2
        while place < text.count, !(byte(0) == star && byte(1) == slash) { advance() }
        place = min(place + 2, text.count)
    }

    /// Passes over the rest of the line, and over the next where a backslash says so.
    private mutating func skipLine(hasComments: Bool = false) {
        while let byte = byte(0), byte != newline {
            if hasComments, byte == slash, self.byte(1) == star {
                skipComment()
                continue
            }
            if byte == backslash {
                place += 1
                if self.byte(0) == carriageReturn { place += 1 }
            }
            if place < text.count { advance() }
        }
    }

    private mutating func directive() -> Token? {
        place += 1
        while let byte = byte(0), byte == space || byte == tab { place += 1 }
        let word = text[place...].prefix(while: isWord)
        skipLine(hasComments: true)
        switch String(decoding: word, as: UTF8.self) {
        case "if", "ifdef", "ifndef": return .conditionBegins
        case "else", "elif", "elifdef", "elifndef": return .conditionTurns
        case "endif": return .conditionEnds
        default: return nil
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), 0x80...:
            true
        default: isDigit(byte)
        }
    }
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
