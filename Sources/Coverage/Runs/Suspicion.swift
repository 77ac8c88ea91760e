import Trace

/// How many of the runs that failed, and of those that passed, executed something.
public struct RunOutcomes: Hashable, Sendable {
    /// Runs that failed.
    public var failed: Int
    /// Runs that passed.
    public var passed: Int

    /// Makes it of its numbers.
    public init(failed: Int = 0, passed: Int = 0) { (self.failed, self.passed) = (failed, passed) }

    /// Adds other runs.
    public static func += (sum: inout RunOutcomes, other: RunOutcomes) {
        sum.failed += other.failed
        sum.passed += other.passed
    }

    /// Ochiai's coefficient, from 0 to 1: how alike having executed it and having failed are (Abreu, Zoeteweij and van Gemund
    /// 2006).
    ///
    /// - Parameter all: of all runs.
    public func suspicion(among all: RunOutcomes) -> Double {
        guard failed > 0 else { return 0 }
        return Double(failed) / (Double(all.failed) * Double(failed + passed)).squareRoot()
    }
}

/// Which lines and functions how many runs executed, counted run by run.
public struct OutcomeTally: Sendable {
    /// A function of a source file.
    public struct Function: Hashable, Sendable {
        /// The line of its declaration.
        public var line: Int
        /// The name as it is wanted.
        public var name: String
    }

    /// A source file.
    public struct File: Sendable {
        /// By line.
        public internal(set) var lines: [Int: RunOutcomes] = [:]
        /// Those that any run entered.
        public internal(set) var functions: [Function: RunOutcomes] = [:]
        /// All that there are, by line.
        public internal(set) var known: [Function] = []
        /// All lines with code, in ascending order.
        public internal(set) var knownLines: [Int] = []
    }

    /// By path.
    public private(set) var files: [String: File] = [:]
    /// All runs.
    public private(set) var runs = RunOutcomes()

    /// A tally without a run.
    public init() {}

    /// A tally of runs, without what they executed.
    public init(runs: RunOutcomes) { self.runs = runs }

    /// Adds what all its runs executed of a file.
    ///
    /// - Parameters:
    ///   - line: the runs that executed a line.
    ///   - function: the runs that entered a function.
    public mutating func add(
        _ file: SourceCoverage.File, line: (Int) -> RunOutcomes,
        function: (SourceCoverage.Function) -> RunOutcomes
    ) {
        var own = files[file.path] ?? File(of: file)
        for one in file.lines {
            let outcomes = line(one.line)
            if outcomes != RunOutcomes() { own.lines[one.line] = outcomes }
        }
        for one in file.functions {
            let outcomes = function(one)
            guard outcomes != RunOutcomes() else { continue }
            own.functions[Function(line: one.line, name: one.name), default: RunOutcomes()] +=
                outcomes
        }
        files[file.path] = own
    }

    /// Adds a run.
    ///
    /// - Parameters:
    ///   - run: what it executed, by file.
    ///   - hasFailed: whether it is one of those that failed.
    public mutating func add(_ run: [SourceCoverage.File], hasFailed: Bool) {
        let one = RunOutcomes(failed: hasFailed ? 1 : 0, passed: hasFailed ? 0 : 1)
        runs += one
        for file in run {
            if files[file.path] == nil { files[file.path] = File(of: file) }
            guard file.lineCount.hit > 0 || file.functionCount.hit > 0 else { continue }
            files[file.path]?.add(file, one)
        }
    }

    /// Adds the runs of another tally of the same modules.
    public mutating func formUnion(_ other: OutcomeTally) {
        runs += other.runs
        for (path, file) in other.files {
            files[path, default: File()].formUnion(file)
        }
    }
}

extension OutcomeTally.File {
    /// What there is, and no run.
    fileprivate init(of file: SourceCoverage.File) {
        known = file.functions.map { OutcomeTally.Function(line: $0.line, name: $0.name) }
        knownLines = file.lines.map(\.line)
    }

    fileprivate mutating func add(_ file: SourceCoverage.File, _ one: RunOutcomes) {
        for line in file.lines where line.hits > 0 {
            lines[line.line, default: RunOutcomes()] += one
        }
        for function in file.functions where function.hits > 0 {
            functions[
                OutcomeTally.Function(line: function.line, name: function.name),
                default: RunOutcomes()] += one
        }
    }

    fileprivate mutating func formUnion(_ other: OutcomeTally.File) {
        if known.isEmpty { known = other.known }
        if knownLines.isEmpty { knownLines = other.knownLines }
        for (line, outcomes) in other.lines { lines[line, default: RunOutcomes()] += outcomes }
        for (function, outcomes) in other.functions {
            functions[function, default: RunOutcomes()] += outcomes
        }
    }

    /// The function that a line is most likely in: the last that is declared before it.
    func function(ofLine line: Int) -> String? {
        known.last { $0.line > 0 && $0.line <= line }?.name
    }
}

/// Lines and functions that could have made runs fail, the most suspicious first.
public struct SuspectRanking: Sendable {
    /// A line, or a function.
    public struct Suspect: Equatable, Sendable {
        /// The source file.
        public var path: String
        /// The line; of a function, that of its declaration, or 0.
        public var line: Int
        /// Of a line, its place among the lines of the file that have code.
        public var place: Int
        /// The function, where it is known.
        public var function: String?
        /// The runs that executed it.
        public var runs: RunOutcomes
        /// Ochiai's coefficient.
        public var suspicion: Double
    }

    /// Lines of a function that the same numbers of runs executed, in ascending order, and never none: nothing tells them
    /// apart. Those of runs that failed, the most suspicious first.
    public let rows: [[Suspect]]
    /// Functions that runs entered that failed.
    public let functions: [Suspect]
    /// All runs.
    public let runs: RunOutcomes

    /// The lines of all rows.
    public var lines: some Sequence<Suspect> { rows.joined() }

    /// Ranks what runs executed that failed: first what most of them executed and no other run, then by Ochiai's
    /// coefficient; of the same coefficient, the rows of more lines first, then by path and line.
    public init(_ tally: OutcomeTally) {
        let all = tally.runs
        var (rows, functions): ([[Suspect]], [Suspect]) = ([], [])
        for (path, file) in tally.files {
            var lines: [RowKey: [Suspect]] = [:]
            for (line, runs) in file.lines where runs.failed > 0 {
                let function = file.function(ofLine: line)
                lines[RowKey(function: function, runs: runs), default: []].append(
                    Suspect(
                        path: path, line: line,
                        place: file.knownLines.partitioningIndex { $0 >= line },
                        function: function, runs: runs,
                        suspicion: runs.suspicion(among: all)))
            }
            rows += lines.values.map { $0.sorted { $0.line < $1.line } }
            for (function, runs) in file.functions where runs.failed > 0 {
                functions.append(
                    Suspect(
                        path: path, line: function.line, place: 0, function: function.name,
                        runs: runs,
                        suspicion: runs.suspicion(among: all)))
            }
        }
        self.rows = rows.sorted { one, other in
            SuspectRanking.isBefore(
                (one[0], one.count), (other[0], other.count), failedRuns: all.failed)
        }
        self.functions = functions.sorted { one, other in
            SuspectRanking.isBefore((one, 1), (other, 1), failedRuns: all.failed)
        }
        runs = all
    }

    /// What lines have in common that are one row.
    private struct RowKey: Hashable {
        var function: String?
        var runs: RunOutcomes
    }

    private typealias Ranked = (suspect: Suspect, count: Int)

    private static func isBefore(_ one: Ranked, _ other: Ranked, failedRuns: Int) -> Bool {
        func isFirst(_ runs: RunOutcomes) -> Bool {
            runs.passed == 0 && 2 * runs.failed > failedRuns
        }
        let (first, second) = (one.suspect, other.suspect)
        if isFirst(first.runs) != isFirst(second.runs) { return isFirst(first.runs) }
        // The coefficient's square, but for what is the same for both, in whole numbers: what is equal compares equal.
        func square(_ part: RunOutcomes, _ other: RunOutcomes) -> Double {
            Double(part.failed) * Double(part.failed) * Double(other.failed + other.passed)
        }
        let (mine, theirs) = (
            square(first.runs, second.runs), square(second.runs, first.runs)
        )
        if mine != theirs { return mine > theirs }
        if one.count != other.count { return one.count > other.count }
        return (first.path, first.line, first.function ?? "")
            < (second.path, second.line, second.function ?? "")
    }
}
