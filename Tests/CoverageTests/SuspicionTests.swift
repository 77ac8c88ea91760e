import Coverage
import Testing

@Suite struct SuspicionTests {
    /// A run that executed these of the lines 1 to 20 of a file with a function at each of the lines given.
    private func run(_ executed: Set<Int>, functions: [Int] = [1]) -> [SourceCoverage.File] {
        [
            SourceCoverage.File(
                path: "/a.c",
                lines: (1...20).map { .init(line: $0, hits: executed.contains($0) ? 1 : 0) },
                functions: functions.map {
                    .init(
                        name: "f\($0)", linkageName: "f\($0)", line: $0,
                        hits: executed.contains($0) ? 1 : 0)
                })
        ]
    }

    private func ranking(
        failed: [Set<Int>], passed: [Set<Int>], functions: [Int] = [1]
    ) -> SuspectRanking {
        var (first, second) = (OutcomeTally(), OutcomeTally())
        for (number, executed) in (failed + passed).enumerated() {
            let one = RunOutcomes(run: number, hasFailed: number < failed.count)
            let run = run(executed, functions: functions)
            if number % 2 == 0 { first.add(one, run) } else { second.add(one, run) }
        }
        first.formUnion(second)
        return SuspectRanking(first)
    }

    private func rows(_ ranking: SuspectRanking) -> [[Int]] {
        ranking.lines.map { $0.elements.flatMap { $0.lines.map(\.number) } }
    }

    @Test func whatMostFailingRunsAloneExecutedStandsOnTop() {
        // 3: two of three failing runs; 4: all, and one that passed (0.866); 5: one alone (0.577).
        let ranking = ranking(failed: [[3, 4], [3, 4], [4, 5]], passed: [[4], [], []])
        #expect(rows(ranking) == [[3], [4], [5]])
        #expect(ranking.lines[0].suspicion < ranking.lines[1].suspicion)
    }

    @Test func whatHalfOfTheFailingRunsAloneExecutedDoesNot() {
        // 3: one of two failing runs (0.707); 4: both, and one that passed (0.816).
        #expect(rows(ranking(failed: [[3, 4], [4]], passed: [[4]])) == [[4], [3]])
    }

    @Test func whatTheSameRunsExecutedIsOneRow() {
        // Of the functions, the one with more lines comes first.
        let ranking = ranking(
            failed: [[1, 2, 4, 11, 12, 14, 15]], passed: [[1, 11]], functions: [1, 11])
        #expect(rows(ranking) == [[12, 14, 15, 2, 4], [1, 11]])
        #expect(ranking.lines[0].elements.map(\.function) == ["f11", "f1"])
    }

    @Test func whatAsManyOtherRunsExecutedIsAnotherRow() {
        #expect(
            rows(ranking(failed: [[3, 4], [3, 4]], passed: [[3], [4], []])) == [[3], [4]])
    }

    @Test func functionsAreAsSuspiciousAsTheirMostSuspiciousLine() {
        // All runs entered both; of f11, the failing ones alone executed a part.
        let ranking = ranking(
            failed: [[1, 2, 11, 14], [1, 11, 14]], passed: [[1, 11], [1, 2, 11]],
            functions: [1, 11, 20])
        #expect(ranking.functions.map { $0.elements.map(\.name) } == [["f11"], ["f1"]])
        #expect(ranking.functions.map(\.runs.passed) == [0, 2])
    }

    /// Whatever the order of a dictionary is.
    @Test func ofLinesThatAreAlikeTheFirstIsTheFunctions() {
        let ranking = ranking(
            failed: [[1, 2, 11, 12], [1, 3, 11]], passed: [[1, 11], [1, 11], [1, 11], [1, 11]],
            functions: [1, 11])
        #expect(ranking.functions.map { $0.elements.map(\.name) } == [["f1", "f11"]])
    }

    @Test func equalCoefficientsAreEqualWhateverTheirNumbers() {
        // 1/√(2·1) and 2/√(2·4) are the same number, so that more lines decide, and then the line.
        let ranking = ranking(
            failed: [[2, 7, 9], [7, 9]], passed: [[7, 9], [7, 9]], functions: [1, 6])
        #expect(rows(ranking) == [[7, 9], [2]])
    }

    @Test func whatNoFailingRunExecutedIsNoSuspect() {
        #expect(rows(ranking(failed: [[3]], passed: [[3, 4]])) == [[3]])
    }
}
