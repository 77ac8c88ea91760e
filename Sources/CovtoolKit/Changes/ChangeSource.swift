import Coverage

/// Where it is said what was changed.
public enum ChangeSource: Sendable {
    /// A unified diff; `-` is standard input.
    case diff(String)
    /// A branch, or another commit, in git's repository of the working folder.
    case branch(String, GitRepository.Range, isWithUntracked: Bool)

    /// Bytes of a diff: far more than anybody looks through.
    private static let mostOfDiff = 1 << 30

    /// Reads the changes.
    ///
    /// - Parameter roots: the folders that the user named for sources.
    /// - Throws: ``Failure`` if they cannot be read, or are no diff.
    func changes(_ roots: [String]) throws(Failure) -> Changes {
        let folder = FilePath.workingFolder
        // A folder by the name that it was given, and without links.
        var places = (roots + [folder]).flatMap {
            [SourcePath.normalised($0, in: folder), FilePath.absolute($0)]
        }
        switch self {
        case .branch(let name, let range, let isWithUntracked):
            let repository = try GitRepository()
            let diff = try repository.changes(since: name, range, isWithUntracked: isWithUntracked)
            places.insert(contentsOf: repository.roots, at: 0)
            return Changes(diff: diff, roots: places, sources: roots + [repository.roots[0]])
        case .diff(let path):
            let bytes = try FileBytes.text(at: path, most: ChangeSource.mostOfDiff)
            do throws(UnifiedDiff.Damage) {
                return Changes(diff: try UnifiedDiff(bytes), roots: places, sources: roots)
            } catch {
                throw Failure(.badData, "\(FilePath.said(path)): \(error.text)")
            }
        }
    }
}

/// What was changed.
struct Changes {
    var diff: UnifiedDiff
    /// Where its paths begin, as ``SourcePathIndex/match(_:roots:)`` takes them.
    var roots: [String]
    /// The folders below which sources are read.
    var sources: [String]

    private static let mostNames = 3

    /// Says which sources have changes that nothing is known of.
    ///
    /// - Parameter isNoted: whether a file's changes matter.
    func tell(_ strangers: [DiffStranger], _ rules: SourceRules, _ warnings: Warnings)
        throws(Failure)
    {
        let wanted = strangers.filter { stranger in
            let whole = SourcePath.normalised(stranger.path, in: roots.first ?? "")
            return rules.selection.path(of: whole) != nil
        }
        for stranger in wanted where !stranger.candidates.isEmpty {
            let paths = stranger.candidates.prefix(Changes.mostNames).joined(separator: ", ")
            try warnings.warn(
                """
                \(stranger.path): is changed, and could be any of \(paths): left out (use --source-root to say where \
                the diff's paths begin)
                """)
        }
        let unknown = wanted.filter { $0.candidates.isEmpty && SourcePath.isSource($0.path) }
        guard !unknown.isEmpty else { return }
        let names = unknown.prefix(Changes.mostNames).map(\.path).joined(separator: ", ")
        let rest = unknown.count - Changes.mostNames
        try warnings.warn(
            """
            \(names)\(rest > 0 ? " and \(rest) more" : ""): \(unknown.count == 1 ? "is" : "are") changed, and in no \
            module that was recorded (if the path is another one, use --path-equivalence)
            """)
    }
}
