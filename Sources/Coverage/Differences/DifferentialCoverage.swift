/// What became of the coverage of a baseline in a later version of the same sources.
public struct DifferentialCoverage: Equatable, Sendable {
    /// A line that is code in one of the versions, or in both.
    public struct Line: Equatable, Sendable {
        /// What became of it.
        public let category: DifferenceCategory
        // There can be millions of them.
        private let number, oldNumber: Int32
        private let count, oldCount: Int

        init(
            _ category: DifferenceCategory, line: Int?, oldLine: Int?, hits: Int = 0,
            oldHits: Int = 0
        ) {
            self.category = category
            number = Int32(clamping: line ?? 0)
            oldNumber = Int32(clamping: oldLine ?? 0)
            count = hits
            oldCount = oldHits
        }

        /// The line in the later version; nil where it was removed.
        public var line: Int? { number > 0 ? Int(number) : nil }
        /// The line in the baseline; nil where it was added.
        public var oldLine: Int? { oldNumber > 0 ? Int(oldNumber) : nil }
        /// How often it was executed; nil where it is no code any more.
        public var hits: Int? { category.isCurrent ? count : nil }
        /// How often it was executed in the baseline; nil where it was no code.
        public var oldHits: Int? { category.isOfBaseline ? oldCount : nil }
    }

    /// A function of one of the versions, or of both.
    public struct Function: Equatable, Sendable {
        /// What became of it. One that is in both versions, and in whose lines some code changed, is new.
        public var category: DifferenceCategory
        /// The name, demangled.
        public var name: String
        /// The name as the linker has it.
        public var linkageName: String
        /// The line of its declaration in the later version; nil where that was removed.
        public var line: Int?
        /// The same in the baseline; nil where it was added.
        public var oldLine: Int?
        /// How often it was entered; nil where it is not there any more.
        public var hits: Int?
        /// How often it was entered in the baseline; nil where it was not there.
        public var oldHits: Int?
    }

    /// A condition, or a `switch`, of one of the versions, or of both.
    public struct Branch: Equatable, Sendable {
        /// A way that it can go.
        public struct Way: Equatable, Sendable {
            /// What became of it; nil where it is not known whether it was taken, in one of the versions.
            public var category: DifferenceCategory?
            /// How often it was taken; nil where it is not there any more, or this is not known.
            public var hits: Int?
            /// The same in the baseline.
            public var oldHits: Int?
        }

        /// The line in the later version; nil where that was removed.
        public var line: Int?
        /// The line in the baseline; nil where it was added.
        public var oldLine: Int?
        /// Two or more, in the order of the code.
        public var ways: [Way]
    }

    /// A source file of one of the versions, or of both.
    public struct File: Equatable, Sendable {
        /// The path in the later version's report; nil where it is not there.
        public var path: String?
        /// The path in the baseline; nil where it is not there.
        public var oldPath: String?
        /// Its lines that are code in a version, in the later version's order, removed ones before those that took
        /// their place.
        public var lines: [Line]
        /// Its functions: those of the later version by line, then those that are not there any more.
        public var functions: [Function]
        /// Its conditions, in the order of ``lines``; empty where they were not asked for.
        public var branches: [Branch]
        /// The sums of the lines.
        public var lineCounts: CategoryCounts
        /// The sums of the functions.
        public var functionCounts: CategoryCounts
        /// The sums of the ways of the branches.
        public var branchCounts: CategoryCounts
        /// How many ways there are of which it is not known what became of them.
        public var unknownBranches: Int

        /// The path in the later version, else in the baseline.
        public var name: String { path ?? oldPath ?? "" }
    }

    /// The files, by name.
    public internal(set) var files: [File] = []
    /// The sums of the lines.
    public private(set) var lineCounts = CategoryCounts()
    /// The sums of the functions.
    public private(set) var functionCounts = CategoryCounts()
    /// The sums of the ways of the branches; nil where these were not asked for.
    public private(set) var branchCounts: CategoryCounts?
    /// How many ways there are of which it is not known what became of them.
    public private(set) var unknownBranches = 0
    /// How many of the later version's files are in the baseline too.
    public let pairCount: Int
    /// Files whose lines the diff changes and that are in neither version, by the diff's order.
    public let strangers: [DiffStranger]

    /// Compares a later version with a baseline.
    ///
    /// - Parameters:
    ///   - current: the later version's source files.
    ///   - baseline: the baseline's.
    ///   - diff: what was changed between the two.
    ///   - roots: where the diff's paths begin.
    ///   - folder: the absolute path of the folder from which relative paths are seen.
    ///   - hasBranches: whether branches were asked for.
    ///   - markers: those that were followed in the later version's sources, by path.
    public init(
        current: [SourceCoverage.File], baseline: [SourceCoverage.File], _ diff: UnifiedDiff,
        roots: DiffRoots, folder: String, hasBranches: Bool = false,
        markers: [String: ExclusionMarkers] = [:]
    ) {
        let pairs = FilePairs(
            current: current, baseline: baseline, diff, roots: roots, folder: folder)
        strangers = pairs.strangers
        pairCount = pairs.pairs.count { $0.current != nil && $0.baseline != nil }
        files = pairs.pairs.map { pair in
            var baseline = pair.baseline
            // A marker on a line that is the same was there before.
            if let markers = (pair.current ?? pair.baseline).flatMap({ markers[$0.path] }) {
                _ = baseline?.leaveOut(markers.before(pair.lines))
            }
            return File(pair.current, baseline, pair.lines, isCopy: pair.isCopy)
        }
        files.removeAll { $0.lines.isEmpty && $0.functions.isEmpty }
        files.sort { $0.name < $1.name }
        var branchCounts = CategoryCounts()
        for file in files {
            lineCounts += file.lineCounts
            functionCounts += file.functionCounts
            branchCounts += file.branchCounts
            unknownBranches += file.unknownBranches
        }
        if hasBranches { self.branchCounts = branchCounts }
    }
}
