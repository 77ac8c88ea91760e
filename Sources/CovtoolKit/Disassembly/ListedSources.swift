import Coverage
import Reports

/// The sources' lines that stand between instructions.
struct ListedSources {
    private let texts: SourceTexts
    private let warnings: Warnings
    /// By path.
    private var lines: [String: [ArraySlice<UInt8>]] = [:]
    private var absent = AbsentSources()

    /// - Parameter built: when the newest of the ELF files was written, in seconds; nil where that is not known.
    /// - Throws: ``Failure`` for a folder that is not there.
    init(_ rules: SourceRules, builtFrom built: Int?, _ warnings: Warnings) throws(Failure) {
        texts = try SourceTexts(rules, builtFrom: built)
        self.warnings = warnings
    }

    /// The text of a line; nil where its source is not read, or has fewer.
    mutating func text(of source: CodeListing.SourceLine) -> [UInt8]? {
        let lines = lines(ofPath: source.path)
        guard source.line <= lines.count else { return nil }
        let line = lines[source.line - 1]
        return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }

    private mutating func lines(ofPath path: String) -> [ArraySlice<UInt8>] {
        if let known = lines[path] { return known }
        let found = texts.text(ofPath: path, lastLine: nil)
        absent.note(found, of: path, warnings)
        let read = (found.bytes ?? []).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines[path] = read
        return read
    }

    /// Says which sources have no text, and why.
    func sayWhatIsMissing() { absent.say(warnings) }
}
