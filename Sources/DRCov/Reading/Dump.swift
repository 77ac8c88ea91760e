/// One complete drcov dump: what one process reported at one moment. A file may hold several.
///
/// A dump that was read says where in the file its blocks stand, and does not hold them.
public struct Dump: Equatable, Sendable {
    /// From which address the blocks count.
    public var version: Version
    /// The text of the flavour line, such as `drcov-64`.
    public var flavor: [UInt8]
    /// The version of the module table, 1 to 5.
    public var tableVersion: Int
    /// What the `Columns:` line names; empty where there is none.
    public var columns: [UInt8] = []
    /// The rows of the module table in the file's order. No two have one id; a containing id is a
    /// row's; ends are exclusive.
    public var modules: [Module]
    /// The blocks in the file's order, duplicates included.
    public var blocks: BlockTable
    /// How often each block was executed, where the file says so.
    public var counts: HitTable?
    /// In what the file differs from what DynamoRIO writes.
    public var oddities: Oddities = []
    /// The bytes of the file from the dump's first to its last.
    public var extent = 0..<0

    /// Makes a dump of its parts.
    public init(
        version: Version, flavor: [UInt8], tableVersion: Int, modules: [Module], blocks: BlockTable,
        counts: HitTable? = nil
    ) {
        self.version = version
        self.flavor = flavor
        self.tableVersion = tableVersion
        self.modules = modules
        self.blocks = blocks
        self.counts = counts
    }

    /// Makes a dump whose blocks are in no file.
    public init(
        version: Version, flavor: [UInt8], tableVersion: Int, modules: [Module], blocks: [Block]
    ) {
        self.init(
            version: version, flavor: flavor, tableVersion: tableVersion, modules: modules,
            blocks: .list(blocks))
    }
}
