/// What changed between two versions of source files: a unified diff, of diff, git or another tool that writes
/// such.
///
/// What the lines say does not matter, so they may be in any encoding; where they are does.
public struct UnifiedDiff: Equatable, Sendable {
    /// What changed in one file.
    public struct File: Equatable, Sendable {
        /// The path in the old version, from the root of what was compared; nil where the file is new.
        public var oldPath: String?
        /// The path in the new version; nil where the file was deleted.
        public var newPath: String?
        /// Which lines are the same.
        public var lines = LineMapping()
        /// Whether the file was copied: the old one is still there, and has changes of its own.
        public var isCopy = false
        /// The line of the diff where it begins; 0 where it was added.
        public var position: Int

        /// Whether it was moved, or copied, as the diff itself says.
        public internal(set) var isMoved = false
        /// Which of several patches, one behind the other, it is in.
        var patch = 0
    }

    /// Why bytes are no diff that says which lines changed.
    public struct Damage: Error, Equatable, Sendable {
        /// What is wrong.
        public enum Reason: Equatable, Sendable {
            /// It compares with several versions at once.
            case combined
            /// The line begins a hunk, and no file was named before.
            case hunkWithoutFile
            /// The line begins a hunk, and does not say which lines it is of.
            case hunkHead
            /// The line is in a hunk, and is none of the lines that a hunk can have there.
            case hunkLine
            /// A hunk has lines beyond those that its head speaks of.
            case hunkTooLong
            /// The diff ends inside of a hunk.
            case hunkCut
            /// A hunk's lines do not fit those of the hunk before it.
            case hunkPlace
            /// The quotation marks of a name are not closed.
            case name
            /// The file has changes on an earlier line already.
            case fileAgain(line: Int)
            /// Nothing in it is a unified diff.
            case noDiff
            /// It has what colours a terminal.
            case coloured
            /// Its characters have two bytes.
            case wide
        }

        /// The line of the diff, from 1.
        public var line: Int
        /// What is wrong.
        public var reason: Reason

        /// Makes a damage of its fields.
        public init(line: Int, reason: Reason) {
            self.line = line
            self.reason = reason
        }
    }

    /// The files whose lines or names changed, in the diff's order.
    public private(set) var files: [File] = []
    /// Paths of files and folders that are new, as the diff says without their lines (`diff -r` without `-N`).
    public private(set) var hiddenPaths: [String] = []

    /// No change.
    public init() {}

    /// Reads a diff. Empty bytes are one: nothing changed.
    ///
    /// - Throws: ``Damage``. Nothing is guessed: lines that were brought together wrongly would be told of as
    ///   covered, or not, that are not.
    public init(_ bytes: [UInt8]) throws(Damage) {
        var parser = DiffParser(bytes)
        files = try parser.files()
        hiddenPaths = parser.hiddenPaths
        try checkPatches()
        var seen: [String: Int] = [:]
        for file in files {
            // A file that becomes a link, or the reverse, is deleted and made anew.
            let key = file.newPath.map { "+" + $0 } ?? "-" + (file.oldPath ?? "")
            if let line = seen.updateValue(file.position, forKey: key) {
                throw Damage(line: file.position, reason: .fileAgain(line: line))
            }
        }
    }

    /// Refuses patches one behind the other with the same file: the later one's lines are those that the earlier one
    /// left.
    private func checkPatches() throws(Damage) {
        func fail(_ one: File, _ other: File) throws(Damage) {
            let lines = [one.position, other.position].sorted()
            throw Damage(line: lines[1], reason: .fileAgain(line: lines[0]))
        }
        var (touched, made): ([String: File], [String: File]) = ([:], [:])
        for file in files {
            for path in [file.oldPath, file.newPath].compactMap({ $0 }) {
                if let earlier = touched[path], earlier.patch != file.patch {
                    try fail(earlier, file)
                }
            }
            if let new = file.newPath {
                touched[new] = file
                made[new] = file
            }
            if let old = file.oldPath, !file.isCopy { touched[old] = file }
        }
        // In one diff, what leaves a path is followed there by nothing, by another file that was moved, or by a
        // new one where it was deleted; git says of a file that is still there that it was copied.
        for file in files where !file.isCopy && (file.isMoved || file.newPath == nil) {
            if let old = file.oldPath, let other = made[old], file.newPath != old,
                other.oldPath == old || other.oldPath == nil && file.isMoved
            {
                try fail(other, file)
            }
        }
    }

    /// Whether it has changed lines.
    public var isAnyLineChanged: Bool { files.contains { !$0.lines.changes.isEmpty } }

    /// Adds a file that is new as a whole.
    public mutating func addNewFile(_ path: String, _ content: [UInt8]) {
        let ends = content.count { $0 == UInt8(ascii: "\n") }
        let count = content.last == UInt8(ascii: "\n") || content.isEmpty ? ends : ends + 1
        var file = File(newPath: path, position: 0)
        _ = file.lines.append(LineMapping.Change(old: 1..<1, new: 1..<count + 1))
        files.append(file)
    }
}

extension UnifiedDiff.Damage {
    /// What is wrong, with its place.
    public var text: String { "line \(line): \(reason.text)" }
}

extension UnifiedDiff.Damage.Reason {
    fileprivate var text: String {
        switch self {
        case .combined:
            "a combined diff, of a merge with all its parents: make one against a single version"
        case .hunkWithoutFile: "a hunk, and no '---' and '+++' before it name a file"
        case .hunkHead: "the head of a hunk that does not say '@@ -LINE,COUNT +LINE,COUNT @@'"
        case .hunkLine:
            "cannot be a line of this hunk: it begins with another character, or is one too many"
        case .hunkTooLong: "the hunk has more lines than its head says"
        case .hunkCut: "the diff ends inside a hunk"
        case .hunkPlace: "the hunk's lines do not fit those of the hunk before it"
        case .name: "a file's name without its closing quotation mark"
        case .fileAgain(let line):
            """
            the same file as on line \(line): make one diff from the old version to the new one, as 'git diff \
            OLD NEW' does
            """
        case .noDiff: "not a unified diff: no '---' and '+++' name a file (use diff -u)"
        case .coloured: "has a terminal's colours: make it with 'git diff --no-color'"
        case .wide:
            "is UTF-16, as PowerShell's '>' writes it: make it with 'git diff --output=FILE'"
        }
    }
}
