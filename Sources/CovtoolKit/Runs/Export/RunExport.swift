import Coverage
import DebugInfo
import Reports
import Trace

/// What many runs executed, as tables. Docs/export.md describes them.
public struct RunExport: Sendable {
    private typealias FunctionKey = ReachedSources.FunctionKey
    private typealias LineKey = ReachedSources.LineKey

    /// Where a function's own code is.
    private struct FunctionPlace {
        /// The module's number.
        var module: Int
        /// Bytes from the module's base, and the bytes of the code.
        var start, size: UInt64
    }

    /// What a block begins in.
    private struct BlockStart {
        var function: FunctionKey?
        var line: LineKey?
    }

    private let reached: ReachedSources
    /// By the blocks' numbers.
    private let starts: [Int: BlockStart]
    private let places: [FunctionKey: FunctionPlace]

    /// How many runs there are.
    public var runCount: Int { reached.runs.count }

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
        var starts: [Int: BlockStart] = [:]
        var places: [FunctionKey: FunctionPlace] = [:]
        reached = try ReachedSources(
            of: paths, in: indices, reader,
            ReachedSources.Reading(isOptional: true, hasFunctionEnds: true)
        ) { module, base, table, paths, blocks in
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
            for (index, block) in zip(blocks.indices, blocks) {
                let found = locator.numbers(of: base &+ block.reached.offset)
                var start = BlockStart(function: found.function.flatMap { functions[$0] })
                if let row = found.row.map({ table.rows[$0] }), let path = paths[Int(row.file)] {
                    start.line = LineKey(path: path, line: Int(row.line))
                }
                starts[index] = start
            }
        }
        (self.starts, self.places) = (starts, places)
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
        var ids = RunsetIDs(reached.sets)
        try output.write(.runs) { (add) throws(Failure) in
            for (number, run) in reached.runs.enumerated() {
                try add(
                    ExportCell(number + 1), .name(run.path), ExportCell(run.size),
                    ExportCell(run.blockCount))
            }
        }
        try output.write(.modules) { (add) throws(Failure) in
            for (number, module) in reached.modules.enumerated() {
                try add(
                    ExportCell(number + 1), .name(module.path),
                    ExportCell(module.base), ExportCell(module.size))
            }
        }
        try output.write(.files) { (add) throws(Failure) in
            for (number, file) in reached.files.filter(\.isSource).enumerated() {
                try add(ExportCell(number + 1), .name(file.path))
            }
        }
        var functionIDs: [FunctionKey: Int] = [:]
        var lineIDs: [LineKey: Int] = [:]
        try output.write(.functions) { (add) throws(Failure) in
            var fileID = 0
            for file in reached.files {
                if file.isSource { fileID += 1 }
                for function in file.functions {
                    let key = FunctionKey(file.path, function)
                    functionIDs[key] = functionIDs.count + 1
                    let place = places[key]
                    let runs = ids.runs(reached.runs(of: key))
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
            for (number, file) in reached.files.filter(\.isSource).enumerated() {
                for line in file.lines {
                    let key = LineKey(path: file.path, line: line.line)
                    lineIDs[key] = lineIDs.count + 1
                    let runs = ids.runs(reached.runs(of: key))
                    try add(
                        ExportCell(lineIDs.count), ExportCell(number + 1), ExportCell(line.line),
                        ExportCell(runs.count), ExportCell(runs.id))
                }
            }
        }
        try output.write(.blocks) { (add) throws(Failure) in
            for (number, block) in reached.blocks.enumerated() {
                let runs = ids.runs([block.reached.runs])
                try add(
                    ExportCell(number + 1), ExportCell(block.module.map { $0 + 1 }),
                    ExportCell(block.reached.offset), ExportCell(block.reached.size),
                    ExportCell(starts[number]?.function.flatMap { functionIDs[$0] }),
                    ExportCell(starts[number]?.line.flatMap { lineIDs[$0] }),
                    ExportCell(block.hits),
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
        return (functionIDs.count, lineIDs.count, reached.blocks.count)
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
