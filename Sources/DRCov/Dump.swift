/// One complete drcov dump: what one process reported at one moment. A file may hold several.
public struct Dump: Equatable, Sendable {
    /// From which address the blocks count.
    public var version: Version
    /// The text of the flavour line, such as `drcov-64`.
    public var flavor: [UInt8]
    /// The version of the module table, 1 to 5.
    public var tableVersion: Int
    /// The rows of the module table in the file's order.
    public var modules: [Module]
    /// The blocks in the file's order, duplicates included.
    public var blocks: [Block]

    /// Makes a dump of its parts.
    public init(
        version: Version, flavor: [UInt8], tableVersion: Int, modules: [Module], blocks: [Block]
    ) {
        self.version = version
        self.flavor = flavor
        self.tableVersion = tableVersion
        self.modules = modules
        self.blocks = blocks
    }
}
