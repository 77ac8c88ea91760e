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

    /// A function that has code of its own.
    public struct Function: Equatable, Sendable {
        /// The name as people write it, demangled where that was asked for.
        public var name: String
        /// The name as the linker has it, which tells overloads apart.
        public var linkageName: String
        /// An index into ``LineTable/files``, nil where the debug information names no file.
        public var file: Int32?
        /// The line of the declaration, 0 where it is not known.
        public var line: Int32
        /// The address at which it is entered.
        public var entry: UInt64
        /// The addresses of its code.
        public var ranges: [Range<UInt64>]

        /// Makes a function of its fields.
        public init(
            name: String, linkageName: String, file: Int32?, line: Int32, entry: UInt64,
            ranges: [Range<UInt64>]
        ) {
            self.name = name
            self.linkageName = linkageName
            self.file = file
            self.line = line
            self.entry = entry
            self.ranges = ranges
        }

        /// Whether it is one that a C++ compiler makes beside a virtual function, for objects of another
        /// class: a thunk. It has the function's line, and is written nowhere.
        var isThunk: Bool {
            let start = linkageName.utf8.prefix(4)
            return start.count == 4 && start.starts(with: "_ZT".utf8)
                && start.last.map("hvc".utf8.contains) == true
        }
    }

    /// Absolute, normalised paths of source files.
    public let files: [String]
    /// All rows, by address; of rows with one address, the last one has its bytes.
    public let rows: [Row]
    /// The functions, by entry.
    public let functions: [Function]
    /// The functions that were inlined somewhere; empty where they were not asked for.
    public let inlinedFunctions: [InlinedFunction]
    /// Where they were inlined.
    public let inlinedCalls: [InlinedCall]
    /// The instructions; nil where they were not asked for, or cannot be read.
    public var code: Code?
    /// What is known of functions that the code calls; nothing where that was not asked for.
    public var calls = CalledFunctions()

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
        let isSorted = zip(rows, rows.dropFirst()).allSatisfy { $0.address <= $1.address }
        self.rows = isSorted ? rows : rows.sorted { $0.address < $1.address }
        self.functions = functions.sorted { $0.entry < $1.entry }
    }
}
