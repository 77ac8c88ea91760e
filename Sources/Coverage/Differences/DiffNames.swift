import Trace

/// What a diff calls the two versions of a file, and which paths that means.
///
/// Programs put something of their own before a path: git `a/` and `b/`, or what it was told to; diff the folders
/// that it compared. What both names end in is the path.
struct DiffNames {
    private static let nowhere = "/dev/null"

    /// What stands behind `diff --git `: both names with their beginnings, also of a file that is new or deleted.
    private let head: ArraySlice<UInt8>?
    /// The names as they stand behind `---` and `+++`; nil where there is no such version.
    private var old, new: String?
    /// The paths of a file that was moved, as git says them: with nothing before them.
    private var from, to: String?
    /// Whether the file was copied.
    private(set) var isCopy = false

    init(head: ArraySlice<UInt8>?) { self.head = head }

    /// Whether git says that it was moved or copied.
    var isMoved: Bool { from != nil && to != nil }

    mutating func move(isOld: Bool, _ name: String, isCopy: Bool) {
        if isOld { from = name } else { to = name }
        if isCopy { self.isCopy = true }
    }

    mutating func set(old: String, new: String) {
        self.old = old == DiffNames.nowhere ? nil : old
        self.new = new == DiffNames.nowhere ? nil : new
    }

    /// What stands before the path in both names; nil where that cannot be seen.
    var prefixes: (old: String, new: String)? {
        guard !isMoved, let old, let new, let tail = DiffNames.commonTail(old, new) else {
            return nil
        }
        return (old.dropping(last: tail), new.dropping(last: tail))
    }

    /// The paths.
    ///
    /// - Parameter known: what stands before the paths of other files of the diff.
    func paths(_ known: (old: DiffPrefixes, new: DiffPrefixes)) -> (old: String?, new: String?) {
        if let from, let to { return (SourcePath.normalised(from), SourcePath.normalised(to)) }
        let (oldPath, newPath): (String?, String?)
        switch (old, new) {
        case (let old?, let new?):
            let tail = DiffNames.commonTail(old, new)
            oldPath = tail ?? known.old.path(old)
            newPath = tail ?? known.new.path(new)
        case (let old?, nil):
            oldPath =
                otherName(than: old, isFirst: false).flatMap { DiffNames.commonTail(old, $0) }
                ?? known.old.path(old)
            newPath = nil
        case (nil, let new?):
            oldPath = nil
            newPath =
                otherName(than: new, isFirst: true).flatMap { DiffNames.commonTail($0, new) }
                ?? known.new.path(new)
        case (nil, nil): (oldPath, newPath) = (nil, nil)
        }
        return (
            oldPath.map { SourcePath.normalised($0) }, newPath.map { SourcePath.normalised($0) }
        )
    }

    /// The path of what is in the new version alone; nil where the name does not say that it is.
    ///
    /// - Parameter shown: what stands before the paths of the diff's files.
    static func newPath(_ name: String, _ shown: [(old: String, new: String)]) -> String? {
        func longest(_ beginnings: [String]) -> String {
            let fitting = beginnings.filter { name.utf8.starts(with: $0.utf8) }
            return fitting.max { $0.utf8.count < $1.utf8.count } ?? ""
        }
        let (old, new) = (longest(shown.map(\.old)), longest(shown.map(\.new)))
        guard new.utf8.count > old.utf8.count else { return nil }
        return SourcePath.normalised(name.dropping(first: new))
    }

    /// The components that both end in, all of them where both are the same; nil where there are none.
    private static func commonTail(_ one: String, _ other: String) -> String? {
        if one == other { return one }
        let shared = zip(
            one.split(separator: "/").reversed(), other.split(separator: "/").reversed()
        )
        .prefix { $0 == $1 }.map(\.0)
        return shared.isEmpty ? nil : shared.reversed().joined(separator: "/")
    }

    /// The other of the two names in git's head, which have no mark between them but a blank, as names can have it.
    private func otherName(than name: String, isFirst: Bool) -> String? {
        guard let head else { return nil }
        if head.first == quote {
            guard let (first, rest) = DiffNames.unquoted(head) else { return nil }
            return isFirst ? first : DiffNames.name(rest.dropFirst(), isAlone: true)
        }
        let text = DiffNames.name(head, isAlone: true) ?? ""
        if isFirst {
            return text.hasSuffix(" " + name) ? text.dropping(last: " " + name) : nil
        }
        return text.hasPrefix(name + " ") ? text.dropping(first: name + " ") : nil
    }

    /// The name that a line has; nil where it is in quotation marks that are not closed.
    ///
    /// - Parameter isAlone: whether nothing can stand behind it.
    static func name(_ text: ArraySlice<UInt8>, isAlone: Bool = false) -> String? {
        if text.first == quote { return unquoted(text)?.name }
        var text = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
        if !isAlone {
            if let tab = text.firstIndex(of: UInt8(ascii: "\t")) {
                text = text[..<tab]
            } else if let time = timeStart(text) {
                text = text[..<time]
            }
        }
        return PathText.text(text)
    }

    /// Where the blanks before a date and a time at the end begin, which a tab else parts from the name.
    private static func timeStart(_ text: ArraySlice<UInt8>) -> Int? {
        var words = text.split(separator: blank)
        if let zone = words.last, zone.count == 5, hasForm(zone, "+0000") { words.removeLast() }
        guard words.count > 2, let time = words.popLast(), hasForm(time.prefix(8), "00:00:00"),
            let date = words.popLast(), hasForm(date, "0000-00-00"), let name = words.last
        else { return nil }
        return name.endIndex
    }

    /// Whether there are digits where the form has them, and else the same; a plus sign also stands for minus.
    private static func hasForm(_ text: ArraySlice<UInt8>, _ form: String) -> Bool {
        text.count == form.utf8.count
            && zip(text, form.utf8).allSatisfy { byte, pattern in
                switch pattern {
                case UInt8(ascii: "0"): (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                case UInt8(ascii: "+"): byte == pattern || byte == UInt8(ascii: "-")
                default: byte == pattern
                }
            }
    }

    /// A name in quotation marks, as C writes it, and what stands behind it.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> (
        name: String, rest: ArraySlice<UInt8>
    )? {
        var (rest, name) = (text.dropFirst(), [UInt8]())
        while let byte = rest.popFirst() {
            if byte == quote { return (PathText.text(name), rest) }
            guard byte == UInt8(ascii: "\\") else {
                name.append(byte)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            let octal = UInt8(ascii: "0")...UInt8(ascii: "7")
            if octal.contains(escape) {
                var value = Int(escape - UInt8(ascii: "0"))
                for _ in 0..<2 {
                    guard let digit = rest.first, octal.contains(digit) else { break }
                    value = value * 8 + Int(digit - UInt8(ascii: "0"))
                    rest = rest.dropFirst()
                }
                name.append(UInt8(truncatingIfNeeded: value))
            } else {
                name.append(escapes[escape] ?? escape)
            }
        }
        return nil
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
        UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
    ]
}

/// What stands before the paths in one version's names, as far as a diff's files show it.
struct DiffPrefixes {
    /// Each, and at which file of the diff it is seen first; the empty one is among them if a file shows it.
    private var places: [String: Int] = [:]
    /// What git puts there.
    private let usual: String

    init(_ prefixes: some Sequence<String>, usual: String) {
        for (place, prefix) in prefixes.enumerated() where places[prefix] == nil {
            places[prefix] = place
        }
        self.usual = usual
    }

    /// A name without what stands before the paths of other files, the first that fits, or else what git puts there.
    func path(_ name: String) -> String {
        var (found, first) = ("", Int.max)
        func look(_ prefix: String) {
            guard let place = places[prefix] ?? (prefix == usual ? .max - 1 : nil), place < first
            else { return }
            (found, first) = (prefix, place)
        }
        look("")
        for (place, byte) in zip(name.utf8.indices, name.utf8) where byte == UInt8(ascii: "/") {
            look(String(decoding: name.utf8[...place], as: UTF8.self))
        }
        return name.dropping(first: found)
    }
}

private let quote = UInt8(ascii: "\"")
private let blank = UInt8(ascii: " ")

extension String {
    /// What is left without as many bytes as a beginning has. A character can hang on the slash before it.
    fileprivate func dropping(first beginning: String) -> String {
        String(decoding: utf8.dropFirst(beginning.utf8.count), as: UTF8.self)
    }

    /// What is left without as many bytes as an end has.
    fileprivate func dropping(last end: String) -> String {
        String(decoding: utf8.dropLast(end.utf8.count), as: UTF8.self)
    }
}
