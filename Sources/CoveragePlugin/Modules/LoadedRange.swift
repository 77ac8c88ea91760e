import TraceEmbedded

/// A stretch of guest addresses and what lies there.
struct LoadedRange {
    /// The first address, and the one behind the last.
    var start: UInt64
    var end: UInt64
    /// What a block's offset counts from.
    var base: UInt64
    /// The number of the file in ``ModuleMap/files``; nil for memory in which no file is mapped.
    var file: Int?
    /// The file's row in the module table, `Block.noModule` where there is none.
    var module = Block.noModule
    /// How often the guest had mapped memory when the range was found to have no file; where it has one,
    /// more often than it ever can.
    var mappings = UInt64.max

    func contains(_ address: UInt64) -> Bool { address >= start && address < end }
}
