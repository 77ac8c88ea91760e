/// A pattern for paths, as lcov and shells have them: `*` stands for any text, slashes too, `**/` for
/// any folders or none, `?` for one character, `[a-z]` for one of those, `[!a-z]` for one of the others.
public struct PathGlob: Sendable {
    fileprivate enum Token: Sendable {
        case literal(Unicode.Scalar)
        case one
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        case any
        /// Ends where a component begins.
        case folders
    }

    /// The pattern as it was given.
    public let text: String
    private let tokens: [Token]
    private let isName: Bool

    /// Makes a pattern.
    ///
    /// - Parameters:
    ///   - text: without a slash it is matched with paths' last components; with one at its
    ///     beginning or a `*` there, with whole paths; else it is seen from `folder`. With a slash at its end it stands for
    ///     all that is below.
    ///   - folder: an absolute path.
    public init(_ text: String, in folder: String) {
        self.text = text
        isName = !text.contains("/")
        let pattern = PathGlob.seen(text, from: folder) + (text.hasSuffix("/") ? "*" : "")
        tokens = PathGlob.tokens(Array(pattern.unicodeScalars))
    }

    /// The pattern that means the same from any folder.
    public static func seen(_ text: String, from folder: String) -> String {
        guard text.contains("/"), !text.hasPrefix("/"), !text.hasPrefix("*") else { return text }
        // The folder's own name is no pattern.
        let literal = folder.reduce(into: "") { $0 += "*?[\\".contains($1) ? "\\\($1)" : "\($1)" }
        return SourcePath.normalised(text, in: literal) + (text.hasSuffix("/") ? "/" : "")
    }

    /// Whether the pattern matches an absolute path. A name that looks like a pattern, such as
    /// `[vdso]`, is matched by itself too.
    public func matches(_ path: String) -> Bool {
        let subject = isName ? SourcePath.baseName(path) : path
        return subject == text || matches(Array(subject.unicodeScalars))
    }

    /// Since `*` takes slashes too, only the last `*` or `**/` ever has to take more.
    private func matches(_ subject: [Unicode.Scalar]) -> Bool {
        var (token, place) = (0, 0)
        var retry: (token: Int, place: Int)?
        while true {
            if token < tokens.count {
                switch tokens[token] {
                case .any, .folders:
                    retry = (token, place)
                    token += 1
                    continue
                case let single where place < subject.count && single.matches(subject[place]):
                    (token, place) = (token + 1, place + 1)
                    continue
                default: break
                }
            } else if place == subject.count {
                return true
            }
            guard let last = retry,
                let next = PathGlob.next(tokens[last.token], last.place, subject)
            else { return false }
            retry = (last.token, next)
            (token, place) = (last.token + 1, next)
        }
    }

    /// Where a `*` or `**/` that ended at `place` can end next.
    private static func next(_ token: Token, _ place: Int, _ subject: [Unicode.Scalar]) -> Int? {
        if case .folders = token {
            return subject[place...].firstIndex(of: "/").map { $0 + 1 }
        }
        return place < subject.count ? place + 1 : nil
    }

    private static func tokens(_ text: [Unicode.Scalar]) -> [Token] {
        var tokens: [Token] = []
        var place = 0
        while place < text.count {
            let isAtComponent = place == 0 || text[place - 1] == "/"
            switch text[place] {
            case "*" where isAtComponent && text[place...].starts(with: "**/".unicodeScalars):
                tokens.append(.folders)
                place += 3
            case "*":
                tokens.append(.any)
                place += 1
            case "?":
                tokens.append(.one)
                place += 1
            case "[":
                if let (set, end) = set(text, from: place + 1) {
                    tokens.append(set)
                    place = end
                } else {
                    tokens.append(.literal("["))
                    place += 1
                }
            case "\\" where place + 1 < text.count:
                tokens.append(.literal(text[place + 1]))
                place += 2
            default:
                tokens.append(.literal(text[place]))
                place += 1
            }
        }
        return tokens
    }

    /// The set whose `[` is before `start`, and the place behind its `]`; nil where there is none.
    private static func set(_ text: [Unicode.Scalar], from start: Int) -> (Token, Int)? {
        var place = start
        let isNegated = place < text.count && (text[place] == "!" || text[place] == "^")
        if isNegated { place += 1 }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        // A `]` right at the beginning is one of the set.
        while place < text.count, text[place] != "]" || ranges.isEmpty {
            let low = text[place]
            let isRange =
                place + 2 < text.count && text[place + 1] == "-" && text[place + 2] != "]"
            let high = isRange ? text[place + 2] : low
            guard low <= high else { return nil }
            ranges.append(low...high)
            place += isRange ? 3 : 1
        }
        return place < text.count ? (.set(ranges, isNegated: isNegated), place + 1) : nil
    }
}

extension PathGlob.Token {
    fileprivate func matches(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .literal(let own): own == scalar
        case .one: true
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        case .any, .folders: false
        }
    }
}
