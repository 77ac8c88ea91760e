#if hasFeature(Embedded)
    import TraceEmbedded
#else
    import Trace
#endif

/// What is kept of a distinct block: its place in its module, decided when it was first translated,
/// and what is needed to cut it right when it is written.
public struct BlockRecord {
    /// The guest address of the first byte.
    public var address: UInt64
    /// Bytes from the module's base; where there is no module, the address cut to 32 bits.
    public var start: UInt32
    /// Length in bytes.
    public var size: UInt16
    /// The module's id, or `Block.noModule`.
    public var module: UInt16
    /// See ``PageEnd``.
    public var pageEnd: PageEnd
    /// How many bytes at its end no run of it has come to; 0 where that is not looked at.
    public var unreached: UInt16 = 0

    /// A block in no module.
    public init(address: UInt64, size: UInt16, pageEnd: PageEnd) {
        self.address = address
        start = UInt32(truncatingIfNeeded: address)
        self.size = size
        module = Block.noModule
        self.pageEnd = pageEnd
    }

    /// Its fields as they stand in a journal (``Layout/Block``).
    public init(
        address: UInt64, start: UInt32, size: UInt16, module: UInt16, pageEnd: PageEnd,
        unreached: UInt16
    ) {
        self.address = address
        self.start = start
        self.size = size
        self.module = module
        self.pageEnd = pageEnd
        self.unreached = unreached
    }
}
