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
        /// 1 where some of its code was executed, else 0.
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
        /// 1 where it was entered, else 0.
        public var hits: Int

        /// Makes a function of its fields.
        public init(name: String, linkageName: String, line: Int, hits: Int) {
            self.name = name
            self.linkageName = linkageName
            self.line = line
            self.hits = hits
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
    }

    private struct FunctionKey: Hashable {
        var line: Int32
        var name: String
        var linkageName: String
    }

    private struct Building {
        var lines: [Int32: Bool] = [:]
        var functions: [FunctionKey: Bool] = [:]
    }

    private var byPath: [String: Building] = [:]
    private let selection: SourceSelection
    /// The paths that debug information gives to source files with code, wanted or not.
    public private(set) var givenPaths: Set<String> = []

    /// Coverage without a source file, which will have those that `selection` wants.
    public init(_ selection: SourceSelection = SourceSelection()) { self.selection = selection }

    /// Adds what was executed of a module, whose line table covers the same addresses.
    ///
    /// A line counts as executed when the first byte of one of its statements was: one instance of
    /// several (inlined, templates) is enough. A statement that was entered in its middle alone does
    /// not count, since what stands there is mostly code to which the compiler gave no line, behind
    /// the code of another path. A function counts as executed when its entry was.
    public mutating func add(_ table: LineTable, covered: AddressRanges) {
        var perFile = [Building](repeating: Building(), count: table.files.count)
        var next = 0
        for row in table.rows where row.isStatement {
            while next < covered.ranges.count, covered.ranges[next].upperBound <= row.address {
                next += 1
            }
            let isHit =
                next < covered.ranges.count && covered.ranges[next].lowerBound <= row.address
            let known = perFile[Int(row.file)].lines[row.line]
            if known == nil || (isHit && known == false) {
                perFile[Int(row.file)].lines[row.line] = isHit
            }
        }
        for function in table.functions {
            guard let file = function.file else { continue }
            let key = FunctionKey(
                line: function.line, name: function.name, linkageName: function.linkageName)
            let isHit = covered.contains(function.entry)
            perFile[Int(file)].functions[key, default: false] =
                isHit || perFile[Int(file)].functions[key] ?? false
        }
        for (given, building) in zip(table.files, perFile) {
            guard !building.lines.isEmpty || !building.functions.isEmpty else { continue }
            givenPaths.insert(given)
            guard let path = selection.path(of: given) else { continue }
            byPath[path, default: Building()].lines.merge(building.lines) { $0 || $1 }
            byPath[path, default: Building()].functions.merge(building.functions) { $0 || $1 }
        }
    }

    /// The source files, by path.
    public var files: [File] {
        byPath.keys.sorted().compactMap { path in
            byPath[path].map { SourceCoverage.file(path, $0) }
        }
    }

    private static func file(_ path: String, _ building: Building) -> File {
        let lines = building.lines.sorted { $0.key < $1.key }
            .map { Line(line: Int($0.key), hits: $0.value ? 1 : 0) }
        let functions = building.functions
            .map { key, isHit in
                Function(
                    name: key.name, linkageName: key.linkageName, line: Int(key.line),
                    hits: isHit ? 1 : 0)
            }
            .sorted { ($0.line, $0.linkageName) < ($1.line, $1.linkageName) }
        return File(
            path: path, lines: lines, functions: functions,
            lineCount: Count(found: lines.count, hit: lines.reduce(0) { $0 + $1.hits }),
            functionCount: Count(
                found: functions.count, hit: functions.reduce(0) { $0 + $1.hits }))
    }
}
