/// The `case` and `default` labels of a source of C's family, by its text: no code belongs to them, so that debug
/// information does not mention them.
///
/// Comments, texts and the preprocessor's lines are known; what macros hide is not seen. Of labels that follow each
/// other the first stands for all, as in gcov.
public struct SwitchLabels: Sendable {
    /// A label that stands on a line of its own.
    struct Label: Equatable {
        /// Where it stands, from 1.
        var line: Int32
        /// Where the code behind it begins, and the last line on which it can: that of the next jump, of the end of
        /// the `switch`, or of what the preprocessor compiles together with the label.
        var code: ClosedRange<Int32>
    }

    /// By line.
    let labels: [Label]
    /// The number of lines.
    let lineCount: Int32

    /// Whether there are none.
    public var isEmpty: Bool { labels.isEmpty }

    /// Reads a source file.
    public init(_ source: [UInt8]) {
        var scanner = SwitchScanner()
        (labels, lineCount) = scanner.labels(of: source.span)
    }
}

/// A word that means something to ``SwitchScanner``.
private enum Keyword {
    case `switch`, `case`, `default`
    /// One that leaves the place.
    case jump

    init?(_ word: Span<UInt8>) {
        func isWord(_ text: String) -> Bool {
            for (place, byte) in text.utf8.enumerated() where word[place] != byte { return false }
            return true
        }
        // Most words are none, and are not looked at longer than that takes.
        switch (word[0], word.count) {
        case (UInt8(ascii: "s"), 6) where isWord("switch"): self = .switch
        case (UInt8(ascii: "c"), 4) where isWord("case"): self = .case
        case (UInt8(ascii: "d"), 7) where isWord("default"): self = .default
        case (UInt8(ascii: "b"), 5) where isWord("break"),
            (UInt8(ascii: "r"), 6) where isWord("return"),
            (UInt8(ascii: "g"), 4) where isWord("goto"),
            (UInt8(ascii: "c"), 8) where isWord("continue"),
            (UInt8(ascii: "t"), 5) where isWord("throw"),
            (UInt8(ascii: "c"), 9) where isWord("co_return"):
            self = .jump
        default: return nil
        }
    }
}

/// Reads a source file for ``SwitchLabels``: as little of its language as tells where labels stand.
private struct SwitchScanner {
    private enum Bracket {
        /// A parenthesis or bracket; of a `switch`, the one around what it looks at.
        case parenthesis(isOfSwitch: Bool)
        /// A brace; of a `switch`, the one around its labels.
        case brace(isOfSwitch: Bool)
    }

    /// What has begun and is not over.
    private enum Pending {
        case nothing
        /// `switch`, in front of its parenthesis.
        case switchWord
        /// The parenthesis of a `switch` has ended.
        case switchHead
        /// `default` on a line, in front of its colon.
        case defaultWord(Int32)
        /// `case` on a line; with so many brackets open in it, and question marks without their colons.
        case caseWord(Int32, depth: Int, questions: Int)
    }

    /// A label of which the code behind it was found, but not how far it goes.
    private struct Open {
        var label: SwitchLabels.Label
        /// How many brackets are around it, and how many conditions of the preprocessor.
        var depth, conditions: Int
    }

    private var tokens = CTokens()
    private var brackets: [Bracket] = []
    private var pending = Pending.nothing
    /// The first of the labels whose code was not found yet.
    private var waiting: (line: Int32, depth: Int, conditions: Int)?
    private var open: [Open] = []
    /// The brackets that were open at each `#if`.
    private var conditions: [[Bracket]] = []
    private var found: [SwitchLabels.Label] = []
    /// Whether the statement is one that leaves the place.
    private var isLeaving = false

    /// The labels of a text, by line, and the number of lines.
    mutating func labels(of text: Span<UInt8>) -> ([SwitchLabels.Label], lineCount: Int32) {
        while let (token, line) = tokens.next(of: text) {
            switch token {
            case .conditionBegins: conditions.append(brackets)
            case .conditionTurns:
                endCondition(on: line)
                if let before = conditions.last { brackets = before }
            case .conditionEnds:
                endCondition(on: line)
                _ = conditions.popLast()
            case .word(let word): take(Keyword(text.extracting(word)), on: line)
            case .mark(let mark): take(mark, on: line)
            case .scope: break
            }
        }
        return (found.sorted { $0.line < $1.line }, tokens.line)
    }

    /// Whether a label can stand here.
    private var isInSwitch: Bool {
        guard case .brace = brackets.last else { return false }
        return brackets.contains {
            if case .brace(isOfSwitch: true) = $0 { true } else { false }
        }
    }

    /// Takes a word, which means something or nothing.
    private mutating func take(_ word: Keyword?, on line: Int32) {
        if case .caseWord = pending { return }
        pending = .nothing
        switch word {
        case .case where isInSwitch: pending = .caseWord(line, depth: 0, questions: 0)
        case .default where isInSwitch: pending = .defaultWord(line)
        default:
            findCode(on: line)
            if word == .switch { pending = .switchWord }
            if word == .jump { isLeaving = true }
        }
    }

    private mutating func take(_ mark: UInt8, on line: Int32) {
        if isPartOfLabel(mark, on: line) { return }
        let before = pending
        pending = .nothing
        switch mark {
        case UInt8(ascii: "("), UInt8(ascii: "["):
            findCode(on: line)
            var isOfSwitch = false
            if case .switchWord = before { isOfSwitch = true }
            brackets.append(.parenthesis(isOfSwitch: isOfSwitch))
        case UInt8(ascii: ")"), UInt8(ascii: "]"):
            guard case .parenthesis(let isOfSwitch) = brackets.last else { break }
            brackets.removeLast()
            if isOfSwitch { pending = .switchHead }
        case UInt8(ascii: "{"):
            var isOfSwitch = false
            if case .switchHead = before { isOfSwitch = true }
            brackets.append(.brace(isOfSwitch: isOfSwitch))
        case UInt8(ascii: "}"): closeBrace(on: line)
        case UInt8(ascii: ";"):
            // What stands behind a jump is reached from elsewhere.
            if isLeaving { close(on: line) { _ in true } }
            isLeaving = false
        default: findCode(on: line)
        }
    }

    /// Takes a mark that belongs to a label that has begun.
    private mutating func isPartOfLabel(_ mark: UInt8, on line: Int32) -> Bool {
        switch (pending, mark) {
        case (.defaultWord(let first), UInt8(ascii: ":")),
            (.caseWord(let first, 0, 0), UInt8(ascii: ":")):
            pending = .nothing
            if waiting == nil { waiting = (first, brackets.count, conditions.count) }
            return true
        case (.caseWord, UInt8(ascii: ";")), (.caseWord, UInt8(ascii: "{")),
            (.caseWord, UInt8(ascii: "}")):
            // Nothing that is understood.
            pending = .nothing
            return false
        case (.caseWord(let first, let depth, let questions), _):
            let change: (depth: Int, questions: Int) =
                switch mark {
                case UInt8(ascii: "("), UInt8(ascii: "["): (1, 0)
                case UInt8(ascii: ")"), UInt8(ascii: "]"): (-1, 0)
                case UInt8(ascii: "?") where depth == 0: (0, 1)
                case UInt8(ascii: ":") where depth == 0: (0, -1)
                default: (0, 0)
                }
            pending = .caseWord(
                first, depth: max(0, depth + change.depth), questions: questions + change.questions)
            return true
        default: return false
        }
    }

    private mutating func closeBrace(on line: Int32) {
        var isOfSwitch = false
        while let bracket = brackets.popLast() {
            guard case .brace(let isSwitch) = bracket else { continue }
            isOfSwitch = isSwitch
            break
        }
        guard isOfSwitch else { return }
        let depth = brackets.count
        if let waiting, waiting.depth > depth { self.waiting = nil }
        close(on: line) { $0.depth > depth }
    }

    /// Something that has code is here: of the labels that wait for it, it is behind them. One on the same line needs
    /// nothing to be known.
    private mutating func findCode(on line: Int32) {
        guard let label = waiting else { return }
        waiting = nil
        guard line > label.line else { return }
        open.append(
            Open(
                label: SwitchLabels.Label(line: label.line, code: line...line), depth: label.depth,
                conditions: label.conditions))
    }

    /// What stood in a condition of the preprocessor is compiled with nothing that stands behind it.
    private mutating func endCondition(on line: Int32) {
        let depth = conditions.count
        if let waiting, waiting.conditions >= depth { self.waiting = nil }
        close(on: line) { $0.conditions >= depth }
    }

    private mutating func close(on line: Int32, where isOver: (Open) -> Bool) {
        for var part in open where isOver(part) {
            part.label.code = part.label.code.lowerBound...max(line, part.label.code.lowerBound)
            found.append(part.label)
        }
        open.removeAll(where: isOver)
    }
}
