public import Coverage
public import Reports

/// Which source files a report is of, what they are called, and whether the markers in them are followed.
public struct SourceRules: Sendable {
    /// If there are any, only files that one of them matches are wanted.
    public var included: [PathGlob] = []
    /// Files that one of them matches are not wanted, included or not.
    public var excluded: [PathGlob] = []
    /// Files with a path that one of them matches in part are not wanted.
    public var ignored: [RegularExpression] = []
    /// Folders whose files are the same; the first that fits applies.
    public var equivalences: [PathEquivalence] = []
    /// Folders below which sources are read.
    public var roots: [String] = []
    /// Whether exclusion markers in sources are followed.
    public var followsMarkers = true
    /// Whether markers for branches alone are followed, too.
    public var followsBranchMarkers = false
    /// What lines' counts are.
    public var countRule = CountRule.gcov
    /// Whether libraries of the system are among the modules, though nobody names them.
    public var hasSystemLibraries = false

    /// Whether it is said which patterns match nothing.
    var tellsUnmatchedPatterns = true
    /// Whether it is said which folders that are the same fit nothing.
    var tellsUnmatchedFolders = true

    /// All source files, under their own paths.
    public init() {}

    /// What is asked for, as the reports' sums take it.
    public var selection: SourceSelection {
        var selection = SourceSelection()
        selection.mappings = equivalences.map(\.mapping)
        selection.included = included
        selection.excluded = excluded
        selection.ignored = ignored.map { regex in { regex.matches($0) } }
        selection.folder = FilePath.workingFolder
        return selection
    }

    /// The folders that services see a project's files from: those below which sources are read, and the working
    /// folder.
    ///
    /// - Parameter workspace: an absolute path in place of the former.
    public func projectFolders(in workspace: String? = nil) -> ProjectFolders {
        let folder = FilePath.workingFolder
        let workspaces = workspace.map { SourceRules.wholePaths([$0]) }
        return ProjectFolders(
            roots: workspaces ?? rootPaths, workingFolder: folder,
            withoutLinks: FilePath.absolute(folder), origins: rootPaths + (workspaces ?? []),
            isThere: FilePath.isRegular)
    }

    /// The absolute paths of the folders below which sources are read.
    var rootPaths: [String] { SourceRules.wholePaths(roots) }

    /// Each folder by the name that it was given, and without links.
    private static func wholePaths(_ folders: [String]) -> [String] {
        folders.flatMap {
            [SourcePath.normalised($0, in: FilePath.workingFolder), FilePath.absolute($0)]
        }
    }

    /// The sources whose markers are to be followed.
    ///
    /// - Throws: ``Failure`` for a folder that is not there.
    func markedSources(_ warnings: Warnings) throws(Failure) -> MarkedSources {
        let folders = try SourceFolders(roots)
        return MarkedSources(
            followsMarkers ? folders : nil, hasBranches: followsBranchMarkers, warnings)
    }

    /// Says which sources have exclusion markers that were not followed, since no folder was named. For this
    /// alone sources are looked into that are below the working folder, by links that stay in it.
    func tellUnfollowedMarkers(_ files: [SourceCoverage.File], _ warnings: Warnings) throws(Failure)
    {
        guard followsMarkers, roots.isEmpty else { return }
        let folder = FilePath.workingFolder
        let sources = try SourceFolders([folder])
        let marked = files.filter(\.isSource).filter { file in
            let path = SourcePath.normalised(file.path, in: folder)
            guard path.hasPrefix(folder == "/" ? "/" : folder + "/") else { return false }
            return (try? sources.bytes(of: path)).map {
                !ExclusionMarkers($0.span, hasBranches: followsBranchMarkers).isEmpty
            }
                ?? false
        }
        guard let first = marked.first else { return }
        let others = marked.count > 1 ? " and \(marked.count - 1) more" : ""
        warnings.say(
            """
            exclusion markers in \(first.path)\(others) were not followed (use --source-root . to \
            follow them, or --no-markers to ignore them)
            """)
    }

    /// Says which patterns match nothing, since that is mostly a slip of the pen.
    func check(_ coverage: SourceCoverage, _ warnings: Warnings) throws(Failure) {
        let selection = selection
        for (equivalence, mapping) in zip(equivalences, selection.mappings)
        where tellsUnmatchedFolders
            && !coverage.givenPaths.contains(where: { mapping.applied(to: $0) != nil })
        {
            try warnings.warn("--path-equivalence '\(equivalence.text)' fits no source file")
        }
        guard tellsUnmatchedPatterns else { return }
        let paths = coverage.givenPaths.lazy.map {
            selection.whole(selection.mappings.applied(to: $0))
        }
        for (option, globs) in [("include", included), ("exclude", excluded)] {
            for glob in globs where !paths.contains(where: glob.matches) {
                try warnings.warn("--\(option) '\(glob.text)' matches no source file")
            }
        }
        for regex in ignored where !paths.contains(where: regex.matches) {
            try warnings.warn("--ignore-filename-regex '\(regex.text)' matches no source file")
        }
    }
}
