public import Coverage

/// Missed lines as GitHub's Actions show them at their places: commands in a step's standard output
/// ("Workflow commands for GitHub Actions" in its documentation).
public struct GitHubAnnotations: Sendable {
    /// Lines of a file that follow one another.
    public struct Part: Sendable {
        /// The file's path.
        public var path: String
        /// The lines, from 1.
        public var lines: ClosedRange<Int>
        /// Whether the path is seen from the project's root already, as a diff has it.
        var isFromRoot = false

        /// Makes a part of its fields.
        public init(path: String, lines: ClosedRange<Int>) {
            self.path = path
            self.lines = lines
        }
    }

    /// GitHub shows so many of a kind in a step.
    private static let most = 10

    /// The folders that paths are seen from.
    public var folders = ProjectFolders()

    /// Annotations of whole paths.
    public init() {}

    /// The missed lines of files.
    public static func missed(_ files: [SourceCoverage.File]) -> [Part] {
        files.flatMap { file in
            LineRanges.ranges(file.lines.filter { $0.hits == 0 }.map(\.line))
                .map { Part(path: file.path, lines: $0) }
        }
    }

    /// The missed lines of a diff, by its own paths.
    public static func missed(_ patch: PatchCoverage) -> [Part] {
        patch.files.flatMap { file in
            LineRanges.ranges(file.missed).map {
                var part = Part(path: file.diffPath, lines: $0)
                part.isFromRoot = !file.diffPath.hasPrefix("/")
                return part
            }
        }
    }

    /// Writes a warning at each part, of more than GitHub shows at the largest ones, and then how many there are.
    public func write(missed parts: [Part], to output: inout some TextOutputStream) {
        // The sort is stable, and the parts come by path.
        let shown = parts.sorted { $0.lines.count > $1.lines.count }.prefix(GitHubAnnotations.most)
        for part in shown {
            let (first, last) = (part.lines.lowerBound, part.lines.upperBound)
            let file = part.isFromRoot ? part.path : folders.place(of: part.path).name
            let text =
                first == last
                ? "Line \(first) was not executed." : "Lines \(first) to \(last) were not executed."
            output.write(
                GitHubAnnotations.command(
                    "warning",
                    [
                        ("file", file), ("line", "\(first)"),
                        ("endLine", "\(last)"), ("title", "Missed lines"),
                    ], text))
        }
        guard parts.count > shown.count else { return }
        let lines = parts.reduce(0) { $0 + $1.lines.count }
        let files = Set(parts.map(\.path)).count
        output.write(
            GitHubAnnotations.command(
                "notice", [("title", "Missed lines")],
                """
                \(Amount.text(lines, "line")) in \(Amount.text(files, "file")) \
                \(lines == 1 ? "was" : "were") not executed, of which the largest \(shown.count) parts are marked.
                """))
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
