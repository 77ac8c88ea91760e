/// How code leaves by its last instruction, for who has some instructions and no file: the plugin, of which
/// ``Code`` and ``InstructionSet`` are no part.
public enum LastInstruction: Sendable {
    /// x86 of 64 bits, and of 32.
    case x8664, i386
    /// ARM of 64 bits, and of 32 with instructions of 4 bytes, and with those of 2 or 4.
    case aarch64, arm, thumb
    /// RISC-V of 64 bits, and of 32.
    case riscv64, riscv32
    /// z/Architecture.
    case s390x

    /// How many instructions before a last one can say that it depends on a condition.
    public var mostBefore: Int {
        if case .thumb = self { return 4 }
        return 0
    }

    /// How the last of some instructions leaves; nil where it goes on, or is not known.
    ///
    /// - Parameters:
    ///   - bytes: instructions, one behind the other; of more than ``mostBefore`` before the last nothing is
    ///     learned.
    ///   - end: the address behind them.
    public func branch(of bytes: Span<UInt8>, endingAt end: UInt64) -> Branch? {
        switch self {
        case .x8664: LastInstruction.branch(X86(is64Bit: true), bytes, end)
        case .i386: LastInstruction.branch(X86(is64Bit: false), bytes, end)
        case .aarch64: LastInstruction.branch(AArch64(), bytes, end)
        case .arm: LastInstruction.branch(ARM(), bytes, end)
        case .thumb: LastInstruction.branch(Thumb(), bytes, end)
        case .riscv64: LastInstruction.branch(RISCV(is64Bit: true), bytes, end)
        case .riscv32: LastInstruction.branch(RISCV(is64Bit: false), bytes, end)
        case .s390x: LastInstruction.branch(S390(), bytes, end)
        }
    }

    private static func branch<Reader: InstructionReader>(
        _ fresh: Reader, _ bytes: Span<UInt8>, _ end: UInt64
    ) -> Branch? {
        var (reader, at) = (fresh, 0)
        while at < bytes.count {
            let length = reader.length(bytes, at: at)
            guard length > 0 else { return nil }
            if at + length == bytes.count {
                return reader.branch(
                    bytes, at: at, length: length, address: end &- UInt64(length))
            }
            at += length
        }
        return nil
    }
}
