/// One entry of the block table: a run of guest instructions that was executed.
///
/// The file holds it in 8 bytes, little-endian: `u32 start, u16 size, u16 module id`.
public struct Block: Equatable, Sendable {
    /// The module id of a block that lies in no module; `start` is then the program counter cut to
    /// 32 bits.
    public static let noModule: UInt16 = 0xFFFF

    /// Bytes from the base that the format's version counts from (see ``Version``).
    public var start: UInt32
    /// Length in bytes.
    public var size: UInt16
    /// The `id` of a row of the module table, or ``noModule``.
    public var module: UInt16

    /// Makes an entry from its three fields.
    public init(start: UInt32, size: UInt16, module: UInt16) {
        self.start = start
        self.size = size
        self.module = module
    }
}
