import Coverage
import DebugInfo
import Reports
import Trace

/// What many runs executed, as tables. Docs/export.md describes them.
public struct RunExport: Sendable {
    /// A function as reports have it.
    private struct FunctionKey: Hashable {
        var path: String
        var line: Int
        var linkageName, name: String
    }

    private struct LineKey: Hashable {
        var path: String
        var line: Int
    }

    /// Where a function's own code is.
    private struct FunctionPlace {
        /// The module's number.
        var module: Int
        /// Bytes from the module's base, and the bytes of the code.
        var start, size: UInt64
    }

    private struct Block {
        /// The module's number; nil for none.
        var module: Int?
        var reached: ReachedBlock
        var hits: UInt64?
        var function: FunctionKey?
        var line: LineKey?
    }

    private let runs: [IndexedRun]
    private var sets: RunSets
    private let modules: [ModuleCoverage]
    /// By module, then by offset; behind them those of none.
    private var blocks: [Block] = []
    /// As reports have them, none of their lines and functions executed.
    private var files: [SourceCoverage.File] = []
    private var places: [FunctionKey: FunctionPlace] = [:]
    private var lineRuns: [LineKey: [Int]] = [:]
    private var functionRuns: [FunctionKey: [Int]] = [:]

    /// How many runs there are.
    public var runCount: Int { runs.count }

    /// Reads runs, and what their modules' files say.
    ///
    /// - Parameters:
    ///   - indices: their runs come first.
    ///   - paths: the traces.
    ///   - reader: which modules and sources are looked at, and where their files are.
    /// - Throws: ``Failure``
    public init(
        of paths: [String], in indices: RunIndexReader, _ reader: CoverageReader
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
        try read(whole, reader)
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
    private mutating func read(_ whole: Profile, _ reader: CoverageReader) throws(Failure) {
        let profile = reader.reported(whole)
        let sources = reader.sources
        var coverage = SourceCoverage(
            sources.selection, hasFunctionEnds: true, rule: sources.countRule)
        var labels = try LabelSources(sources)
        try reader.elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: reader.parts, warnings: reader.merging.warnings, isOptional: true
        ) { module, image, table in
            guard let number = whole.modules.firstIndex(of: module) else { return }
            let switches = labels.switches(in: table)
            coverage.add(
                table, covered: AddressRanges(BlockSet(), base: 0), switches: switches)
            add(
                table, ofModule: number, base: image.base, sources.selection,
                RunReach(table, switches: switches, rule: sources.countRule))
        }
        reader.tellLeftOut(profile, of: whole)
        try sources.check(coverage, reader.merging.warnings)
        var marked = try sources.markedSources(reader.merging.warnings)
        files = try marked.leaveOut(of: coverage.files)
        try sources.tellUnfollowedMarkers(files, reader.merging.warnings)
    }

    /// Adds what a module's file says.
    private mutating func add(
        _ table: LineTable, ofModule module: Int, base: UInt64, _ selection: SourceSelection,
        _ reach: RunReach
    ) {
        let paths = table.files.map { selection.path(of: $0) }
        let functions = table.functions.map { function -> FunctionKey? in
            guard let file = function.file, let path = paths[Int(file)] else { return nil }
            return FunctionKey(
                path: path, line: Int(function.line), linkageName: function.linkageName,
                name: function.name)
        }
        for case (let function, let key?) in zip(table.functions, functions)
        where !function.isPart && function.entry >= base && places[key] == nil {
            places[key] = FunctionPlace(
                module: module, start: function.entry - base,
                size: function.ranges.reduce(0) {
                    UInt64(clampedSum: $0, $1.upperBound - $1.lowerBound)
                })
        }
        let locator = Locator(table)
        var reached: [ReachedBlock] = []
        let first = blocks.partitioningIndex { $0.module.map { $0 >= module } ?? true }
        for index in first..<blocks.count {
            guard blocks[index].module == module else { break }
            reached.append(blocks[index].reached)
            let found = locator.numbers(of: base &+ blocks[index].reached.offset)
            blocks[index].function = found.function.flatMap { functions[$0] }
            if let row = found.row.map({ table.rows[$0] }), let path = paths[Int(row.file)] {
                blocks[index].line = LineKey(path: path, line: Int(row.line))
            }
        }
        // Parts of one value cannot be used at once through it.
        var (lineRuns, functionRuns): ([LineKey: [Int]], [FunctionKey: [Int]]) = ([:], [:])
        swap(&lineRuns, &self.lineRuns)
        swap(&functionRuns, &self.functionRuns)
        reach.find(reached, base: base, in: &sets) { file, line, runs in
            guard let path = paths[Int(file)] else { return }
            lineRuns[LineKey(path: path, line: Int(line)), default: []].append(runs)
        } function: { file, function, runs in
            guard let path = paths[Int(file)] else { return }
            let key = FunctionKey(
                path: path, line: function.line, linkageName: function.linkageName,
                name: function.name)
            functionRuns[key, default: []].append(runs)
        }
        swap(&lineRuns, &self.lineRuns)
        swap(&functionRuns, &self.functionRuns)
    }
}

extension RunExport {
    /// Where the tables go.
    public enum Form: Sendable {
        /// A SQLite database.
        case sqlite
        /// A folder with a Parquet file for each table.
        case parquet
    }

    /// Writes the tables, completely or not at all.
    ///
    /// - Returns: how many functions, lines and blocks there are.
    /// - Throws: ``Failure``; what was there before stays.
    public func write(_ form: Form, to path: String) throws(Failure)
        -> (functions: Int, lines: Int, blocks: Int)
    {
        switch form {
        case .sqlite: try write(to: DatabaseFile(path))
        case .parquet: try write(to: ParquetFolder(path))
        }
    }

    private func write(to output: any ExportOutput) throws(Failure)
        -> (functions: Int, lines: Int, blocks: Int)
    {
        var ids = RunsetIDs(sets)
        try output.write(.runs) { (add) throws(Failure) in
            for (number, run) in runs.enumerated() {
                try add(
                    ExportCell(number + 1), .name(run.path), ExportCell(run.size),
                    ExportCell(run.blockCount))
            }
        }
        try output.write(.modules) { (add) throws(Failure) in
            for (number, module) in modules.enumerated() {
                try add(
                    ExportCell(number + 1), .name(module.path),
                    ExportCell(module.base), ExportCell(module.size))
            }
        }
        try output.write(.files) { (add) throws(Failure) in
            for (number, file) in files.filter(\.isSource).enumerated() {
                try add(ExportCell(number + 1), .name(file.path))
            }
        }
        var functionIDs: [FunctionKey: Int] = [:]
        var lineIDs: [LineKey: Int] = [:]
        try output.write(.functions) { (add) throws(Failure) in
            var fileID = 0
            for file in files {
                if file.isSource { fileID += 1 }
                for function in file.functions {
                    let key = FunctionKey(
                        path: file.path, line: function.line, linkageName: function.linkageName,
                        name: function.name)
                    functionIDs[key] = functionIDs.count + 1
                    let place = places[key]
                    let runs = ids.runs(functionRuns[key] ?? [])
                    let line = function.line > 0 ? function.line : nil
                    let end = function.endLine > 0 ? function.endLine : nil
                    try add(
                        ExportCell(functionIDs.count), .name(function.name),
                        .name(function.linkageName),
                        ExportCell(file.isSource ? fileID : nil), ExportCell(line),
                        ExportCell(end), ExportCell(place.map { $0.module + 1 }),
                        ExportCell(place?.start), ExportCell(place?.size), ExportCell(runs.count),
                        ExportCell(runs.id))
                }
            }
        }
        try output.write(.lines) { (add) throws(Failure) in
            for (number, file) in files.filter(\.isSource).enumerated() {
                for line in file.lines {
                    let key = LineKey(path: file.path, line: line.line)
                    lineIDs[key] = lineIDs.count + 1
                    let runs = ids.runs(lineRuns[key] ?? [])
                    try add(
                        ExportCell(lineIDs.count), ExportCell(number + 1), ExportCell(line.line),
                        ExportCell(runs.count), ExportCell(runs.id))
                }
            }
        }
        try output.write(.blocks) { (add) throws(Failure) in
            for (number, block) in blocks.enumerated() {
                let runs = ids.runs([block.reached.runs])
                try add(
                    ExportCell(number + 1), ExportCell(block.module.map { $0 + 1 }),
                    ExportCell(block.reached.offset), ExportCell(block.reached.size),
                    ExportCell(block.function.flatMap { functionIDs[$0] }),
                    ExportCell(block.line.flatMap { lineIDs[$0] }), ExportCell(block.hits),
                    ExportCell(runs.count), ExportCell(runs.id))
            }
        }
        try output.write(.runsets) { (add) throws(Failure) in
            for (number, set) in ids.used.enumerated() {
                for range in ids.sets.ranges(of: set) {
                    try add(
                        ExportCell(number + 1), ExportCell(range.lowerBound + 1),
                        ExportCell(range.upperBound))
                }
            }
        }
        try output.finish()
        return (functionIDs.count, lineIDs.count, blocks.count)
    }
}

/// The ids of sets of runs, from 1 in the order in which rows name them, so that the same runs make the same tables.
private struct RunsetIDs {
    private(set) var sets: RunSets
    /// The sets that rows name, by id.
    private(set) var used: [Int] = []
    private var known: [Int: (id: Int, count: Int)] = [:]

    init(_ sets: RunSets) { self.sets = sets }

    /// The id of the runs that any of some sets has, and how many these are; nil and 0 for none.
    mutating func runs(_ numbers: [Int]) -> (id: Int?, count: Int) {
        guard let number = sets.union(of: numbers) else { return (nil, 0) }
        if let found = known[number] { return (found.id, found.count) }
        used.append(number)
        let count = sets.ranges(of: number).reduce(0) { $0 + $1.count }
        known[number] = (used.count, count)
        return (used.count, count)
    }
}
