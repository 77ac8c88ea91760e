import Trace

/// How many of the runs that failed, and of those that passed, executed something, and whether they are the same runs as of
/// something else.
public struct RunOutcomes: Hashable, Sendable {
    /// Runs that failed.
    public private(set) var failed = 0
    /// Runs that passed.
    public private(set) var passed = 0
    /// The sum of a number of 64 bits for each run: other runs have another, but for one chance in 2⁶⁴.
    private var mark: UInt64 = 0

    /// No run.
    public init() {}

    /// One run.
    ///
    /// - Parameter number: the run's among all.
    public init(run number: Int, hasFailed: Bool) {
        (failed, passed) = hasFailed ? (1, 0) : (0, 1)
        // Numbers without any order, from Steele, Lea and Flood's SplitMix (2014).
        mark = UInt64(truncatingIfNeeded: number + 1) &* 0x9e37_79b9_7f4a_7c15
        mark = (mark ^ (mark >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mark = (mark ^ (mark >> 27)) &* 0x94d0_49bb_1331_11eb
        mark ^= mark >> 31
    }

    /// Adds other runs.
    public static func += (sum: inout RunOutcomes, other: RunOutcomes) {
        sum.failed += other.failed
        sum.passed += other.passed
        sum.mark &+= other.mark
    }

    /// Without some of its runs.
    public static func - (all: RunOutcomes, part: RunOutcomes) -> RunOutcomes {
        var rest = all
        rest.failed -= part.failed
        rest.passed -= part.passed
        rest.mark &-= part.mark
        return rest
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
    /// A function of a source file; several can have one name and line, as a constructor's two.
    public struct Function: Hashable, Sendable {
        /// The line of its declaration.
        public var line: Int
        /// The name as it is wanted.
        public var name: String

        init(_ function: SourceCoverage.Function) { (line, name) = (function.line, function.name) }
    }

    /// A source file.
    public struct File: Sendable {
        /// By line.
        public internal(set) var lines: [Int: RunOutcomes] = [:]
        /// Those that any run entered.
        public internal(set) var functions: [Function: RunOutcomes] = [:]
        /// All that there are, by line, and the last line of each, if it is known.
        fileprivate var known: [(function: Function, lastLine: Int?)] = []
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
    ///   - functions: the runs that entered any of some functions.
    public mutating func add(
        _ file: SourceCoverage.File, line: (Int) -> RunOutcomes,
        functions: ([SourceCoverage.Function]) -> RunOutcomes
    ) {
        var own = files[file.path] ?? File(of: file)
        for one in file.lines {
            let outcomes = line(one.line)
            if outcomes != RunOutcomes() { own.lines[one.line] = outcomes }
        }
        for (one, alike) in Dictionary(grouping: file.functions, by: Function.init) {
            let outcomes = functions(alike)
            if outcomes != RunOutcomes() { own.functions[one] = outcomes }
        }
        files[file.path] = own
    }

    /// Adds a run.
    ///
    /// - Parameters:
    ///   - one: the run.
    ///   - run: what it executed, by file.
    public mutating func add(_ one: RunOutcomes, _ run: [SourceCoverage.File]) {
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
        known = file.functions.map {
            (OutcomeTally.Function($0), $0.endLine > 0 ? $0.endLine : nil)
        }
        knownLines = file.lines.map(\.line)
    }

    fileprivate mutating func add(_ file: SourceCoverage.File, _ one: RunOutcomes) {
        for line in file.lines where line.hits > 0 {
            lines[line.line, default: RunOutcomes()] += one
        }
        let entered = file.functions.lazy.filter { $0.hits > 0 }.map(OutcomeTally.Function.init)
        for function in Set(entered) { functions[function, default: RunOutcomes()] += one }
    }

    fileprivate mutating func formUnion(_ other: OutcomeTally.File) {
        if known.isEmpty { known = other.known }
        if knownLines.isEmpty { knownLines = other.knownLines }
        for (line, outcomes) in other.lines { lines[line, default: RunOutcomes()] += outcomes }
        for (function, outcomes) in other.functions {
            functions[function, default: RunOutcomes()] += outcomes
        }
    }

    /// What lines of a function have in common that the same runs executed.
    fileprivate struct LinesKey: Hashable {
        var function: OutcomeTally.Function?
        var runs: RunOutcomes
    }

    /// The lines that runs executed that failed, each list ascending, by their first lines.
    fileprivate var suspectLines: [(key: LinesKey, numbers: [Int])] {
        var found: [(key: LinesKey, numbers: [Int])] = []
        var places: [LinesKey: Int] = [:]
        for line in knownLines {
            guard let runs = lines[line], runs.failed > 0 else { continue }
            let key = LinesKey(function: function(ofLine: line, runs), runs: runs)
            if let place = places[key] {
                found[place].numbers.append(line)
            } else {
                places[key] = found.count
                found.append((key, [line]))
            }
        }
        return found
    }

    /// The function that a line is most likely in: of those that are not over before it, and that as many runs entered, the
    /// last that is declared before it. Of several of one line, as instances of a template, it is one that the same runs
    /// entered; if there is none, it is not known which of them it was.
    private func function(ofLine line: Int, _ runs: RunOutcomes) -> OutcomeTally.Function? {
        let around = known.lazy.reversed().filter { function, lastLine in
            guard function.line > 0, function.line <= line, line <= lastLine ?? line,
                let entered = functions[function]
            else { return false }
            return runs.failed <= entered.failed && runs.passed <= entered.passed
        }.map(\.function)
        guard let last = around.first else { return nil }
        let alike = around.prefix { $0.line == last.line }
        return alike.allSatisfy { $0 == last } ? last : alike.first { functions[$0] == runs }
    }
}

/// Lines and functions that could have made runs fail, the most suspicious first.
public struct SuspectRanking: Sendable {
    /// What the same runs executed, so that nothing tells it apart.
    public struct Row<Element: Sendable>: Sendable {
        /// The runs that executed it.
        public var runs: RunOutcomes
        /// Ochiai's coefficient.
        public var suspicion: Double
        /// What it is, and never none.
        public var elements: [Element]
    }

    /// A line with code.
    public struct Line: Sendable {
        /// Its number.
        public var number: Int
        /// Its place among the lines of the file that have code.
        public var place: Int
    }

    /// Lines of one function.
    public struct Lines: Sendable {
        /// The source file.
        public var path: String
        /// The function, where it is known.
        public var function: String?
        /// In ascending order, and never none.
        public var lines: [Line]
    }

    /// A function.
    public struct Function: Sendable {
        /// The source file.
        public var path: String
        /// The line of its declaration, or 0.
        public var line: Int
        /// The name as it is wanted.
        public var name: String
    }

    /// Lines that runs executed that failed, the most suspicious first.
    public let lines: [Row<Lines>]
    /// Functions, by what is most suspicious of each: its entry, or a line of it.
    public let functions: [Row<Function>]
    /// All runs.
    public let runs: RunOutcomes

    /// Ranks what runs executed that failed: first what most of them executed and no other run, then by Ochiai's
    /// coefficient; of the same coefficient, what is larger first, then by path and line.
    public init(_ tally: OutcomeTally) {
        let order = Order(all: tally.runs)
        var lines: [RunOutcomes: [Lines]] = [:]
        var functions: [RunOutcomes: [Function]] = [:]
        for (path, file) in tally.files {
            var most = file.functions.filter { $0.value.failed > 0 }
            for (key, numbers) in file.suspectLines {
                lines[key.runs, default: []].append(
                    Lines(
                        path: path, function: key.function?.name,
                        lines: numbers.map { number in
                            Line(
                                number: number,
                                place: file.knownLines.partitioningIndex { $0 >= number })
                        }))
                // Of lines that are alike, the first is the function's.
                if let function = key.function,
                    most[function].map({ order.isBefore(key.runs, $0) }) ?? true
                {
                    most[function] = key.runs
                }
            }
            for (function, runs) in most {
                functions[runs, default: []].append(
                    Function(path: path, line: function.line, name: function.name))
            }
        }
        self.lines = order.rows(lines, size: \.lines.count) {
            ($0.path, $0.lines[0].number, $0.function ?? "")
        }
        self.functions = order.rows(functions, size: { _ in 1 }) { ($0.path, $0.line, $0.name) }
        runs = tally.runs
    }

    /// What comes before what.
    private struct Order {
        var all: RunOutcomes

        /// Whether all the runs have failed, and these are most of those that have.
        private func isFirst(_ runs: RunOutcomes) -> Bool {
            runs.passed == 0 && 2 * runs.failed > all.failed
        }

        func isBefore(_ one: RunOutcomes, _ other: RunOutcomes) -> Bool {
            if isFirst(one) != isFirst(other) { return isFirst(one) }
            // The coefficient's square, but for what is the same for both, in whole numbers: what is equal compares equal.
            func square(_ part: RunOutcomes, _ other: RunOutcomes) -> Double {
                Double(part.failed) * Double(part.failed) * Double(other.failed + other.passed)
            }
            return square(one, other) > square(other, one)
        }

        func rows<Element>(
            _ found: [RunOutcomes: [Element]], size: (Element) -> Int,
            name: (Element) -> (String, Int, String)
        ) -> [Row<Element>] {
            let rows = found.map { runs, elements in
                (
                    row: Row(
                        runs: runs, suspicion: runs.suspicion(among: all),
                        elements: elements.sorted { one, other in
                            size(one) != size(other)
                                ? size(one) > size(other) : name(one) < name(other)
                        }), size: elements.reduce(0) { $0 + size($1) }
                )
            }
            return rows.sorted { one, other in
                if isBefore(one.row.runs, other.row.runs) { return true }
                if isBefore(other.row.runs, one.row.runs) { return false }
                return one.size != other.size
                    ? one.size > other.size
                    : name(one.row.elements[0]) < name(other.row.elements[0])
            }.map(\.row)
        }
    }
}
