public import Coverage

/// What was missed as GitHub's Actions show it at its place: commands in a step's standard output
/// ("Workflow commands for GitHub Actions" in its documentation).
public struct GitHubAnnotations: Sendable {
    /// Lines of a file that follow one another and were not executed, or one that was, and did not go all its ways.
    public struct Part: Sendable {
        /// The file's path.
        public var path: String
        /// The lines, from 1.
        public var lines: ClosedRange<Int>
        /// Which ways the line's conditions never went; empty where the lines were not executed.
        public var remarks: [String]
        /// Whether the path is seen from the project's root already, as a diff has it.
        var isFromRoot = false

        /// Makes a part of its fields.
        public init(path: String, lines: ClosedRange<Int>, remarks: [String] = []) {
            self.path = path
            self.lines = lines
            self.remarks = remarks
        }

        /// Whether the lines were not executed at all.
        var isMissed: Bool { remarks.isEmpty }
    }

    /// GitHub shows so many of a kind in a step.
    private static let most = 10

    /// The folders that paths are seen from.
    public var folders = ProjectFolders()

    /// Annotations of whole paths.
    public init() {}

    /// The missed lines of files, and the branches where those were asked for.
    public static func missed(_ files: [SourceCoverage.File]) -> [Part] {
        files.flatMap { missed($0.lines, $0.branches, of: $0.path) }
    }

    /// What a diff changes and was missed, by its own paths.
    public static func missed(_ patch: PatchCoverage) -> [Part] {
        patch.files.flatMap { file in
            missed(file.lines, file.branches, of: file.diffPath).map {
                var part = $0
                part.isFromRoot = !file.diffPath.hasPrefix("/")
                return part
            }
        }
    }

    private static func missed(
        _ lines: [SourceCoverage.Line], _ branches: [SourceCoverage.Branch], of path: String
    ) -> [Part] {
        var walk = BranchWalk(branches)
        let parts = LineRanges.ranges(lines.filter { $0.hits == 0 }.map(\.line)).map {
            Part(path: path, lines: $0)
        }
        return parts
            + lines.filter { $0.hits > 0 }.compactMap { line in
                let branches = walk.branches(of: line.line)
                let remarks = BranchText.remarks(branches)
                let isMissed = branches.contains { $0.ways.contains { $0.hits == 0 } }
                guard isMissed, !remarks.isEmpty else { return nil }
                return Part(path: path, lines: line.line...line.line, remarks: remarks)
            }
    }

    /// Writes a warning at each part: missed lines before branches, of more than GitHub shows at the largest ones, and
    /// then how many there are.
    public func write(missed parts: [Part], to output: inout some TextOutputStream) {
        let (missed, partial) = (parts.filter(\.isMissed), parts.filter { !$0.isMissed })
        // The sort is stable, and the parts come by path.
        let shown = (missed.sorted { $0.lines.count > $1.lines.count } + partial)
            .prefix(GitHubAnnotations.most)
        for part in shown {
            let (first, last) = (part.lines.lowerBound, part.lines.upperBound)
            let file = part.isFromRoot ? part.path : folders.place(of: part.path).name
            let text =
                !part.isMissed
                ? "Line \(first): \(part.remarks.joined(separator: "\n"))"
                : first == last
                    ? "Line \(first) was not executed."
                    : "Lines \(first) to \(last) were not executed."
            output.write(
                GitHubAnnotations.command(
                    "warning",
                    [
                        ("file", file), ("line", "\(first)"), ("endLine", "\(last)"),
                        ("title", part.isMissed ? "Missed lines" : "Missed branches"),
                    ], text))
        }
        guard parts.count > shown.count else { return }
        let lines = missed.reduce(0) { $0 + $1.lines.count }
        let sums = [
            (lines, missed, lines == 1 ? "was not executed" : "were not executed"),
            (partial.count, partial, "did not go all ways"),
        ].filter { $0.0 > 0 }.map { count, parts, what in
            "\(Amount.text(count, "line")) in \(Amount.text(Set(parts.map(\.path)).count, "file")) \(what)"
        }
        output.write(
            GitHubAnnotations.command(
                "notice", [("title", missed.isEmpty ? "Missed branches" : "Missed lines")],
                "\(sums.joined(separator: ", ")), of which the largest \(shown.count) parts are marked."
            ))
    }

    /// Writes an error that stands at no line.
    public func write(error: String, to output: inout some TextOutputStream) {
        output.write(GitHubAnnotations.command("error", [("title", "Coverage")], error))
    }

    private static func command(
        _ name: String, _ properties: [(name: String, value: String)], _ text: String
    ) -> String {
        let properties = properties.map { "\($0.name)=\(escaped($0.value, isProperty: true))" }
        return "::\(name) \(properties.joined(separator: ","))::\(escaped(text))\n"
    }

    /// Text without what would end it for GitHub's runner.
    private static func escaped(_ text: String, isProperty: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where isProperty: result += "%3A"
            case "," where isProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
