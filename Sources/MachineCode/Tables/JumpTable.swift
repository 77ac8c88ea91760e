/// A table of the places that one jump leads to, as compilers make of a `switch`.
public struct JumpTable: Equatable, Sendable {
    /// Where its first entry stands.
    public var start: UInt64
    /// Bytes of an entry: 1, 2, 4 or 8.
    public var entrySize: Int
    /// Whether an entry can be negative.
    public var isSigned = true
    /// What is added to an entry.
    public var base: UInt64 = 0
    /// By how many bits an entry is shifted before.
    public var shift = 0
    /// How many entries it has.
    public var count: Int
    /// Whether entries are instructions themselves, which are jumped to.
    public var isCode = false

    /// Whether the lowest bit of what an entry says is no part of the address.
    public var hasThumbBit = false

    /// More cases than anybody writes.
    static let largest = 1 << 16

    /// The places that it leads to, in its order.
    ///
    /// - Parameter data: what stands at an address, of so many bytes, low byte first; nil where nothing does.
    public func targets(_ data: (UInt64, Int) -> UInt64?) -> [UInt64]? {
        var targets: [UInt64] = []
        targets.reserveCapacity(count)
        for index in 0..<count {
            let place = start &+ UInt64(index * entrySize)
            if isCode {
                targets.append(place)
                continue
            }
            guard var entry = data(place, entrySize) else { return nil }
            let bits = entrySize * 8
            if isSigned, bits < 64, entry >> UInt64(bits - 1) & 1 == 1 {
                entry |= ~0 << UInt64(bits)
            }
            let target = base &+ entry << UInt64(shift)
            targets.append(hasThumbBit ? target & ~1 : target)
        }
        return targets
    }
}

/// Reads the instructions before a jump through a table, each behind the one before, for what they say of the
/// table: the number that is compared with, and registers that are given an address.
protocol JumpTableReader {
    /// Takes the next instruction.
    mutating func read(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64)

    /// The table of the instruction that was taken last; nil where it is none.
    var table: JumpTable? { get }

    /// Where that instruction leads if it is a call through a register; nil where it is none, or that is not known.
    var callTarget: UInt64? { get }

    /// Whether that instruction jumps to an address as it was loaded from memory, with nothing added: a computed `goto`. False
    /// where that is not known.
    var jumpsToLoaded: Bool { get }

    /// The addresses that instructions have given to registers, in their order.
    var addresses: [UInt64] { get }
}

extension JumpTableReader {
    var callTarget: UInt64? { nil }
    var jumpsToLoaded: Bool { false }
    var addresses: [UInt64] { [] }
}

/// What was read of a jump's table, or of a call, and before it.
private struct LastJump {
    var table: JumpTable?
    var callTarget: UInt64?
    var jumpsToLoaded: Bool
    var addresses: [UInt64]
}

extension Code {
    /// The table of the jump that a range ends with; nil where it is not understood.
    ///
    /// - Parameter range: begins with an instruction, where the registers' values are not known yet.
    public func jumpTable(in range: Range<UInt64>) -> JumpTable? {
        guard let table = lastJump(of: range)?.table, table.count > 0,
            table.count <= JumpTable.largest
        else { return nil }
        return table
    }

    /// Where the call through a register leads that a range ends with; nil where it is not known.
    ///
    /// - Parameter range: as for ``jumpTable(in:)``.
    public func callTarget(in range: Range<UInt64>) -> UInt64? { lastJump(of: range)?.callTarget }

    /// Whether the jump that a range ends with leads to an address as it was loaded from memory.
    ///
    /// - Parameter range: as for ``jumpTable(in:)``.
    public func jumpsToLoaded(in range: Range<UInt64>) -> Bool {
        lastJump(of: range)?.jumpsToLoaded ?? false
    }

    /// The addresses that the instructions of a range give to registers.
    public func addresses(in range: Range<UInt64>) -> [UInt64] {
        lastJump(of: range)?.addresses ?? []
    }

    /// What was read of a range, up to its end.
    private func lastJump(of range: Range<UInt64>) -> LastJump? {
        guard let (set, bytes, start) = part(range) else { return nil }
        return switch set {
        case .x8664: read(start, X86Tables(is64Bit: true), set, bytes)
        case .i386: read(start, X86Tables(is64Bit: false), set, bytes)
        case .aarch64: read(start, AArch64Tables(), set, bytes)
        case .arm: read(start, ARMTables(), set, bytes)
        case .thumb: read(start, ThumbTables(), set, bytes)
        case .riscv32, .riscv64: read(start, RISCVTables(is64Bit: set == .riscv64), set, bytes)
        default: nil
        }
    }

    private func read<Reader: JumpTableReader>(
        _ start: UInt64, _ reader: Reader, _ set: InstructionSet, _ bytes: [UInt8]
    ) -> LastJump {
        var walk = TableWalk(tables: reader, bytes: bytes, start: start)
        set.walk(&walk)
        let tables = walk.tables
        return LastJump(
            table: tables.table, callTarget: tables.callTarget,
            jumpsToLoaded: tables.jumpsToLoaded, addresses: tables.addresses)
    }
}

private struct TableWalk<Tables: JumpTableReader>: InstructionWalk {
    var tables: Tables
    let bytes: [UInt8]
    let start: UInt64

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        var (instructions, tables, at) = (reader, self.tables, 0)
        let (start, all) = (start, bytes)
        let bytes = all.span
        while at < bytes.count {
            let length = instructions.length(bytes, at: at)
            guard length > 0 else { return }
            tables.read(bytes, at: at, length: length, address: start + UInt64(at))
            at += length
        }
        self.tables = tables
    }
}
