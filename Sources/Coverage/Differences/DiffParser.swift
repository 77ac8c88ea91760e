/// Reads the lines of a unified diff (POSIX, diff; git-diff(1), "Generating patch text with -p").
///
/// Whatever stands between files and is none of their lines is no part of the diff: mails, commits' messages,
/// git's own heads but for renames.
struct DiffParser {
    /// More digits than any file has lines, and fewer than an integer can have.
    private static let mostDigits = 10

    /// What is known of a file so far.
    private struct Section {
        var names: DiffNames
        var lines = LineMapping()
        /// Where it begins.
        var position: Int
        /// Whether it has its `---` and `+++`.
        var hasNames = false
        /// Which of several patches it is in.
        var patch: Int
    }

    private let bytes: [UInt8]
    /// Where the next line begins.
    private var place = 0
    /// The number of the line that was read last.
    private var number = 0
    private var isAnyFound = false
    private var sections: [Section] = []
    private var open: Section?
    /// How many mails or commits began so far.
    private var patch = 0
    /// What stands in one of two folders alone, with the folder's name.
    private var alone: [String] = []
    /// Paths of what is new, and not shown.
    private(set) var hiddenPaths: [String] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A mark of the encoding, as programs of Windows write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The files whose lines or names changed.
    mutating func files() throws(UnifiedDiff.Damage) -> [UnifiedDiff.File] {
        while let line = next() {
            if line.starts(with: "diff --git ") {
                close()
                open = Section(
                    names: DiffNames(head: line.dropFirst("diff --git ".utf8.count)),
                    position: number, patch: patch)
                isAnyFound = true
            } else if line.starts(with: "diff --cc ") || line.starts(with: "diff --combined ")
                || line.starts(with: "@@@ ")
            {
                throw damage(.combined)
            } else if line.starts(with: "--- "), peek()?.starts(with: "+++ ") == true {
                try takeNames(line)
            } else if line.starts(with: "@@ -") {
                guard open?.hasNames == true else { throw damage(.hunkWithoutFile) }
                try takeHunk(line)
            } else if DiffParser.patchHeads.contains(where: { line.starts(with: $0) }) {
                patch += 1
            } else if open?.hasNames != false, line.starts(with: "Only in ") {
                takeAlone(line)
            } else if open?.hasNames == false {
                try takeHead(line)
            }
        }
        close()
        guard isAnyFound || bytes.allSatisfy({ $0 == newline || $0 == carriageReturn }) else {
            throw UnifiedDiff.Damage(line: 1, reason: whyNoDiff)
        }
        let shown = sections.compactMap(\.names.prefixes)
        let prefixes = (
            old: DiffPrefixes(shown.lazy.map(\.old), usual: "a/"),
            new: DiffPrefixes(shown.lazy.map(\.new), usual: "b/")
        )
        hiddenPaths = alone.compactMap { DiffNames.newPath($0, shown) }
        return sections.map { section in
            let paths = section.names.paths(prefixes)
            return UnifiedDiff.File(
                oldPath: paths.old, newPath: paths.new, lines: section.lines,
                isCopy: section.names.isCopy, position: section.position,
                isMoved: section.names.isMoved, patch: section.patch)
        }
    }

    /// Why nothing of it is a diff, where that can be seen.
    private var whyNoDiff: UnifiedDiff.Damage.Reason {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .wide }
        let escape = bytes.firstIndex(of: 0x1B).map { bytes[$0...].dropFirst().first }
        return escape == UInt8(ascii: "[") ? .coloured : .noDiff
    }

    /// How a mail, a commit of git's log and one of hg's begin.
    private static let patchHeads = ["From ", "commit ", "# HG changeset patch"]

    /// diff's `Only in FOLDER: NAME`.
    private mutating func takeAlone(_ line: ArraySlice<UInt8>) {
        let text = DiffNames.name(line.dropFirst("Only in ".utf8.count), isAlone: true) ?? ""
        guard let colon = text.firstRange(of: ": ") else { return }
        let folder = text[..<colon.lowerBound]
        let slash = folder.hasSuffix("/") ? "" : "/"
        alone.append("\(folder)\(slash)\(text[colon.upperBound...])")
    }

    private mutating func close() {
        // What has only other rights, or is binary, has no lines that changed.
        if let open, open.hasNames || open.names.isMoved { sections.append(open) }
        open = nil
    }

    /// Git's lines between its head and the file's names.
    private mutating func takeHead(_ line: ArraySlice<UInt8>) throws(UnifiedDiff.Damage) {
        for (word, isOld, isCopy) in DiffParser.moves where line.starts(with: word) {
            guard let name = DiffNames.name(line.dropFirst(word.utf8.count), isAlone: true) else {
                throw damage(.name)
            }
            open?.names.move(isOld: isOld, name, isCopy: isCopy)
        }
    }

    private static let moves = [
        ("rename from ", true, false), ("rename to ", false, false), ("copy from ", true, true),
        ("copy to ", false, true),
    ]

    private mutating func takeNames(_ line: ArraySlice<UInt8>) throws(UnifiedDiff.Damage) {
        if open?.hasNames != false {
            close()
            open = Section(names: DiffNames(head: nil), position: number, patch: patch)
        }
        isAnyFound = true
        guard let old = DiffNames.name(line.dropFirst("--- ".utf8.count)) else {
            throw damage(.name)
        }
        guard let line = next(), let new = DiffNames.name(line.dropFirst("+++ ".utf8.count)) else {
            throw damage(.name)
        }
        open?.names.set(old: old, new: new)
        open?.hasNames = true
    }

    private mutating func takeHunk(_ head: ArraySlice<UInt8>) throws(UnifiedDiff.Damage) {
        guard let (old, new) = DiffParser.ranges(head) else { throw damage(.hunkHead) }
        let start = number
        var (oldLine, newLine) = (old.lowerBound, new.lowerBound)
        var change = LineMapping.Change(old: oldLine..<oldLine, new: newLine..<newLine)
        while oldLine < old.upperBound || newLine < new.upperBound {
            guard let line = next() else { throw damage(.hunkCut) }
            switch line.first {
            case UInt8(ascii: "-"): oldLine += 1
            case UInt8(ascii: "+"): newLine += 1
            case UInt8(ascii: "\\"): continue
            // Some programs take away blanks at the ends of lines.
            case UInt8(ascii: " "), nil, carriageReturn:
                try take(change, hunk: start)
                (oldLine, newLine) = (oldLine + 1, newLine + 1)
                change = LineMapping.Change(old: oldLine..<oldLine, new: newLine..<newLine)
            default: throw damage(.hunkLine)
            }
            guard oldLine <= old.upperBound, newLine <= new.upperBound else {
                throw damage(.hunkLine)
            }
            change.old = change.old.lowerBound..<oldLine
            change.new = change.new.lowerBound..<newLine
        }
        try take(change, hunk: start)
        if peek()?.first == UInt8(ascii: "\\") { _ = next() }
        if let line = peek(), DiffParser.isLeftOver(line) {
            number += 1
            throw damage(.hunkTooLong)
        }
    }

    private mutating func take(_ change: LineMapping.Change, hunk: Int) throws(UnifiedDiff.Damage) {
        guard open?.lines.append(change) == true else {
            throw UnifiedDiff.Damage(line: hunk, reason: .hunkPlace)
        }
    }

    /// Whether a line behind a hunk's last one is a hunk's line. A mail's signature, `-- ` or what is left of it without
    /// blanks at lines' ends, is none.
    private static func isLeftOver(_ line: ArraySlice<UInt8>) -> Bool {
        switch line.first {
        case UInt8(ascii: "+"), UInt8(ascii: " "): true
        case UInt8(ascii: "-"):
            !line.starts(with: "-- ") && !line.starts(with: "--- ") && !isBareSignature(line)
        default: false
        }
    }

    private static func isBareSignature(_ line: ArraySlice<UInt8>) -> Bool {
        line.elementsEqual("--".utf8) || line.elementsEqual("--\r".utf8)
    }

    /// The lines of `@@ -1,2 +3,4 @@`; a count that is left out is 1, and the line before stands for no lines.
    private static func ranges(_ head: ArraySlice<UInt8>) -> (old: Range<Int>, new: Range<Int>)? {
        var rest = head.dropFirst("@@ -".utf8.count)
        guard let old = range(&rest), rest.starts(with: " +") else { return nil }
        rest = rest.dropFirst(2)
        guard let new = range(&rest), rest.starts(with: " @@") else { return nil }
        return (old, new)
    }

    private static func range(_ text: inout ArraySlice<UInt8>) -> Range<Int>? {
        guard let start = integer(&text) else { return nil }
        var count = 1
        if text.first == UInt8(ascii: ",") {
            text = text.dropFirst()
            guard let given = integer(&text) else { return nil }
            count = given
        }
        if count == 0 { return start + 1..<start + 1 }
        return start > 0 ? start..<start + count : nil
    }

    private static func integer(_ text: inout ArraySlice<UInt8>) -> Int? {
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...mostDigits).contains(digits.count) else { return nil }
        text = text[digits.endIndex...]
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private func damage(_ reason: UnifiedDiff.Damage.Reason) -> UnifiedDiff.Damage {
        UnifiedDiff.Damage(line: max(1, number), reason: reason)
    }

    /// The next line without its end; nil behind the last.
    private mutating func next() -> ArraySlice<UInt8>? {
        guard let line = peek() else { return nil }
        place = line.endIndex + 1
        number += 1
        return line
    }

    private func peek() -> ArraySlice<UInt8>? {
        guard place < bytes.count else { return nil }
        return bytes[place..<(bytes[place...].firstIndex(of: newline) ?? bytes.count)]
    }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension ArraySlice<UInt8> {
    /// Whether the bytes begin with a text.
    fileprivate func starts(with text: String) -> Bool { starts(with: text.utf8) }
}
