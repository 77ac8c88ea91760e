import Coverage
import Trace

/// Few of many traces that have all their blocks.
public struct TraceChoice {
    /// The chosen traces by number, the one that adds most first.
    public let chosen: [SetCover.Choice]
    /// The same before superfluous ones were taken out.
    public let greedy: [SetCover.Choice]
    /// All traces: after those that add something, the others.
    public let ranked: [SetCover.Choice]
    /// By the trace's number.
    public let weights: [Double]
    private let all: TraceSum

    /// Chooses among the traces at `paths`.
    ///
    /// - Throws: ``Failure``, by the failure mode.
    public init(of paths: [String], _ merging: TraceMerging, weights: Weights) throws(Failure) {
        all = try merging.sum(of: paths, counting: .files, task: "Counting")
        // Modules that are mixed up are an error here too.
        _ = try all.profile()
        self.weights = weights.values
        let index = RunIndex(all.collector)
        let runs = try TraceChoice.runs(of: paths, index, merging, weights)
        let cover = RunCover(of: runs, index)
        (greedy, chosen, ranked) = (cover.greedy, cover.chosen, cover.ranked)
    }

    /// The blocks of each trace that not all have; nil for a trace that could not be read.
    private static func runs(
        of paths: [String], _ index: RunIndex, _ merging: TraceMerging, _ weights: Weights
    ) throws(Failure) -> [SetCover.Run?] {
        let order = paths.indices.sorted {
            (weights.values[$0], weights.sizes[$0], paths[$0])
                < (weights.values[$1], weights.sizes[$1], paths[$1])
        }
        var places = [Int](repeating: 0, count: paths.count)
        for (place, number) in order.enumerated() { places[number] = place }
        var walk = merging.walk(paths, "Choosing")
        walk.isSilent = true
        typealias Found = (index: RunIndex, blocks: [(number: Int, blocks: [UInt32])])
        let parts = try walk.run(from: { () -> Found in (index, []) }) {
            (found, trace, number, _) throws(Failure) in
            var blocks: [UInt32] = []
            for recording in trace.recordings {
                let placed = try merging.resolver.resolved(recording).recording
                do throws(MergeError) {
                    try trace.withBytes { bytes throws(MergeError) in
                        try found.index.append(
                            blocksOf: placed, from: bytes, source: number, to: &blocks)
                    }
                } catch {
                    throw Failure(.badData, error.text(paths))
                }
            }
            found.blocks.append((number, blocks))
        }
        var runs = [SetCover.Run?](repeating: nil, count: paths.count)
        for part in parts {
            for (number, blocks) in part.blocks {
                runs[number] = SetCover.Run(
                    blocks: blocks, weight: weights.values[number], place: places[number])
            }
        }
        return runs
    }

    /// The numbers of blocks of all traces, and of those chosen, which are read again for it.
    ///
    /// - Throws: ``Failure`` where they are not the same blocks.
    public func proof(of choices: [SetCover.Choice], _ merging: TraceMerging) throws(Failure)
        -> (before: Int, after: Int)
    {
        let paths = choices.map { all.paths[$0.run] }
        var walk = merging.walk(paths, "Proving")
        walk.isSilent = true
        let sum = try TraceSum(walk, counting: .nothing, rules: merging.rules)
        var missing = all
        try missing.reporting { (collector) throws(MergeError) in
            try collector.subtract(sum.collector)
        }
        guard missing.collector.blockCount == 0,
            sum.collector.blockCount == all.collector.blockCount
        else { throw Failure(.badData, "the traces have changed while they were read") }
        return (all.collector.blockCount, sum.collector.blockCount)
    }
}
