/// Reads instructions of one set, each behind the one before.
///
/// To add a set, write one and name it in ``InstructionSet``.
protocol InstructionReader {
    /// Bytes of the instruction that begins at `offset`, which is in `bytes`; 0 where none begins there, or
    /// its end is not in `bytes`.
    mutating func length(_ bytes: Span<UInt8>, at offset: Int) -> Int

    /// How the instruction leaves whose length was asked for last.
    ///
    /// - Parameters:
    ///   - length: of the instruction, all of which is in `bytes`.
    ///   - address: what stands for `offset` in memory.
    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch?

    /// Whether the instruction is the one that compilers write where a statement does nothing, or what else no function's
    /// end begins with.
    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool

    /// Whether the instruction is the one that compilers write where a statement does nothing.
    func isNothing(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool

    /// Whether the instruction, which leaves, is one that must never be executed.
    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool
}

extension InstructionReader {
    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool { false }
    func isNothing(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        isStatement(bytes, at: offset, length: length)
    }
    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool { false }
}

extension Span<UInt8> {
    /// The number of 2 bytes at `offset`, low byte first; 0 where they are not all there.
    @inline(__always)
    func little16(at offset: Int) -> UInt32 {
        guard offset + 2 <= count else { return 0 }
        return UInt32(self[offset]) | UInt32(self[offset + 1]) << 8
    }

    /// The number of 4 bytes at `offset`, low byte first; 0 where they are not all there.
    @inline(__always)
    func little32(at offset: Int) -> UInt32 {
        guard offset + 4 <= count else { return 0 }
        return little16(at: offset) | little16(at: offset + 2) << 16
    }

    /// The number of 2 bytes at `offset`, high byte first; 0 where they are not all there.
    @inline(__always)
    func big16(at offset: Int) -> UInt32 { little16(at: offset).byteSwapped >> 16 }

    /// The number of 4 bytes at `offset`, high byte first; 0 where they are not all there.
    @inline(__always)
    func big32(at offset: Int) -> UInt32 { little32(at: offset).byteSwapped }
}

extension UInt32 {
    /// The `count` bits from bit `low` on.
    func bits(_ low: UInt32, _ count: UInt32) -> UInt32 {
        (self << (32 - low - count)) >> (32 - count)
    }

    /// The number that the lowest `count` bits are in two's complement, for adding to an address.
    func signed(_ count: UInt32) -> UInt64 {
        UInt64(bitPattern: Int64(Int32(bitPattern: self << (32 - count)) >> Int32(32 - count)))
    }
}
