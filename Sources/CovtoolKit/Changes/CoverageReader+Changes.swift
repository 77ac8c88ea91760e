public import Coverage
public import Reports

extension CoverageReader {
    /// What was executed of the lines that were changed, and of their branches if these are wanted.
    ///
    /// - Parameters:
    ///   - source: what was changed; the traces are of the new version.
    ///   - names: of traces, as ``TraceInputs`` takes them.
    public func patch(_ source: ChangeSource, of names: [String]) throws(Failure) -> PatchCoverage {
        // What is wrong with the diff is said before the traces are read, which takes longer.
        let changes = try source.changes(sources.roots)
        let folders = try SourceFolders(changes.sources)
        let files = try coverage(of: names).files.filter(\.isSource)
        let index = SourcePathIndex(files.map(\.path), in: FilePath.workingFolder)
        let patch = PatchCoverage(
            changes.diff, files, index, roots: changes.places, hasBranches: branches != .none
        ) { file in
            guard !folders.isEmpty, let bytes = try? folders.bytes(of: file.path),
                let statements = StatementLines(bytes, path: file.path),
                // Else it is another version.
                statements.lineCount >= file.lines.last?.line ?? 0
            else { return nil }
            return statements
        }
        try changes.tell(patch.strangers, sources, merging.warnings)
        try changes.tellHidden(files, merging.warnings)
        return patch
    }

    /// What became of the coverage of a baseline.
    ///
    /// - Parameter names: of the newer version's traces, as ``TraceInputs`` takes them.
    /// - Returns: it, and the newer version's coverage, with functions' last lines.
    public func differential(to baseline: Baseline, of names: [String]) throws(Failure)
        -> (difference: DifferentialCoverage, coverage: ReportedCoverage)
    {
        let changes =
            try baseline.changes?.changes(sources.roots)
            ?? Changes(diff: UnifiedDiff(), roots: [], sureRoots: [], sources: [])
        // Both versions are read in the same way, and what is odd about both is said once.
        let warnings = merging.warnings.sayingOnce()
        var (oldReader, reader) = (baseline.reader, self)
        oldReader.merging.warnings = warnings
        reader.merging.warnings = warnings
        let older = try oldReader.coverage(of: baseline.names, hasFunctionEnds: true)
        reader.sources.tellsUnmatchedFolders = false
        let coverage = try reader.coverage(of: names, hasFunctionEnds: true)
        let old = named(older.files, as: coverage)
        let shared = baseline.sharedFiles(older, coverage, elf)
        if let first = shared.first, changes.diff.isAnyLineChanged {
            try merging.warnings.warn(
                """
                \(first): both versions are read from this file, which has one of them (use --baseline-elf to name \
                the older one)
                """)
        }
        let difference = DifferentialCoverage(
            current: coverage.files, baseline: old, changes.diff, roots: changes.places,
            folder: FilePath.workingFolder, hasBranches: coverage.hasBranches,
            markers: coverage.markers)
        if difference.pairCount == 0 {
            try tellStrangers(old, coverage)
        } else if let text = elsewhere(old, coverage, changes.diff) {
            try merging.warnings.warn(text)
        }
        if !old.isEmpty, old.allSatisfy(\.branches.isEmpty),
            coverage.files.contains(where: { !$0.branches.isEmpty })
        {
            try merging.warnings.warn(
                "the baseline has no branches, so all are new ones: make it with --branch-coverage, too"
            )
        }
        try changes.tell(difference.strangers, sources, merging.warnings)
        try changes.tellHidden(coverage.files, merging.warnings)
        return (difference, coverage)
    }

    /// A baseline's source files, and the newer version's coverage, with a word if no file is in both.
    ///
    /// - Parameter names: of the newer version's traces, as ``TraceInputs`` takes them.
    public func coverage(since baseline: Baseline, of names: [String]) throws(Failure)
        -> (old: [SourceCoverage.File], coverage: ReportedCoverage)
    {
        let warnings = merging.warnings.sayingOnce()
        var (oldReader, reader) = (baseline.reader, self)
        oldReader.merging.warnings = warnings
        reader.merging.warnings = warnings
        let older = try oldReader.coverage(of: baseline.names).files
        reader.sources.tellsUnmatchedFolders = false
        let coverage = try reader.coverage(of: names)
        let old = named(older, as: coverage)
        if Set(old.map(\.path)).isDisjoint(with: coverage.files.map(\.path)) {
            try tellStrangers(old, coverage)
        } else if let text = elsewhere(old, coverage, UnifiedDiff()) {
            // Without a diff, a file that was moved on purpose is one of them.
            merging.warnings.warnAnyway(text)
        }
        return (old, coverage)
    }

    /// A baseline's source files under the paths that the report has for them.
    private func named(_ old: [SourceCoverage.File], as new: ReportedCoverage)
        -> [SourceCoverage.File]
    {
        old.named(as: new.files, in: FilePath.workingFolder, roots: sources.rootPaths)
    }

    /// Says that no source file of a baseline is one of the report's.
    private func tellStrangers(_ old: [SourceCoverage.File], _ new: ReportedCoverage)
        throws(Failure)
    {
        guard let old = old.first, let new = new.files.first else { return }
        try merging.warnings.warn(
            """
            the baseline has no source file of the report: \(old.path) there, \(new.path) here \
            (\(CoverageReader.advice))
            """)
    }

    private static let advice = """
        use --path-equivalence if the folder is another one, --source-root to say where relative paths begin
        """

    /// Says how many of a baseline's source files have no partner in the report, though it has a file of that name
    /// that has none either; nil if there are none. What the diff moves or deletes is not meant.
    private func elsewhere(
        _ old: [SourceCoverage.File], _ new: ReportedCoverage, _ diff: UnifiedDiff
    ) -> String? {
        let (before, now) = (Set(old.map(\.path)), Set(new.files.map(\.path)))
        let gone = Set(
            diff.files.filter { $0.newPath == nil || $0.isMoved }.compactMap(\.oldPath)
                .map(FilePath.name))
        let alone = Dictionary(
            new.files.map(\.path).filter { !before.contains($0) }.map { (FilePath.name($0), $0) },
            uniquingKeysWith: { first, _ in first })
        let strangers = old.map(\.path).filter {
            let name = FilePath.name($0)
            return !now.contains($0) && alone[name] != nil && !gone.contains(name)
        }
        guard let first = strangers.first, let other = alone[FilePath.name(first)] else {
            return nil
        }
        let share = Percent.text(.init(found: old.count, hit: strangers.count))
        return """
            \(strangers.count) of the baseline's \(Amount.text(old.count, "source file")) (\(share)) \
            \(strangers.count == 1 ? "has" : "have") another path in the report: \(first) there, \(other) here \
            (\(CoverageReader.advice))
            """
    }
}
