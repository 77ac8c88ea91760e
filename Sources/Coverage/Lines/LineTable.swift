public import MachineCode

/// What debug information says of one module: which addresses belong to which source lines, and
/// where its functions are. Addresses are those of the ELF file.
public struct LineTable: Sendable {
    /// A run of addresses that belong to one source line.
    public struct Row: Equatable, Sendable {
        /// The first address.
        public var address: UInt64
        /// The address behind the last one, above `address`.
        public var end: UInt64
        /// An index into ``LineTable/files``.
        public var file: Int32
        // A large program has millions of rows: line and mark share a word.
        @usableFromInline let lineAndMark: UInt32

        /// The line, from 1.
        @inlinable public var line: Int32 { Int32(truncatingIfNeeded: lineAndMark >> 1) }
        /// Whether the compiler marks the row as the start of a statement. Rows without the mark
        /// belong to a line, but do not make one known.
        @inlinable public var isStatement: Bool { lineAndMark & 1 != 0 }

        /// Makes a row of its fields.
        @inlinable
        public init(address: UInt64, end: UInt64, file: Int32, line: Int32, isStatement: Bool) {
            self.address = address
            self.end = end
            self.file = file
            lineAndMark = UInt32(truncatingIfNeeded: line) << 1 | (isStatement ? 1 : 0)
        }
    }

    /// A label in the source, which `goto` names.
    public struct Label: Hashable, Sendable {
        /// An index into ``LineTable/files``.
        public var file: Int32
        /// The line, from 1.
        public var line: Int32
        /// The address of the code behind it.
        public var address: UInt64

        /// Makes a label of its fields.
        public init(file: Int32, line: Int32, address: UInt64) {
            self.file = file
            self.line = line
            self.address = address
        }
    }

    /// A function that has code of its own.
    public struct Function: Equatable, Sendable {
        /// The name as people write it, demangled where that was asked for.
        public var name: String
        /// The name as the linker has it, which tells overloads apart.
        public var linkageName: String
        /// Further names that the linker has for it, where they were asked for.
        public var aliases: [String] = []
        /// An index into ``LineTable/files``, nil where the debug information names no file.
        public var file: Int32?
        /// The line of the declaration, 0 where it is not known.
        public var line: Int32
        /// The address at which it is entered.
        public var entry: UInt64
        /// The addresses of its code.
        public var ranges: [Range<UInt64>]
        /// Whether a compiler has made it of its own accord: what runs before main, or a member that
        /// nobody has written. Reports leave it out.
        public var isArtificial: Bool
        /// Whether the code is a part of the function that it goes on to, so that to enter it is no call.
        public var isPart: Bool
        /// Whether GCC compiled it, from C, C++ or Objective-C.
        public var isOfGCC: Bool

        /// Makes a function of its fields.
        public init(
            name: String, linkageName: String, file: Int32?, line: Int32, entry: UInt64,
            ranges: [Range<UInt64>], isArtificial: Bool = false, isPart: Bool = false,
            isOfGCC: Bool = false
        ) {
            self.name = name
            self.linkageName = linkageName
            self.file = file
            self.line = line
            self.entry = entry
            self.ranges = ranges
            self.isArtificial = isArtificial
            self.isPart = isPart
            self.isOfGCC = isOfGCC
        }

        /// Whether one of its names is wanted.
        ///
        /// - Parameter isWanted: by the name and the linkage name; an alias is both.
        public func isCalled(_ isWanted: (_ name: String, _ linkageName: String) -> Bool) -> Bool {
            isWanted(name, linkageName) || aliases.contains { isWanted($0, $0) }
        }

        /// Whether reports have it.
        var isReported: Bool { !isThunk && !isArtificial }

        /// Whether it is one that a C++ compiler makes beside a virtual function, for objects of another
        /// class: a thunk. It has the function's line, and is written nowhere.
        var isThunk: Bool {
            let name = linkageName.utf8Span.span
            guard name.count > 3, name[0] == UInt8(ascii: "_"), name[1] == UInt8(ascii: "Z"),
                name[2] == UInt8(ascii: "T")
            else { return false }
            switch name[3] {
            case UInt8(ascii: "h"), UInt8(ascii: "v"), UInt8(ascii: "c"): return true
            default: return false
            }
        }
    }

    /// Absolute, normalised paths of source files.
    public private(set) var files: [String]
    /// All rows, by address; of rows with one address, the last one has its bytes.
    public internal(set) var rows: [Row]
    /// The functions, by entry.
    public private(set) var functions: [Function]
    /// The labels that code jumps to, of languages of C's family.
    public var labels: [Label] = []
    /// Where the labels are, ascending.
    var labelAddresses: [UInt64] { labels.map(\.address).sorted() }
    /// The files that have functions of languages of C's family, by their indices.
    public var filesOfC: Set<Int32> = []
    /// The functions that were inlined somewhere; empty where they were not asked for.
    public let inlinedFunctions: [InlinedFunction]
    /// Where they were inlined.
    public let inlinedCalls: [InlinedCall]
    /// The instructions; nil where they were not asked for, or cannot be read.
    public var code: Code?
    /// The code where nothing in the file says which of ARM's two sets it is of: what was executed can say it.
    public var unmarkedCode: UnmarkedCode?
    /// What is known of functions that the code calls; nothing where that was not asked for.
    public var calls = CalledFunctions()
    /// Whether no part of the module was optimised, where the table is a part of one that tells; else its rows do.
    var isUnoptimised: Bool?
    /// Where the table is a part of one, the lines that have rows there, by the part's files.
    var linesOfWhole: [CountList<Int32>]?

    /// Makes a table; rows and functions may come in any order.
    public init(
        files: [String], rows: [Row], functions: [Function],
        inlinedFunctions: [InlinedFunction] = [], inlinedCalls: [InlinedCall] = []
    ) {
        self.files = files
        self.inlinedFunctions = inlinedFunctions
        self.inlinedCalls = inlinedCalls
        // Who reads them has mostly put them in order. The sort is stable, which keeps a unit's own
        // order of rows at one address.
        let isSorted = rows.indices.dropFirst()
            .allSatisfy { rows[$0 - 1].address <= rows[$0].address }
        self.rows = isSorted ? rows : rows.sorted { $0.address < $1.address }
        self.functions = functions.sorted { $0.entry < $1.entry }
    }

    /// The table with more functions, and with a file behind the others, if there is one.
    public func adding(_ functions: [Function], file: String?) -> LineTable {
        var table = self
        if let file { table.files.append(file) }
        table.functions = (table.functions + functions).sorted { $0.entry < $1.entry }
        return table
    }

    /// The table, whose functions have all of the linker's names for where they are entered.
    public func addingAliases(_ names: (_ entry: UInt64) -> [String]) -> LineTable {
        var table = self
        for (index, function) in functions.enumerated() {
            table.functions[index].aliases = names(function.entry).filter {
                $0 != function.linkageName
            }
        }
        return table
    }
}
