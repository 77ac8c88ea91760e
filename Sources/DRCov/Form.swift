/// Which of drcov's forms a trace is written in.
///
/// The first one, `Form()`, is what every known reader takes; each step away from it loses some.
public struct Form: Equatable, Sendable {
    /// How the block table is written.
    public enum Blocks: Sendable {
        /// 8 bytes a block.
        case binary
        /// A line a block.
        case text
    }

    /// From which address blocks count.
    public var version: Version
    /// What is said of a module.
    public var table: TableVersion
    /// How the block table is written.
    public var blocks: Blocks
    /// Whether a table of hit counts follows the blocks.
    public var hasCounts: Bool
    /// Whether a module has the columns that Windows has and Unix has not, with zeros in them.
    public var hasWindowsColumns = false

    /// Makes a form; where no table is named it is the one that the version is usual with: 2 with
    /// version 2, 5 with version 3.
    public init(
        version: Version = .two, table: TableVersion? = nil, blocks: Blocks = .binary,
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
