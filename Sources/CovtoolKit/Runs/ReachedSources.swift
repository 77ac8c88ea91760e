import Coverage
import DebugInfo
import Reports
import Trace

/// Which of many runs came to which lines and functions of reports, worked out for all runs together.
struct ReachedSources: Sendable {
    /// A function as reports have it.
    struct FunctionKey: Hashable, Sendable {
        var path: String
        var line: Int
        var linkageName, name: String
    }

    /// A line of a source file.
    struct LineKey: Hashable, Sendable {
        var path: String
        var line: Int
    }

    /// A block, and which runs executed it.
    struct Block: Sendable {
        /// The module's number; nil for none.
        var module: Int?
        var reached: ReachedBlock
        var hits: UInt64?
    }

    /// Which files are read, and how.
    struct Reading {
        /// Whether it is no matter if none of the modules' files gives anything.
        var isOptional = false
        /// Whether functions' last lines are wanted.
        var hasFunctionEnds = false
        /// Whether it is all for nothing if a run has hit counts.
        var isOfRunsWithoutCounts = false
    }

    /// The runs that could be read, in the order in which they were named.
    let runs: [IndexedRun]
    var sets: RunSets
    let modules: [ModuleCoverage]
    /// By module, then by offset; behind them those of none.
    private(set) var blocks: [Block] = []
    /// As reports have them, none of their lines and functions executed.
    private(set) var files: [SourceCoverage.File] = []
    /// Whether there are sources that can have labels without code, and that were not read.
    private(set) var hasUnreadSources = false
    private var lineRuns: [LineKey: [Int]] = [:]
    private var functionRuns: [FunctionKey: [Int]] = [:]

    /// Reads runs, and what their modules' files say.
    ///
    /// - Parameters:
    ///   - indices: their runs come first.
    ///   - paths: the traces.
    ///   - reader: which modules and sources are looked at, and where their files are.
    ///   - body: is called with each module's number, the address of its offset 0, what its file says, the paths that reports
    ///     have for that's files, and the module's blocks by their numbers.
    /// - Throws: ``Failure``
    init(
        of paths: [String], in indices: RunIndexReader, _ reader: CoverageReader,
        _ reading: Reading,
        _ body: (Int, _ base: UInt64, LineTable, [String?], ArraySlice<Block>) -> Void = {
            _, _, _, _, _ in
        }
    ) throws(Failure) {
        let (traces, facts) = try RunIndexing.parts(of: paths, reader.merging)
        facts.tellOpenBlocks(reader.merging.warnings)
        var found = RunBlocks(reader.merging.rules)
        for part in indices.parts {
            try RunIndexReader.add(part, source: indices.paths[part.source], to: &found)
        }
        for var part in traces {
            part.source = indices.paths.count
            try RunIndexReader.add(part, source: "a trace", to: &found)
        }
        runs = (indices.parts + traces).flatMap(\.segment.runs)
        if reading.isOfRunsWithoutCounts, runs.contains(where: \.hasHits) {
            throw Failure(.badData, "a run has hit counts")
        }
        sets = RunSets(runCount: runs.count)
        let unplaced: Profile
        do throws(MergeError) {
            unplaced = try found.profile()
        } catch {
            throw Failure(error, indices.paths)
        }
        let whole = try reader.elf.placingModules(unplaced, facts)
        modules = whole.modules
        for (module, blocks) in whole.modules.map(\.blocks).enumerated() {
            add(blocks, ofModule: module, found)
        }
        add(whole.outside, ofModule: nil, found)
        try read(whole, reader, reading, body)
    }

    private mutating func add(_ blocks: BlockSet, ofModule module: Int?, _ found: RunBlocks) {
        for (block, count) in zip(blocks.elements, blocks.counts) {
            let (set, hits) = found.runs(ofBlock: Int(count) - 1, in: &sets)
            self.blocks.append(
                Block(
                    module: module,
                    reached: ReachedBlock(offset: block.offset, size: block.size, runs: set),
                    hits: hits))
        }
    }

    /// Reads the files of the modules that reports are of.
    private mutating func read(
        _ whole: Profile, _ reader: CoverageReader, _ reading: Reading,
        _ body: (Int, _ base: UInt64, LineTable, [String?], ArraySlice<Block>) -> Void
    ) throws(Failure) {
        let profile = reader.reported(whole)
        let sources = reader.sources
        var coverage = SourceCoverage(
            sources.selection, hasFunctionEnds: reading.hasFunctionEnds, rule: sources.countRule)
        var labels = try LabelSources(sources)
        try reader.elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: reader.parts, warnings: reader.merging.warnings,
            isOptional: reading.isOptional
        ) { module, image, table in
            guard let number = whole.modules.firstIndex(of: module) else { return }
            let switches = labels.switches(in: table)
            coverage.add(
                table, covered: AddressRanges(BlockSet(), base: 0), switches: switches)
            let paths = table.files.map { sources.selection.path(of: $0) }
            let first = blocks.partitioningIndex { $0.module.map { $0 >= number } ?? true }
            let own = blocks[first...].prefix { $0.module == number }
            body(number, image.base, table, paths, own)
            add(
                own.map(\.reached), base: image.base, paths,
                RunReach(table, switches: switches, rule: sources.countRule))
        }
        hasUnreadSources = labels.hasUnread
        reader.tellLeftOut(profile, of: whole)
        try sources.check(coverage, reader.merging.warnings)
        var marked = try sources.markedSources(reader.merging.warnings)
        files = try marked.leaveOut(of: coverage.files)
        try sources.tellUnfollowedMarkers(files, reader.merging.warnings)
    }

    /// Adds what runs came to in a module.
    private mutating func add(
        _ blocks: [ReachedBlock], base: UInt64, _ paths: [String?], _ reach: RunReach
    ) {
        // Parts of one value cannot be used at once through it.
        var (lineRuns, functionRuns): ([LineKey: [Int]], [FunctionKey: [Int]]) = ([:], [:])
        swap(&lineRuns, &self.lineRuns)
        swap(&functionRuns, &self.functionRuns)
        reach.find(blocks, base: base, in: &sets) { file, line, runs in
            guard let path = paths[Int(file)] else { return }
            lineRuns[LineKey(path: path, line: Int(line)), default: []].append(runs)
        } function: { file, function, runs in
            guard let path = paths[Int(file)] else { return }
            functionRuns[FunctionKey(path, function), default: []].append(runs)
        }
        swap(&lineRuns, &self.lineRuns)
        swap(&functionRuns, &self.functionRuns)
    }

    /// The numbers of the sets of the runs that came to a line; it was any of them.
    func runs(of line: LineKey) -> [Int] { lineRuns[line] ?? [] }

    /// The numbers of the sets of the runs that entered a function; it was any of them.
    func runs(of function: FunctionKey) -> [Int] { functionRuns[function] ?? [] }
}

extension ReachedSources.FunctionKey {
    /// The key of a function of a file.
    init(_ path: String, _ function: SourceCoverage.Function) {
        self.init(
            path: path, line: function.line, linkageName: function.linkageName,
            name: function.name)
    }
}

extension ReachedSources {
    /// What single runs reached, if that can be worked out for all together: without hit counts, and if the modules of all
    /// runs are the same by the rules. Nil elsewhere, and where reading each run by itself says what is wrong.
    init?(
        ofRunsWithoutCounts paths: [String], _ reader: CoverageReader, hasFunctionEnds: Bool = false
    ) {
        guard reader.branches == .none else { return nil }
        do throws(Failure) {
            // Most runs are recorded alike: then the others are not read for nothing.
            if let first = paths.first,
                try TraceFile(path: first, diagnose: { _ in }).hasCounts
            {
                return nil
            }
            self = try ReachedSources(
                of: paths, in: RunIndexReader([], reader.merging.warnings), reader,
                Reading(hasFunctionEnds: hasFunctionEnds, isOfRunsWithoutCounts: true))
        } catch {
            return nil
        }
    }

    /// The number of each run among the traces that were named, of which some may not have been read.
    func numbers(among paths: [String]) -> [Int] {
        var next = 0
        return runs.map { run in
            while next < paths.count, paths[next] != run.path { next += 1 }
            defer { next += 1 }
            return next
        }
    }
}
