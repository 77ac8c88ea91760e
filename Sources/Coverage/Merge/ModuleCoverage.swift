/// What runs executed of one module: an executable or a library, wherever it was loaded.
public struct ModuleCoverage: Equatable, Sendable {
    /// The file's path as the recorder saw it; of several paths of one file, the first in order.
    public var path: String
    /// Bytes from the module's base to its end in memory.
    public var size: UInt64
    /// The lowest guest address of all runs at which the module was loaded.
    public var base: UInt64
    /// Bytes from the base to the entry point; nil where no run knows it.
    public var entry: UInt64?
    /// The smallest module id that a run gave it, which puts the main program first.
    public var rank: Int
    /// The executed blocks, by their offset from the base.
    public var blocks: BlockSet
}
