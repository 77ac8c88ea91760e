/// A run of guest instructions that was executed.
public struct Block: Equatable, Sendable {
    /// The module id of a block that lies in no module; `start` is then the program counter cut to
    /// 32 bits.
    public static let noModule: UInt16 = 0xFFFF
    /// Modules that a recording may have for traces to be merged: drcov has 65,535 ids, and merging needs
    /// two of the numbers itself.
    public static let mostModules = 65_533
    /// Bytes of a block in a number (see ``packed``).
    public static let packedSize = 8

    /// Bytes from the address that the recording's blocks count from (`Recording.starts`).
    public var start: UInt32
    /// Length in bytes.
    public var size: UInt16
    /// The `id` of a row of the module table, or ``noModule``.
    public var module: UInt16

    /// Makes a block of its three fields.
    @inlinable
    public init(start: UInt32, size: UInt16, module: UInt16) {
        self.start = start
        self.size = size
        self.module = module
    }

    /// The block as one number of 64 bits: `start` in the lower 32, `size` in the 16 above, and `module`
    /// in the highest. As 8 bytes, little-endian, it is the entry of a drcov file's table.
    @inlinable
    public var packed: UInt64 { UInt64(start) | UInt64(size) << 32 | UInt64(module) << 48 }

    /// The block as a number whose order is that of modules, then starts, then sizes; what is in no module
    /// comes last.
    @inlinable
    public var sortKey: UInt64 { UInt64(module) << 48 | UInt64(start) << 16 | UInt64(size) }

    /// The block of which ``sortKey`` gives the number.
    @inlinable
    public init(sortKey: UInt64) {
        self.init(
            start: UInt32(truncatingIfNeeded: sortKey >> 16),
            size: UInt16(truncatingIfNeeded: sortKey),
            module: UInt16(truncatingIfNeeded: sortKey >> 48))
    }

    /// The block that is packed into a number as ``packed`` gives it.
    @inlinable
    public init(packed: UInt64) {
        self.init(
            start: UInt32(truncatingIfNeeded: packed),
            size: UInt16(truncatingIfNeeded: packed >> 32),
            module: UInt16(truncatingIfNeeded: packed >> 48))
    }
}
