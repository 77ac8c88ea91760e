/// Reads a source file for ``StatementLines``: as little of its language as tells where statements begin.
struct StatementScanner {
    private enum Bracket {
        /// A parenthesis or bracket, in which statements do not end.
        case parenthesis
        /// A brace around values, in which they do not either.
        case values
        /// A brace around statements, behind which the statement goes on that began on a line; 0 where a new one
        /// begins.
        case block(outer: Int32)
    }

    private let text: [UInt8]
    private let language: StatementLines.Language
    private var place = 0
    private var brackets: [Bracket] = []
    /// The line on which the statement began that is being read; 0 before its first character.
    private var start: Int32 = 0
    /// The line that is being read, and where the statement began that its first character belongs to; nil before
    /// that.
    private var line: Int32 = 1
    private var lineStart: Int32?
    /// The last character that is no blank, and whether it ends a `return`.
    private var last: UInt8 = 0
    private var isBehindReturn = false
    /// What stood at each `#if` that is open.
    private var branches: [(brackets: [Bracket], start: Int32)] = []
    private var found: [Int32] = []

    init(_ text: [UInt8], _ language: StatementLines.Language) {
        self.text = text
        self.language = language
    }

    /// For each line, what ``StatementLines`` keeps of it.
    mutating func starts() -> [Int32] {
        while place < text.count {
            let byte = text[place]
            switch byte {
            case newline:
                place += 1
                endLine()
                if language == .go || language == .swift, !isInList { start = 0 }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0B, 0x0C, backslash:
                place += 1
            case UInt8(ascii: "/") where byteAt(1) == UInt8(ascii: "/"): skipLine()
            case UInt8(ascii: "/") where byteAt(1) == UInt8(ascii: "*"): skipComment()
            case UInt8(ascii: "#") where lineStart == nil && hasPreprocessor: takeDirective()
            default: take(byte)
            }
        }
        if text.last != newline, !text.isEmpty { endLine() }
        return found
    }

    private var hasPreprocessor: Bool { language == .c || language == .swift }

    private var isInList: Bool {
        switch brackets.last {
        case .parenthesis, .values: true
        case .block, nil: false
        }
    }

    private func byteAt(_ distance: Int) -> UInt8? {
        place + distance < text.count ? text[place + distance] : nil
    }

    private mutating func endLine() {
        found.append(lineStart ?? 0)
        line += 1
        lineStart = nil
    }

    /// Takes what is neither blank nor comment.
    private mutating func take(_ byte: UInt8) {
        let isEnd = [UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}")].contains(byte)
        if lineStart == nil { lineStart = isEnd || start == line ? 0 : start }
        if start == 0, !isEnd { start = line }
        let (before, wasReturn) = (last, isBehindReturn)
        (last, isBehindReturn) = (byte, false)
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["): brackets.append(.parenthesis)
        case UInt8(ascii: ")"), UInt8(ascii: "]"):
            if case .parenthesis = brackets.last { brackets.removeLast() }
        case UInt8(ascii: "{"): openBrace(behind: before, wasReturn)
        case UInt8(ascii: "}"): closeBrace()
        case UInt8(ascii: ";"): if !isInList { start = 0 }
        // Arms of a match, which are statements of their own.
        case UInt8(ascii: ","): if language == .rust, !isInList { start = 0 }
        case UInt8(ascii: "\""): return takeString()
        case UInt8(ascii: "'"): return takeCharacter()
        case UInt8(ascii: "`") where language == .go:
            place += 1
            return skip(to: [byte])
        default: if isWord(byte) { return takeWord() }
        }
        place += 1
    }

    private mutating func openBrace(behind before: UInt8, _ isReturned: Bool) {
        var isOfValues = false
        if language == .c {
            isOfValues = before == UInt8(ascii: "=") || isReturned
            if case .values = brackets.last {
                isOfValues = true
            } else if isInList, before == UInt8(ascii: ",") {
                isOfValues = true
            }
        }
        if isOfValues {
            brackets.append(.values)
        } else {
            brackets.append(.block(outer: isInList ? start : 0))
            start = 0
        }
    }

    private mutating func closeBrace() {
        while let bracket = brackets.popLast() {
            switch bracket {
            case .parenthesis: continue
            case .values: return
            case .block(let outer):
                start = outer
                return
            }
        }
        start = 0
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private mutating func takeWord() {
        let begin = place
        let isNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[begin])
        while let byte = byteAt(0) {
            // 1'000'000
            let isSeparator = byte == UInt8(ascii: "'") && isNumber && language == .c
            guard isWord(byte) || isSeparator && byteAt(1).map(isWord) == true else { break }
            place += 1
        }
        let word = text[begin..<place]
        last = word.last ?? 0
        isBehindReturn = word.elementsEqual("return".utf8)
        switch language {
        case .c where word.last == UInt8(ascii: "R") && word.count <= 3 && byteAt(0) == quote:
            place += 1
            let mark = text[place...].prefix { $0 != UInt8(ascii: "(") && $0 != newline }
            skip(to: [UInt8(ascii: ")")] + mark + [quote])
        case .rust where word.last == UInt8(ascii: "r") && word.count <= 2:
            let marks = text[place...].prefix { $0 == UInt8(ascii: "#") }
            guard byteAt(marks.count) == quote else { return }
            place += marks.count + 1
            skip(to: [quote] + marks)
        default: break
        }
    }

    /// Takes a string, whose first quotation mark is here.
    private mutating func takeString() {
        if language == .swift, byteAt(1) == quote, byteAt(2) == quote {
            place += 3
            return skip(to: [quote, quote, quote])
        }
        takeText(to: quote, isLong: language == .rust)
    }

    /// Takes a character, or what only begins as one.
    private mutating func takeCharacter() {
        switch language {
        case .c, .go: takeText(to: UInt8(ascii: "'"), isLong: false)
        case .rust:
            // A name behind the mark is a lifetime; a character has the mark at both ends.
            let isCharacter =
                byteAt(1) == backslash
                || (2...5).contains { byteAt($0) == UInt8(ascii: "'") }
                    && (byteAt(2) == UInt8(ascii: "'") || byteAt(1) ?? 0 >= 0x80)
            if isCharacter { takeText(to: UInt8(ascii: "'"), isLong: false) } else { place += 1 }
        case .swift: place += 1
        }
    }

    /// Takes what is between two marks, with escapes in it.
    ///
    /// - Parameter isLong: whether it can go on in another line.
    private mutating func takeText(to mark: UInt8, isLong: Bool) {
        place += 1
        while let byte = byteAt(0), byte != mark {
            if byte == newline, !isLong { return }
            if byte == newline || byte == backslash && byteAt(1) == newline {
                place += byte == newline ? 1 : 2
                beginLineInside()
            } else {
                place += byte == backslash ? 2 : 1
            }
        }
        place = min(place + 1, text.count)
    }

    /// Passes over what ends with `mark`, and the mark.
    private mutating func skip(to mark: [UInt8]) {
        while place < text.count, !text[place...].starts(with: mark) {
            place += 1
            if text[place - 1] == newline { beginLineInside() }
        }
        place = min(place + mark.count, text.count)
    }

    /// A line begins in the middle of a string.
    private mutating func beginLineInside() {
        endLine()
        lineStart = start
    }

    /// Passes over the rest of the line, and over the next where a backslash says so.
    ///
    /// - Parameter hasComments: whether a comment can begin in it, and go on behind it.
    private mutating func skipLine(hasComments: Bool = false) {
        while let byte = byteAt(0) {
            if hasComments, byte == UInt8(ascii: "/"), byteAt(1) == UInt8(ascii: "*") {
                skipComment()
                continue
            }
            if byte == newline {
                let isContinued =
                    place > 0 && text[place - 1] == backslash
                    || place > 1 && text[place - 1] == UInt8(ascii: "\r")
                        && text[place - 2] == backslash
                guard isContinued, language == .c else { return }
                endLine()
            }
            place += 1
        }
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            if byteAt(0) == UInt8(ascii: "/"), byteAt(1) == UInt8(ascii: "*") {
                if depth == 0 || language == .rust || language == .swift { depth += 1 }
                place += 2
            } else if byteAt(0) == UInt8(ascii: "*"), byteAt(1) == UInt8(ascii: "/") {
                depth -= 1
                place += 2
            } else {
                place += 1
                if place <= text.count, text[place - 1] == newline { endLine() }
            }
        } while depth > 0 && place < text.count
    }

    /// Takes a line of the preprocessor's.
    private mutating func takeDirective() {
        let word = text[(place + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .prefix(while: isWord)
        switch String(decoding: word, as: UTF8.self) {
        case "if", "ifdef", "ifndef": branches.append((brackets, start))
        case "else", "elif", "elifdef", "elifndef", "elseif":
            if let branch = branches.last { (brackets, start) = branch }
        case "endif": _ = branches.popLast()
        default:
            guard language == .c else { return take(text[place]) }
        }
        lineStart = 0
        skipLine(hasComments: true)
    }
}

private let newline = UInt8(ascii: "\n")
private let backslash = UInt8(ascii: "\\")
private let quote = UInt8(ascii: "\"")
