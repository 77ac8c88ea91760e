import Synchronization
import Threading

/// Line and function coverage by source file, summed over modules.
public struct SourceCoverage: Sendable {
    /// Found and hit things of one kind.
    public struct Count: Equatable, Sendable {
        /// How many there are.
        public var found = 0
        /// How many of them were executed.
        public var hit = 0

        /// Makes a count of two numbers.
        public init(found: Int = 0, hit: Int = 0) {
            self.found = found
            self.hit = hit
        }

        /// Adds another count.
        public static func += (sum: inout Count, other: Count) {
            sum.found += other.found
            sum.hit += other.hit
        }
    }

    /// A source line that has code.
    public struct Line: Equatable, Sendable {
        /// The line, from 1.
        public var line: Int
        /// How often it was executed; without hit counts, a number of runs that did.
        public var hits: Int

        /// Makes a line of its fields.
        public init(line: Int, hits: Int) {
            self.line = line
            self.hits = hits
        }
    }

    /// A function that has code.
    public struct Function: Hashable, Sendable {
        /// The name, demangled.
        public var name: String
        /// The name as the linker has it.
        public var linkageName: String
        /// The line of its declaration.
        public var line: Int
        /// How often it was entered; without hit counts, a number of runs that did.
        public var hits: Int
        /// The last line of its code in its file; 0 where that was not asked for, or is not known.
        public var endLine: Int

        /// Makes a function of its fields.
        public init(name: String, linkageName: String, line: Int, hits: Int, endLine: Int = 0) {
            self.name = name
            self.linkageName = linkageName
            self.line = line
            self.hits = hits
            self.endLine = endLine
        }
    }

    /// The coverage of one source file.
    public struct File: Equatable, Sendable {
        /// The path.
        public var path: String
        /// Its lines that have code, in ascending order.
        public var lines: [Line]
        /// Its functions, by line, then linkage name.
        public var functions: [Function]
        /// Lines with code.
        public var lineCount: Count
        /// Functions with code.
        public var functionCount: Count
        /// Where its code decides which way to go, by line; empty where that was not asked for.
        public var branches: [Branch]
        /// The ways that it can go, as far as it is known whether it did.
        public var branchCount: Count
        /// The ways of which it is not known.
        public var unknownBranches: Int

        /// Makes a file of its lines, functions and branches, which stand in order; the sums are theirs.
        public init(
            path: String, lines: [Line], functions: [Function], branches: [Branch] = []
        ) {
            self.path = path
            self.lines = lines
            self.functions = functions
            self.branches = branches
            (branchCount, unknownBranches) = Branch.counts(branches)
            lineCount = Count(found: lines.count, hit: lines.count { $0.hits > 0 })
            functionCount = Count(found: functions.count, hit: functions.count { $0.hits > 0 })
        }

        /// Whether it is a source, by debug information; else it stands for a module of which there are
        /// symbols alone, or less, and the path is the module's.
        public var isSource: Bool { !lines.isEmpty || functions.contains { $0.line > 0 } }
    }

    struct FunctionKey: Hashable, Comparable {
        var line: Int32
        var linkageName: String
        var name: String

        init(_ function: LineTable.Function) {
            self.init(
                line: function.line, linkageName: function.linkageName, name: function.name)
        }

        init(_ function: LineTable.InlinedFunction) {
            self.init(
                line: function.line, linkageName: function.linkageName, name: function.name)
        }

        init(line: Int32, linkageName: String, name: String) {
            (self.line, self.linkageName, self.name) = (line, linkageName, name)
        }

        static func < (one: FunctionKey, other: FunctionKey) -> Bool {
            one.line != other.line
                ? one.line < other.line
                : (one.linkageName, one.name) < (other.linkageName, other.name)
        }
    }

    private struct Building {
        var lines = CountList<Int32>()
        var functions = CountList<FunctionKey>()
        /// The last lines of functions, where they are wanted.
        var ends: [FunctionKey: Int32] = [:]
        var branches = BranchList()

        mutating func add(_ other: Building, areAdded: Bool) {
            lines.add(other.lines, areAdded: areAdded)
            functions.add(other.functions, areAdded: areAdded)
            ends.merge(other.ends, uniquingKeysWith: max)
            branches.add(other.branches, areAdded: areAdded)
        }
    }

    private var byPath: [String: Building] = [:]
    private let selection: SourceSelection
    /// Whether it is looked for where functions end.
    private let hasFunctionEnds: Bool
    private let rule: CountRule
    /// The paths that debug information gives to source files with code, wanted or not.
    public private(set) var givenPaths: Set<String> = []

    /// Coverage without a source file, which will have those that `selection` wants.
    ///
    /// - Parameters:
    ///   - hasFunctionEnds: whether ``Function/endLine`` is wanted.
    ///   - rule: what lines' counts are.
    public init(
        _ selection: SourceSelection = SourceSelection(), hasFunctionEnds: Bool = false,
        rule: CountRule = .gcov
    ) {
        self.selection = selection
        self.hasFunctionEnds = hasFunctionEnds
        self.rule = rule
    }

    /// Adds what was executed of a module, whose line table covers the same addresses. How counts
    /// are made is written down in Docs/lines.md.
    ///
    /// - Parameter switches: the labels in sources that were read, by the file's number in the table.
    public mutating func add(
        _ table: LineTable, covered: AddressRanges, switches: [Int32: SwitchLabels] = [:]
    ) {
        let areAdded = covered.countUnit == .executions
        let (lines, functions) = tally(table, covered: covered, switches: switches)
        var perFile = zip(lines, functions.counts).map { lines, functions in
            Building(
                lines: lines, functions: CountList(functions, areAdded: areAdded))
        }
        if hasFunctionEnds {
            for (function, end) in zip(table.functions, FunctionEnds.lines(of: table))
            where function.isReported {
                guard let file = function.file else { continue }
                let key = FunctionKey(function)
                perFile[Int(file)].ends[key] = max(perFile[Int(file)].ends[key] ?? 0, end)
            }
            for (function, end) in zip(
                table.inlinedFunctions, FunctionEnds.inlinedLines(of: table))
            {
                guard !function.isArtificial, let file = function.file else { continue }
                let key = FunctionKey(function)
                perFile[Int(file)].ends[key] = max(perFile[Int(file)].ends[key] ?? 0, end)
            }
        }
        for (given, building) in zip(table.files, perFile) {
            guard !building.lines.isEmpty || !building.functions.isEmpty else { continue }
            givenPaths.insert(given)
            guard let path = selection.path(of: given) else { continue }
            byPath[path, default: Building()].add(building, areAdded: areAdded)
        }
    }

    /// Adds the branches of a module, whose lines were added. How they are found is written down in
    /// Docs/branches.md.
    ///
    /// - Parameters:
    ///   - blocks: the module's.
    ///   - base: the address of their offset 0.
    ///   - recorded: which ways its jumps went, if runs say so.
    ///   - hasAdded: whether branches are wanted that a compiler has added.
    public mutating func addBranches(
        _ table: LineTable, covered: AddressRanges, blocks: BlockSet, base: UInt64,
        recorded: RecordedWays? = nil, hasAdded: Bool = false
    ) {
        guard let code = table.code else { return }
        var tally = BranchTally(
            table, code, covered, BlockBounds(blocks, base: base), recorded, hasAdded: hasAdded)
        tally.addAll()
        for (given, branches) in zip(table.files, tally.lists) where !branches.isEmpty {
            guard let path = selection.path(of: given) else { continue }
            byPath[path]?.branches.add(branches, areAdded: covered.countUnit == .executions)
        }
    }

    /// Adds what other reports say of source files: counts of a line add up, and so do those of a function. Which
    /// function is one that is known, ``KnownFunctions`` says.
    ///
    /// A path without a slash at its beginning is that of a file that is known, if one is there as seen from the
    /// working folder, or from one of `roots`; and so is one that is known that of a report's file.
    ///
    /// - Parameters:
    ///   - reports: of all reports, so that what is relative can be any file of any.
    ///   - roots: absolute paths of folders.
    ///   - readable: a linkage name as people write it.
    public mutating func add(
        _ reports: [File], roots: [String] = [],
        readable: @escaping (String) -> String = { $0 }
    ) {
        var paths = KnownPaths(
            givenPaths, selection, roots: roots, besides: reports.map(\.path))
        for isWhole in [true, false] {
            for file in reports where file.path.hasPrefix("/") == isWhole {
                let given = paths.path(of: file.path)
                givenPaths.insert(given)
                guard let path = selection.path(of: given) else { continue }
                add(file, as: path, readable)
            }
        }
    }

    private mutating func add(
        _ file: File, as path: String, _ readable: @escaping (String) -> String
    ) {
        var known = KnownFunctions(
            byPath[path]?.functions.elements.map(\.key) ?? [], of: path, readable: readable)
        var building = Building()
        var functions: [(key: FunctionKey, count: UInt64)] = []
        for (function, found) in zip(file.functions, known.keys(of: file.functions)) {
            let key =
                found
                ?? FunctionKey(
                    line: Int32(clamping: function.line), linkageName: function.linkageName,
                    name: function.name)
            functions.append((key, UInt64(clamping: function.hits)))
            if hasFunctionEnds, function.endLine > 0 {
                building.ends[key] = max(building.ends[key] ?? 0, Int32(clamping: function.endLine))
            }
        }
        building.lines = CountList(
            file.lines.map { (Int32(clamping: $0.line), UInt64(clamping: $0.hits)) },
            areAdded: true)
        building.functions = CountList(functions, areAdded: true)
        byPath[path, default: Building()].add(building, areAdded: true)
        byPath[path]?.branches.add(file.branches)
    }

    /// The lines of each of the table's files, with what is known of its functions.
    func tally(
        _ table: LineTable, covered: AddressRanges, switches: [Int32: SwitchLabels]
    ) -> (lines: [CountList<Int32>], functions: FunctionTally) {
        let areAdded = covered.countUnit == .executions
        var lines = self.lines(of: table, covered, areAdded: areAdded)
        let labels = LabelLines(
            table, covered, known: lines, switches: switches, areAdded: areAdded)
        let functions = FunctionTally(table, covered, areAdded: areAdded)
        for file in lines.indices {
            var new = labels.counts[file] + functions.declarations[file]
            // Rows say more of a line, be they in another part.
            if let known = table.linesOfWhole?[file] {
                new.removeAll { known.count(of: $0.key) != nil }
            }
            lines[file].addNew(new, areAdded: areAdded)
        }
        return (lines, functions)
    }

    /// The lines of each of the table's files that have rows.
    func lines(
        of table: LineTable, _ covered: AddressRanges, areAdded: Bool
    ) -> [CountList<Int32>] {
        // Counts that are added up hang together; of others the largest stays, whoever found it.
        let parts = areAdded ? [table.rows.indices] : LineTally.parts(of: table)
        let found = Mutex([CountList<Int32>](repeating: CountList(), count: table.files.count))
        Threads.run(parts.count) { number in
            var tally = LineTally(
                rowCount: parts[number].count, areAdded: areAdded, rule: rule)
            tally.add(table, covered, rows: parts[number])
            let lists = tally.lines(fileCount: table.files.count)
                .map { CountList($0, areAdded: areAdded) }
            found.withLock { sums in
                for (file, list) in lists.enumerated() { sums[file].add(list, areAdded: areAdded) }
            }
        }
        return found.withLock { $0 }
    }

    /// The source files, by path.
    public var files: [File] {
        byPath.keys.sorted().compactMap { path in
            byPath[path].map { SourceCoverage.file(path, $0) }
        }
    }

    /// The branches on lines that are known: those of a line that is not, such as the one of a function's opening brace,
    /// belong to the one before.
    private static func placed(_ branches: [Branch], _ lines: [Line]) -> [Branch] {
        var (next, isMoved) = (0, false)
        var placed: [Branch] = []
        placed.reserveCapacity(branches.count)
        for var branch in branches {
            while next < lines.count, lines[next].line <= branch.line { next += 1 }
            guard next > 0 else { continue }
            if lines[next - 1].line != branch.line {
                branch.line = lines[next - 1].line
                isMoved = true
            }
            placed.append(branch)
        }
        if isMoved { placed.sort { $0.line < $1.line } }
        return placed
    }

    private static func file(_ path: String, _ building: Building) -> File {
        let lines = building.lines.elements
            .map { Line(line: Int($0.key), hits: Int(clamping: $0.count)) }
        let functions = building.functions.elements
            .map { key, hits in
                Function(
                    name: key.name, linkageName: key.linkageName, line: Int(key.line),
                    hits: Int(clamping: hits),
                    endLine: building.ends[key].map { max(Int($0), Int(key.line)) } ?? 0)
            }
        return File(
            path: path, lines: lines, functions: functions,
            branches: SourceCoverage.placed(building.branches.branches, lines))
    }
}
