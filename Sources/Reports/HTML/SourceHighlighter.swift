/// Writes the lines of a source with its comments, strings and keywords marked, in one pass over the bytes. A mark is
/// an element with a short name, since a page has hundreds of thousands of them. Strings are not `q`, for whose
/// quotation marks a browser takes time that grows with the square of how many are in a line.
///
/// What it takes for a string or a comment decides how a page looks, and nothing else.
struct SourceHighlighter {
    /// What a line begins in.
    private enum Context {
        case code
        /// How many are open.
        case comment(Int)
        /// A comment of one line, which goes on since a backslash ends that.
        case lineComment
        case string(Ending)
    }

    /// How a string ends.
    private struct Ending {
        let text: [UInt8]
        var hasEscapes = true
        var isLong = false

        static let quotes = Ending(text: [UInt8(ascii: "\"")])
        static let longQuotes = Ending(text: [UInt8(ascii: "\"")], isLong: true)
        static let threeQuotes = Ending(
            text: [UInt8](repeating: UInt8(ascii: "\""), count: 3), isLong: true)
        static let apostrophe = Ending(text: [UInt8(ascii: "'")])
        static let backtick = Ending(text: [UInt8(ascii: "`")], hasEscapes: false, isLong: true)
    }

    /// What a byte may begin.
    private enum Kind: UInt8 { case nothing, word, digit, slash, quote, hash, other }

    private static let kinds: [Kind] = (0...255).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), 0x80...0xFF:
            .word
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        case UInt8(ascii: "/"): .slash
        case UInt8(ascii: "\""): .quote
        case UInt8(ascii: "#"), UInt8(ascii: "."): .hash
        case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: ";"), UInt8(ascii: "@"): .other
        default: .nothing
        }
    }

    private let language: SourceLanguage
    /// Here, since to ask whether the one of all is there already takes longer than what it says.
    private let kinds = SourceHighlighter.kinds
    private var inside = Context.code
    /// What of the line is not written yet, from here on.
    private var start = 0

    /// A highlighter at the beginning of a source.
    init(_ language: SourceLanguage) { self.language = language }

    /// Writes the next line, which has no line's end.
    mutating func write(_ line: Span<UInt8>, to page: inout PageBuffer) {
        start = 0
        var place = 0
        switch inside {
        case .code: break
        case .comment(let depth): place = writeComment(line, from: 0, in: 0, depth, to: &page)
        case .lineComment:
            writeLineComment(line, from: 0, to: &page)
            return
        case .string(let ending): place = writeString(line, from: 0, in: 0, ending, to: &page)
        }
        let table = self.kinds
        let kinds = table.span
        var isAtStart = true
        while place < line.count {
            let byte = line[place]
            switch kinds[Int(byte)] {
            case .nothing:
                if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { isAtStart = false }
                place += 1
                continue
            case .word: place = writeWord(line, place, to: &page)
            case .digit: place = endOfNumber(line, place)
            case .slash:
                let next = byteAt(line, place + 1)
                if next == UInt8(ascii: "/") {
                    return writeLineComment(line, from: place, to: &page)
                }
                if next == UInt8(ascii: "*") {
                    place = writeComment(line, from: place + 2, in: place, 1, to: &page)
                } else {
                    place += 1
                }
            case .quote:
                let (ending, opening) = quotes(line, place)
                place = writeString(line, from: place + opening, in: place, ending, to: &page)
            case .hash:
                if language.hasAssemblerComments, isComment(line, place, isAtStart) {
                    return writeLineComment(line, from: place, to: &page)
                }
                place = writeDirective(line, place, isAtStart, to: &page)
            case .other:
                if language.hasAssemblerComments, isComment(line, place, isAtStart) {
                    return writeLineComment(line, from: place, to: &page)
                }
                place = writeQuoted(line, place, to: &page)
            }
            isAtStart = false
        }
        flush(line, to: line.count, &page)
    }

    private func byteAt(_ line: Span<UInt8>, _ place: Int) -> UInt8 {
        place >= 0 && place < line.count ? line[place] : 0
    }

    private mutating func flush(_ line: Span<UInt8>, to place: Int, _ page: inout PageBuffer) {
        SourceText.write(line, start..<place, to: &page)
        start = place
    }

    /// Writes a part of the line as an element.
    private mutating func mark(
        _ line: Span<UInt8>, _ part: Range<Int>, _ open: StaticString, _ close: StaticString,
        to page: inout PageBuffer
    ) {
        flush(line, to: part.lowerBound, &page)
        guard !part.isEmpty else { return }
        page.add(open)
        flush(line, to: part.upperBound, &page)
        page.add(close)
    }
}

// MARK: Words

extension SourceHighlighter {
    private func endOfWord(_ line: Span<UInt8>, _ place: Int) -> Int {
        let kinds = kinds.span
        var end = place
        while end < line.count {
            let kind = kinds[Int(line[end])]
            guard kind == .word || kind == .digit else { break }
            end += 1
        }
        return end
    }

    /// A number may have apostrophes in it, and dots.
    private func endOfNumber(_ line: Span<UInt8>, _ place: Int) -> Int {
        var end = endOfWord(line, place)
        while end + 1 < line.count,
            line[end] == UInt8(ascii: "'") || line[end] == UInt8(ascii: ".")
        {
            let next = endOfWord(line, end + 1)
            guard next > end + 1 else { break }
            end = next
        }
        return end
    }

    private mutating func writeWord(_ line: Span<UInt8>, _ place: Int, to page: inout PageBuffer)
        -> Int
    {
        let end = endOfWord(line, place)
        if language.rawStrings != .none,
            let ending = rawEnding(line, place..<end)
        {
            return writeString(
                line, from: end + ending.opening, in: place, ending.ending, to: &page)
        }
        guard language.keywords.contains(line, place..<end) else { return end }
        // Those that follow, with blanks between, which look as they would without.
        var last = end
        while last < line.count {
            var next = last
            while byteAt(line, next) == UInt8(ascii: " ") { next += 1 }
            let word = next..<endOfWord(line, next)
            guard next > last, !word.isEmpty, language.keywords.contains(line, word) else { break }
            last = word.upperBound
        }
        mark(line, place..<last, "<b>", "</b>", to: &page)
        return last
    }

    /// A line's first word behind `#`, or in assembler behind a dot.
    private mutating func writeDirective(
        _ line: Span<UInt8>, _ place: Int, _ isAtStart: Bool, to page: inout PageBuffer
    ) -> Int {
        if language.rawStrings == .swift, line[place] == UInt8(ascii: "#") {
            var end = place
            while byteAt(line, end) == UInt8(ascii: "#") { end += 1 }
            if byteAt(line, end) == UInt8(ascii: "\"") {
                let isLong =
                    byteAt(line, end + 1) == byteAt(line, end + 2)
                    && byteAt(line, end + 1) == UInt8(ascii: "\"")
                let quotes = isLong ? 3 : 1
                let ending = Ending(
                    text: [UInt8](repeating: UInt8(ascii: "\""), count: quotes)
                        + [UInt8](repeating: UInt8(ascii: "#"), count: end - place),
                    hasEscapes: false, isLong: isLong)
                return writeString(line, from: end + quotes, in: place, ending, to: &page)
            }
        }
        guard isAtStart, language.directive == line[place] else { return place + 1 }
        var begin = place + 1
        while byteAt(line, begin) == UInt8(ascii: " ") { begin += 1 }
        let end = endOfWord(line, begin)
        guard end > begin else { return place + 1 }
        // `.Lname:` is a label.
        if byteAt(line, end) != UInt8(ascii: ":") {
            mark(line, place..<end, "<b>", "</b>", to: &page)
        }
        return end
    }
}

// MARK: Comments

extension SourceHighlighter {
    /// Writes the line up to the comment's end, or its own.
    ///
    /// - Parameters:
    ///   - place: from where on the end is looked for.
    ///   - begin: where the comment begins in the line.
    private mutating func writeComment(
        _ line: Span<UInt8>, from place: Int, in begin: Int, _ depth: Int, to page: inout PageBuffer
    ) -> Int {
        var (place, depth) = (place, depth)
        while place < line.count, depth > 0 {
            let byte = line[place]
            if byte == UInt8(ascii: "*"), byteAt(line, place + 1) == UInt8(ascii: "/") {
                depth -= 1
                place += 2
            } else if byte == UInt8(ascii: "/"), language.nestsComments,
                byteAt(line, place + 1) == UInt8(ascii: "*")
            {
                depth += 1
                place += 2
            } else {
                place += 1
            }
        }
        inside = depth > 0 ? .comment(depth) : .code
        mark(line, begin..<place, "<i>", "</i>", to: &page)
        return place
    }

    private mutating func writeLineComment(
        _ line: Span<UInt8>, from begin: Int, to page: inout PageBuffer
    ) {
        mark(line, begin..<line.count, "<i>", "</i>", to: &page)
        let isContinued =
            language.directive == UInt8(ascii: "#")
            && byteAt(line, line.count - 1) == UInt8(ascii: "\\")
        inside = isContinued ? .lineComment : .code
    }

    /// Whether an assembler's comment begins here, which of `#`, `@` and `;` it is depends on the processor.
    private func isComment(_ line: Span<UInt8>, _ place: Int, _ isAtStart: Bool) -> Bool {
        guard line[place] != UInt8(ascii: "."), line[place] != UInt8(ascii: "'"),
            line[place] != UInt8(ascii: "`")
        else { return false }
        func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0
        }
        return isAtStart
            || isBlank(byteAt(line, place - 1)) && isBlank(byteAt(line, place + 1))
    }
}

// MARK: Strings

extension SourceHighlighter {
    /// Writes the line up to the string's end, or its own.
    private mutating func writeString(
        _ line: Span<UInt8>, from place: Int, in begin: Int, _ ending: Ending,
        to page: inout PageBuffer
    ) -> Int {
        let end = end(of: ending, line, from: place)
        inside = .code
        if end == nil {
            // A backslash takes the line's end into the string.
            let isContinued =
                ending.hasEscapes && byteAt(line, line.count - 1) == UInt8(ascii: "\\")
            if ending.isLong || isContinued { inside = .string(ending) }
        }
        mark(line, begin..<(end ?? line.count), "<samp>", "</samp>", to: &page)
        return end ?? line.count
    }

    /// Behind the string's end; nil where it is not in the line.
    private func end(of ending: Ending, _ line: Span<UInt8>, from place: Int) -> Int? {
        let text = ending.text
        var place = place
        while place < line.count {
            let byte = line[place]
            if byte == text[0], place + text.count <= line.count,
                text.indices.allSatisfy({ line[place + $0] == text[$0] })
            {
                return place + text.count
            }
            place += ending.hasEscapes && byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// How the string ends that begins here, and how many quotation marks begin it.
    private func quotes(_ line: Span<UInt8>, _ place: Int) -> (ending: Ending, opening: Int) {
        if language.rawStrings == .swift, byteAt(line, place + 1) == UInt8(ascii: "\""),
            byteAt(line, place + 2) == UInt8(ascii: "\"")
        {
            return (.threeQuotes, 3)
        }
        return (language.hasLongStrings ? .longQuotes : .quotes, 1)
    }

    /// A character in single quotation marks, or a raw string of Go.
    private mutating func writeQuoted(_ line: Span<UInt8>, _ place: Int, to page: inout PageBuffer)
        -> Int
    {
        switch (line[place], language.rawStrings, language.singleQuotes) {
        case (UInt8(ascii: "`"), .go, _):
            return writeString(line, from: place + 1, in: place, .backtick, to: &page)
        case (UInt8(ascii: "'"), _, .characters):
            // One that does not end is none: an apostrophe in what the preprocessor leaves out, say.
            guard end(of: .apostrophe, line, from: place + 1) != nil else { return place + 1 }
            return writeString(line, from: place + 1, in: place, .apostrophe, to: &page)
        case (UInt8(ascii: "'"), _, .charactersOrLifetimes):
            guard place + 1 < line.count else { return place + 1 }
            let width =
                line[place + 1] == UInt8(ascii: "\\")
                ? 2 : UTF8Character(line, at: place + 1, end: line.count).width
            let isCharacter =
                width == 2 && line[place + 1] == UInt8(ascii: "\\")
                || byteAt(line, place + 1 + width) == UInt8(ascii: "'")
            guard isCharacter else { return place + 1 }
            return writeString(line, from: place + 1, in: place, .apostrophe, to: &page)
        default: return place + 1
        }
    }

    /// How the raw string ends that a word begins, and how many bytes behind the word its text begins; nil where
    /// it begins none.
    private func rawEnding(_ line: Span<UInt8>, _ word: Range<Int>) -> (
        ending: Ending, opening: Int
    )? {
        guard word.count <= 3 else { return nil }
        let last = line[word.upperBound - 1]
        var place = word.upperBound
        switch language.rawStrings {
        case .cxx:
            guard last == UInt8(ascii: "R"), byteAt(line, place) == UInt8(ascii: "\"") else {
                return nil
            }
            place += 1
            let start = place
            while place < line.count, line[place] != UInt8(ascii: "(") { place += 1 }
            guard place < line.count, place - start <= 16 else { return nil }
            var text = [UInt8(ascii: ")")]
            for index in start..<place { text.append(line[index]) }
            text.append(UInt8(ascii: "\""))
            return (
                Ending(text: text, hasEscapes: false, isLong: true), place + 1 - word.upperBound
            )
        case .rust:
            guard last == UInt8(ascii: "r"), word.count <= 2 else { return nil }
            while byteAt(line, place) == UInt8(ascii: "#") { place += 1 }
            guard byteAt(line, place) == UInt8(ascii: "\"") else { return nil }
            let hashes = [UInt8](repeating: UInt8(ascii: "#"), count: place - word.upperBound)
            return (
                Ending(text: [UInt8(ascii: "\"")] + hashes, hasEscapes: false, isLong: true),
                place + 1 - word.upperBound
            )
        case .none, .swift, .go: return nil
        }
    }
}
