/// What one process reported that it executed. A file may hold several recordings.
///
/// A recording that was read says where in the file its blocks stand, and need not hold them.
public struct Recording: Sendable {
    /// The address that blocks' starts count from.
    public enum Starts: Sendable {
        /// The base of the module that contains the row which the block names.
        case module
        /// The start of the row that the block names.
        case row
        /// Zero: starts are addresses cut to 32 bits, and the block is in its row if its address is.
        case zero
    }

    /// What kind of file it was read from.
    public var format: TraceFormat
    /// Whether the guest is a 32-bit one; nil if the file does not say so.
    public var is32Bit: Bool?
    /// The address that blocks' starts count from.
    public var starts: Starts
    /// The rows of the module table in the file's order. No two have one id; a containing id is a
    /// row's; ends are exclusive.
    public var modules: [Module]
    /// The blocks in the file's order, duplicates included.
    public var blocks: BlockTable
    /// How often each block was executed, if the file says so.
    public var counts: HitTable?
    /// The edges that were taken (`JumpEdge.entry`), if the file says so.
    public var edges: BlockTable?
    /// Whether there may be more: the recording is of several runs, and not all of them say which edges they
    /// took.
    public var hasPartialEdges = false
    /// What was executed where the format knows no modules, or no sizes: ``blocks`` is then what is certain of it.
    public var places: ExecutedPlaces?
    /// What the format does not say.
    public var lacks: [Lack] = []

    /// Makes a recording of its parts.
    public init(
        format: TraceFormat, is32Bit: Bool?, starts: Starts = .module, modules: [Module],
        blocks: BlockTable, counts: HitTable? = nil, edges: BlockTable? = nil
    ) {
        self.format = format
        self.is32Bit = is32Bit
        self.starts = starts
        self.modules = modules
        self.blocks = blocks
        self.counts = counts
        self.edges = edges
    }

    /// The path of the module that stands first, which is the program.
    public var program: [UInt8] { modules.first?.path ?? [] }
}
