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
            return Changes(
                diff: diff, roots: places, sureRoots: repository.roots,
                sources: roots + [repository.roots[0]])
        case .diff(let path):
            let bytes = try FileBytes.text(at: path, most: ChangeSource.mostOfDiff)
            do throws(UnifiedDiff.Damage) {
                let diff = try UnifiedDiff(bytes)
                let sure = ChangeSource.holding(diff.files.compactMap(\.newPath), places)
                return Changes(
                    diff: diff, roots: sure + places.filter { !sure.contains($0) },
                    sureRoots: sure, sources: roots)
            } catch {
                throw Failure(.badData, "\(FilePath.said(path)): \(error.text)")
            }
        }
    }

    /// The folders that have all of the paths.
    private static func holding(_ paths: [String], _ folders: [String]) -> [String] {
        guard !paths.isEmpty else { return [] }
        return folders.filter { folder in
            paths.allSatisfy { FilePath.exists(SourcePath.normalised($0, in: folder)) }
        }
    }
}

/// What was changed.
struct Changes {
    var diff: UnifiedDiff
    /// Where its paths could begin, the likeliest first.
    var roots: [String]
    /// Where they begin, as far as that is known.
    var sureRoots: [String]
    /// The folders below which sources are read.
    var sources: [String]

    private static let mostNames = 3

    /// Where its paths begin.
    var places: DiffRoots { DiffRoots(roots, sure: sureRoots, isThere: FilePath.exists) }

    /// Says which of a report's files are new, and have no lines in the diff.
    func tellHidden(_ files: [SourceCoverage.File], _ warnings: Warnings) throws(Failure) {
        guard !diff.hiddenPaths.isEmpty else { return }
        let folder = FilePath.workingFolder
        let index = SourcePathIndex(files.map(\.path), in: folder)
        let wholes = files.map { SourcePath.normalised($0.path, in: folder) }
        let known = diff.hiddenPaths.filter { path in
            if index.match(path, places) != .none { return true }
            // It can be a folder.
            let starts = roots.map { SourcePath.normalised(path, in: $0) + "/" }
            return wholes.contains { whole in starts.contains(where: whole.hasPrefix) }
        }
        guard !known.isEmpty else { return }
        try warnings.warn(
            """
            \(Changes.list(known)): \(known.count == 1 ? "is" : "are") new, and not a line of that is in the diff \
            (make it with 'diff -ruN')
            """)
    }

    /// The first of the names, and how many there are beside them.
    private static func list(_ names: [String]) -> String {
        let rest = names.count - mostNames
        return names.prefix(mostNames).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
    }

    /// Whether a path is a source's, or something behind a source's or header's name was taken for a part of it.
    private static func isSource(_ path: String) -> Bool {
        SourcePath.isSource(path)
            || path.split(separator: " ").dropLast().contains { word in
                SourcePath.isSource(String(word)) || StatementLines.isKnown(String(word))
            }
    }

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
        let unknown = wanted.filter { $0.candidates.isEmpty && Changes.isSource($0.path) }
        guard !unknown.isEmpty else { return }
        try warnings.warn(
            """
            \(Changes.list(unknown.map(\.path))): \(unknown.count == 1 ? "is" : "are") changed, and in no module that \
            was recorded (if the path is another one, use --path-equivalence)
            """)
    }
}
