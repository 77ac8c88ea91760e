import Coverage
import Reports

/// A tracefile that says of each run what it executed.
public struct RunTracefile: Sendable {
    /// So many runs are held at a time.
    private static let runsAtOnce = 64

    private let report: LCOVReport

    /// - Parameter report: how it is written; the names of tests are the runs' own.
    public init(_ report: LCOVReport) { self.report = report }

    /// Writes a record for each run and each source file that it executed a line of, and one for each file that no run
    /// did, under the first run's name.
    ///
    /// - Parameters:
    ///   - paths: the runs' traces, by which they are named.
    ///   - reader: which modules and sources are looked at, and where their files are.
    ///   - path: where to; nil and `-` are standard output.
    /// - Throws: ``Failure``; what was there before stays.
    public func write(of paths: [String], _ reader: CoverageReader, to path: String?)
        throws(Failure)
    {
        var output = try OutputFile(path)
        var reader = reader
        // What is said of the runs together is not said again of each.
        reader.merging.warnings = reader.merging.warnings.sayingOnce()
        if let reached = ReachedSources(ofRunsWithoutCounts: paths, reader) {
            write(reached, of: paths, to: &output)
            return try output.finish()
        }
        let runs = try RunCoverages(of: paths, reader)
        let names = RunTracefile.testNames(paths)
        var marked = try reader.sources.markedSources(reader.merging.warnings)
        // Of each file, while no run has executed any of it.
        var missed: [String: SourceCoverage.File] = [:]
        var seen: Set<String> = []
        for start in stride(from: 0, to: paths.count, by: RunTracefile.runsAtOnce) {
            let part = Array(paths[start..<min(start + RunTracefile.runsAtOnce, paths.count)])
            for run in try RunTracefile.runs(of: part, from: start, runs, reader) {
                if seen.isEmpty {
                    try reader.sources.check(run.coverage, reader.merging.warnings)
                    try reader.sources.tellUnfollowedMarkers(
                        run.coverage.files, reader.merging.warnings)
                }
                var executed: [SourceCoverage.File] = []
                for file in try marked.leaveOut(of: run.coverage.files) {
                    if file.lineCount.hit > 0 || file.functionCount.hit > 0 {
                        executed.append(file)
                        missed[file.path] = nil
                        seen.insert(file.path)
                    } else if seen.insert(file.path).inserted {
                        missed[file.path] = file
                    }
                }
                write(executed, names[run.number], to: &output)
            }
        }
        write(missed.keys.sorted().compactMap { missed[$0] }, names.first ?? "", to: &output)
        try output.finish()
    }

    /// Writes what runs without hit counts reached.
    private func write(
        _ reached: ReachedSources, of paths: [String], to output: inout OutputFile
    ) {
        let names = RunTracefile.testNames(paths)
        var sets = reached.sets
        // Of each file the sets of its lines' and functions' runs, and of all together; nil for no run.
        var files: [(file: SourceCoverage.File, lines: [Int?], functions: [Int?], all: Int)] = []
        var missed: [SourceCoverage.File] = []
        for file in reached.files {
            let lines = file.lines.map { line in
                sets.union(
                    of: reached.runs(of: ReachedSources.LineKey(path: file.path, line: line.line)))
            }
            let functions = file.functions.map { function in
                sets.union(of: reached.runs(of: ReachedSources.FunctionKey(file.path, function)))
            }
            if let all = sets.union(of: (lines + functions).compactMap(\.self)) {
                files.append((file, lines, functions, all))
            } else {
                missed.append(file)
            }
        }
        // Of each run the sets that it is the first of a range of, or the first behind one.
        var changes = [[Int]](repeating: [], count: reached.runs.count + 1)
        for set in 0..<sets.count {
            for range in sets.ranges(of: set) {
                changes[range.lowerBound].append(set)
                changes[range.upperBound].append(set)
            }
        }
        var has = [Bool](repeating: false, count: sets.count)
        for (run, number) in reached.numbers(among: paths).enumerated() {
            for set in changes[run] { has[set].toggle() }
            func hits(_ set: Int?) -> Int { set.map { has[$0] ? 1 : 0 } ?? 0 }
            let executed = files.lazy.filter { has[$0.all] }.map { known in
                SourceCoverage.File(
                    path: known.file.path,
                    lines: zip(known.file.lines, known.lines).map { line, set in
                        SourceCoverage.Line(line: line.line, hits: hits(set))
                    },
                    functions: zip(known.file.functions, known.functions).map { function, set in
                        var function = function
                        function.hits = hits(set)
                        return function
                    })
            }
            write(Array(executed), names[number], to: &output)
        }
        write(missed.sorted { $0.path < $1.path }, names.first ?? "", to: &output)
    }

    private func write(
        _ files: [SourceCoverage.File], _ name: String, to output: inout OutputFile
    ) {
        var report = report
        report.testName = name
        report.write(ReportedCoverage(files: files), to: &output)
    }

    private typealias Run = (number: Int, coverage: SourceCoverage)

    private static func runs(
        of paths: [String], from start: Int, _ runs: RunCoverages, _ reader: CoverageReader
    ) throws(Failure) -> [Run] {
        var walk = reader.merging.walk(paths, "Reading")
        walk.progressLine = nil
        let parts = try walk.run(from: { [Run]() }) {
            (found, trace, number, diagnose) throws(Failure) in
            let coverage = try runs.coverage(of: trace, number: start + number, diagnose).coverage
            found.append((start + number, coverage))
        }
        return parts.joined().sorted { $0.number < $1.number }
    }

    /// A name of letters, digits and underscores for each run, no two the same: its trace's without `.drcov`, as far as
    /// these go, and a number where another has that already.
    static func testNames(_ paths: [String]) -> [String] {
        var used: Set<String> = []
        return paths.map { path in
            var name = FilePath.name(path)
            if name.hasSuffix(".drcov") { name.removeLast(6) }
            let plain = String(
                name.unicodeScalars.map { scalar in
                    scalar.isASCII
                        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                        ? Character(scalar) : "_"
                })
            let base = plain.isEmpty ? "run" : plain
            var (unique, number) = (base, 1)
            while !used.insert(unique).inserted {
                number += 1
                unique = "\(base)_\(number)"
            }
            return unique
        }
    }
}
