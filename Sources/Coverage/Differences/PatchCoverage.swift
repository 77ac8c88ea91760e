import Trace

/// What was executed of the lines that a diff adds or changes.
public struct PatchCoverage: Equatable, Sendable {
    /// A source file that the diff changes.
    public struct File: Equatable, Sendable {
        /// The path in the report.
        public var path: String
        /// The path in the diff.
        public var diffPath: String
        /// How many lines the diff adds.
        public var addedCount: Int
        /// The lines with code that the diff is about, ascending: added ones, and those with a statement that goes
        /// on in an added line.
        public var lines: [SourceCoverage.Line]
        /// Where the code of ``lines`` decides which way to go, by line; empty where that was not asked for.
        public var branches: [SourceCoverage.Branch]
        /// Added lines that have no code and belong to none that has, ascending.
        public var withoutCode: [Int]

        /// The sum over ``lines``.
        public var lineCount: SourceCoverage.Count {
            SourceCoverage.Count(found: lines.count, hit: lines.count { $0.hits > 0 })
        }

        /// The sum over ``branches``, and how many ways there are of which nothing is known.
        public var branchCount: (known: SourceCoverage.Count, unknown: Int) {
            SourceCoverage.Branch.counts(branches)
        }

        /// The lines that were not executed, ascending.
        public var missed: [Int] { lines.filter { $0.hits == 0 }.map(\.line) }
    }

    /// The files, by path.
    public private(set) var files: [File] = []
    /// Files to which the diff adds lines and which are not among the files, by the diff's order.
    public private(set) var strangers: [DiffStranger] = []
    /// Whether branches were asked for.
    public let hasBranches: Bool

    /// Brings a diff and a report together.
    ///
    /// - Parameters:
    ///   - files: the report's, made of the new version.
    ///   - index: of their paths, in the same order.
    ///   - roots: where the diff's paths begin.
    ///   - hasBranches: whether branches were asked for.
    ///   - statements: which lines of a file belong together; nil where that is not known.
    public init(
        _ diff: UnifiedDiff, _ files: [SourceCoverage.File], _ index: SourcePathIndex,
        roots: DiffRoots, hasBranches: Bool = false,
        statements: (SourceCoverage.File) -> StatementLines?
    ) {
        self.hasBranches = hasBranches
        for change in diff.files {
            guard let path = change.newPath else { continue }
            let added = change.lines.addedLines
            guard !added.isEmpty else { continue }
            switch index.match(path, roots) {
            case .file(let number):
                self.files.append(File(files[number], path, added, statements))
            case .several(let numbers):
                strangers.append(
                    DiffStranger(path: path, candidates: numbers.map { files[$0].path }))
            case .none: strangers.append(DiffStranger(path: path, candidates: []))
            }
        }
        self.files.sort { $0.path < $1.path }
    }
}

extension PatchCoverage.File {
    fileprivate init(
        _ file: SourceCoverage.File, _ diffPath: String, _ added: [Int],
        _ statements: (SourceCoverage.File) -> StatementLines?
    ) {
        (path, self.diffPath, addedCount) = (file.path, diffPath, added.count)
        var rows: Set<Int> = []
        var others: [Int] = []
        for line in added {
            if let row = file.row(at: line), file.lines[row].line == line {
                rows.insert(row)
            } else {
                others.append(line)
            }
        }
        withoutCode = []
        let known = others.isEmpty ? nil : statements(file)
        for line in others {
            if let start = known?.start(of: line), let row = file.row(at: line),
                file.lines[row].line >= start
            {
                rows.insert(row)
            } else {
                withoutCode.append(line)
            }
        }
        lines = rows.sorted().map { file.lines[$0] }
        var walk = BranchWalk(file.branches)
        branches = lines.flatMap { walk.branches(of: $0.line) }
    }
}

extension SourceCoverage.File {
    /// The last of the lines with code that are not behind a line, by its place among them.
    fileprivate func row(at line: Int) -> Int? {
        let next = lines.partitioningIndex { $0.line > line }
        return next > 0 ? next - 1 : nil
    }
}
