/// What is kept of a distinct block: its place in its module, decided when it was first translated,
/// and what is needed to cut it right when it is written.
struct BlockRecord: BitwiseCopyable {
    /// The guest address of the first byte.
    var address: UInt64
    /// Bytes from the module's base; where there is no module, the address cut to 32 bits.
    var start: UInt32
    /// Length in bytes.
    var size: UInt16
    /// The module's id, or `Block.noModule`.
    var module: UInt16
    /// See ``PageEnd``.
    var pageEnd: PageEnd
}
