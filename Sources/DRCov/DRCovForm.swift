/// Which of drcov's forms a trace is written in.
///
/// The first one, `DRCovForm()`, is what every known reader takes; each step away from it loses some.
public struct DRCovForm: Equatable, Sendable {
    /// How the block table is written.
    public enum Blocks: Sendable {
        /// 8 bytes a block.
        case binary
        /// A line a block.
        case text
    }

    /// From which address blocks count.
    public var version: DRCovVersion
    /// What is said of a module.
    public var table: TableVersion
    /// How the block table is written.
    public var blocks: Blocks
    /// Whether a table of hit counts follows the blocks.
    public var hasCounts: Bool
    /// Whether a table of the edges that were taken follows all else.
    public var hasEdges = false
    /// Whether a module has the columns that Windows has and Unix has not, with zeros in them.
    public var hasWindowsColumns = false

    /// Makes a form; where no table is named it is the one that the version is usual with: 2 with
    /// version 2, 5 with version 3.
    public init(
        version: DRCovVersion = .two, table: TableVersion? = nil, blocks: Blocks = .binary,
        hasCounts: Bool = false
    ) {
        self.version = version
        self.table = table ?? (version == .two ? .two : .five)
        self.blocks = blocks
        self.hasCounts = hasCounts
    }

    /// What the flavour line says. drcov2lcov takes `drcov-32` and `drcov-64` alone; hit counts have
    /// a flavour that does not tell the guest's width.
    public func flavor(is32Bit: Bool) -> StaticString {
        if hasCounts { return "drcov-hits" }
        return is32Bit ? "drcov-32" : "drcov-64"
    }
}

/// The number in the file's first line. It says from which address a block's `start` counts.
public enum DRCovVersion: Int, CaseIterable, Sendable {
    /// From the base of the module that contains the row, whichever of its rows the block names.
    case two = 2
    /// From the start of the row that the block names.
    case three = 3
}

/// The module tables that can be written, by their columns on Unix; a table of version 1 can only be
/// read.
public enum TableVersion: Int, CaseIterable, Sendable {
    /// `id, base, end, entry, path`
    case two = 2
    /// `id, containing_id, start, end, entry, path`
    case three = 3
    /// `id, containing_id, start, end, entry, offset, path`
    case four = 4
    /// `id, containing_id, start, end, entry, offset, preferred_base, path`
    case five = 5

    /// The names of the columns before the checksum and the path, as they stand in the file.
    var columns: StaticString {
        switch self {
        case .two: "id, base, end, entry"
        case .three: "id, containing_id, start, end, entry"
        case .four: "id, containing_id, start, end, entry, offset"
        case .five: "id, containing_id, start, end, entry, offset, preferred_base"
        }
    }
}
