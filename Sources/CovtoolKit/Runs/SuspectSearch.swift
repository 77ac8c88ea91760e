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
        let runs = try RunCoverages(of: paths, reader)
        hasUnreadSources = runs.hasUnreadSources
        let marked = try reader.sources.markedSources(reader.merging.warnings.sayingOnce())
        let parts = try reader.merging.walk(paths, "Comparing").run(from: { Part(marked: marked) })
        {
            (part, trace, number, diagnose) throws(Failure) in
            let files = try runs.coverage(of: trace, number: number, diagnose).coverage.files
            part.tally.add(
                try part.marked.leaveOut(of: files), hasFailed: number < failed.count)
        }
        var tally = OutcomeTally()
        for part in parts { tally.formUnion(part.tally) }
        guard tally.runs.failed > 0 else {
            throw Failure(.badData, "no run that failed is left")
        }
        ranking = SuspectRanking(tally)
    }
}
