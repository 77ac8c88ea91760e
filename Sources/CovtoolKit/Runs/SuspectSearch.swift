import Coverage
import Reports

/// Looks for what could have made runs fail.
public struct SuspectSearch: Sendable {
    /// What a thread has.
    private struct Part: Sendable {
        var tally = OutcomeTally()
        var marked: MarkedSources
    }

    /// Lines and functions, the most suspicious first.
    public let ranking: SuspectRanking
    /// Whether there are sources that can have labels without code, and that were not read.
    public let hasUnreadSources: Bool

    /// Ranks what the traces of runs have executed that failed, and those of others not, or seldom.
    ///
    /// - Parameter reader: which modules and sources are looked at, and where their files are.
    /// - Throws: ``Failure``
    public init(
        failed: [String], passed: [String], _ reader: CoverageReader
    ) throws(Failure) {
        let paths = failed + passed
        var reader = reader
        // What is said of the runs together is not said again of each.
        reader.merging.warnings = reader.merging.warnings.sayingOnce()
        if let reached = ReachedSources(ofRunsWithoutCounts: paths, reader, hasFunctionEnds: true) {
            let tally = SuspectSearch.tally(reached, failed: failed.count, of: paths)
            guard tally.runs.failed > 0 else { throw SuspectSearch.noFailedRun }
            (ranking, hasUnreadSources) = (SuspectRanking(tally), reached.hasUnreadSources)
            return
        }
        let runs = try RunCoverages(of: paths, reader, hasFunctionEnds: true)
        hasUnreadSources = runs.hasUnreadSources
        let marked = try reader.sources.markedSources(reader.merging.warnings)
        let parts = try reader.merging.walk(paths, "Comparing").run(from: { Part(marked: marked) })
        {
            (part, trace, number, diagnose) throws(Failure) in
            let files = try runs.coverage(of: trace, number: number, diagnose).coverage.files
            part.tally.add(
                RunOutcomes(run: number, hasFailed: number < failed.count),
                try part.marked.leaveOut(of: files))
        }
        var tally = OutcomeTally()
        for part in parts { tally.formUnion(part.tally) }
        guard tally.runs.failed > 0 else {
            throw SuspectSearch.noFailedRun
        }
        ranking = SuspectRanking(tally)
    }

    private static var noFailedRun: Failure {
        Failure(.badData, "no run that failed is left")
    }

    /// How many of the runs came to what.
    ///
    /// - Parameter failed: so many of the paths, from the first, are of runs that failed.
    private static func tally(
        _ reached: ReachedSources, failed: Int, of paths: [String]
    ) -> OutcomeTally {
        // The runs before each number.
        var before = [RunOutcomes()]
        for number in reached.numbers(among: paths) {
            var sum = before[before.count - 1]
            sum += RunOutcomes(run: number, hasFailed: number < failed)
            before.append(sum)
        }
        var sets = reached.sets
        var known: [Int: RunOutcomes] = [:]
        func outcomes(_ numbers: [Int]) -> RunOutcomes {
            guard let set = sets.union(of: numbers) else { return RunOutcomes() }
            if let found = known[set] { return found }
            var sum = RunOutcomes()
            for range in sets.ranges(of: set) {
                sum += before[range.upperBound] - before[range.lowerBound]
            }
            known[set] = sum
            return sum
        }
        var tally = OutcomeTally(runs: before[before.count - 1])
        for file in reached.files {
            tally.add(
                file,
                line: {
                    outcomes(reached.runs(of: ReachedSources.LineKey(path: file.path, line: $0)))
                },
                functions: {
                    outcomes($0.flatMap { reached.runs(of: .init(file.path, $0)) })
                })
        }
        return tally
    }
}
