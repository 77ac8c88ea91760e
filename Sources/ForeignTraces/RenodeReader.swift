public import Trace

extension TraceFormat {
    /// What Renode's execution tracer writes.
    public static let renode = TraceFormat("Renode execution trace")
}

/// Reads the binary traces of Renode's execution tracer, versions 1 to 5: each instruction with its address and, where
/// the trace has them, its bytes, and what it did. Instructions that stand one behind the other, and were executed so,
/// are one block.
public enum RenodeReader: TraceReader {
    /// Renode's execution traces.
    public static var format: TraceFormat { .renode }

    /// Whether the bytes begin with the format's name.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        bytes.has("ReTrace", at: 0, in: 0..<bytes.count)
    }

    /// The one recording that a trace is.
    ///
    /// - Parameter diagnose: Called for what cannot be read.
    /// - Throws: `ReadError` where the version is another, or there are no addresses.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        var entries = try RenodeEntries(bytes)
        var places = PlaceCounter()
        // What was executed last, as far as it goes on without a gap.
        var (start, end): (UInt64, UInt64) = (0, 0)
        func endRun() {
            if end > start { places.add(start, size: UInt32(end - start)) }
        }
        while let entry = entries.next(bytes, diagnose) {
            guard entry.size > 0 else {
                places.add(entry.address)
                continue
            }
            let isNext = entry.address == end && end > start && end - start < 1 << 15
            if !isNext {
                endRun()
                start = entry.address
            }
            end = entry.address &+ UInt64(entry.size)
            if end < entry.address { (start, end) = (0, 0) }
        }
        endRun()
        return [
            Recording(
                format: format, is32Bit: entries.addressSize == 4,
                places: places.places(ending: .branch))
        ]
    }
}

/// Why nothing of a trace of Renode's can be read.
public enum RenodeFault: Problem {
    /// The head is not whole.
    case noHead
    /// A version that is not known.
    case unknownVersion
    /// It has no addresses, but the instructions' bytes alone.
    case noAddresses

    /// What is wrong, as a part of a sentence.
    public var text: String {
        switch self {
        case .noHead: "the head of the trace is not whole"
        case .unknownVersion: "a version of Renode's traces other than 1 to 5"
        case .noAddresses: "no addresses: the trace has the instructions' bytes alone"
        }
    }
}

/// The instructions of a trace, one after the other.
private struct RenodeEntries {
    struct Entry {
        var address: UInt64
        /// Bytes of the instruction; 0 where the trace has none.
        var size: Int
    }

    let addressSize: Int
    private let hasOpcodes: Bool
    /// Whether instructions come in blocks that say which set they are of.
    private let hasBlocks: Bool
    private let version: UInt8
    private var offset: Int
    /// Instructions left of the block.
    private var left: UInt64 = 0

    init(_ bytes: Span<UInt8>) throws(ReadError) {
        guard bytes.count >= 10, bytes[9] <= 1 else {
            throw ReadError(cause: RenodeFault.noHead, position: .byte(min(9, bytes.count)))
        }
        version = bytes[7]
        guard (1...5).contains(version) else {
            throw ReadError(cause: RenodeFault.unknownVersion, position: .byte(7))
        }
        addressSize = Int(bytes[8])
        guard (1...8).contains(addressSize) else {
            throw ReadError(cause: RenodeFault.noAddresses, position: .byte(8))
        }
        hasOpcodes = bytes[9] == 1
        offset = 10
        guard hasOpcodes, version > 1 else {
            hasBlocks = false
            return
        }
        // Up to version 4 whether there are several sets, and one name; then how many there are, and their names.
        var names = 1
        guard bytes.count > offset else {
            throw ReadError(cause: RenodeFault.noHead, position: .byte(offset))
        }
        if version < 5 {
            hasBlocks = bytes[offset] == 1
        } else {
            names = Int(bytes[offset])
            hasBlocks = names > 1
        }
        offset += 1
        for _ in 0..<names {
            guard bytes.count > offset, bytes.count - offset > Int(bytes[offset]) else {
                throw ReadError(cause: RenodeFault.noHead, position: .byte(offset))
            }
            offset += 1 + Int(bytes[offset])
        }
    }

    /// The next one; nil at the end, and where nothing more can be read.
    mutating func next(_ bytes: Span<UInt8>, _ diagnose: (Diagnosis) -> Void) -> Entry? {
        guard offset < bytes.count else { return nil }
        let start = offset
        func room(_ count: Int) -> Bool { bytes.count - offset >= count }
        func cutShort() -> Entry? {
            diagnose(
                Diagnosis(BinaryTraceDamage.cutShort(bytes.count - start), at: .byte(start)))
            offset = bytes.count
            return nil
        }
        while hasBlocks, left == 0 {
            guard offset < bytes.count else { return nil }
            guard room(9) else { return cutShort() }
            left = bytes.number(at: offset + 1, size: 8)
            offset += 9
        }
        if hasBlocks { left -= 1 }
        guard room(addressSize) else { return cutShort() }
        var entry = Entry(address: bytes.number(at: offset, size: addressSize), size: 0)
        offset += addressSize
        if hasOpcodes {
            guard room(1), room(1 + Int(bytes[offset])) else { return cutShort() }
            entry.size = Int(bytes[offset])
            offset += 1 + entry.size
        }
        while true {
            guard room(1) else { return cutShort() }
            let kind = bytes[offset]
            if kind == 0 {
                offset += 1
                return entry
            }
            guard let size = additionalSize(kind, bytes) else {
                if (1...4).contains(kind) { return cutShort() }
                diagnose(
                    Diagnosis(BinaryTraceDamage.unknownEntry(Int(kind)), at: .byte(offset)))
                offset = bytes.count
                return nil
            }
            guard room(1 + size) else { return cutShort() }
            offset += 1 + size
        }
    }

    /// Bytes of what an instruction did, behind the byte that says what it is; nil where that is not known.
    private func additionalSize(_ kind: UInt8, _ bytes: Span<UInt8>) -> Int? {
        switch kind {
        // A memory access: what it is, address, value, and from version 4 on the physical address.
        case 1: return version < 4 ? 17 : 25
        // RISC-V's vector configuration: two numbers.
        case 2: return 16
        // RISC-V's atomic instructions: three bytes, the second of which says how wide four numbers are.
        case 3:
            guard bytes.count - offset > 2 else { return nil }
            switch bytes[offset + 2] {
            case 2: return 3 + 16
            case 3: return 3 + 32
            default: return 3 + 64
            }
        // Registers: when, how many, and of each the name and the value with their sizes before.
        case 4:
            guard bytes.count - offset > 2 else { return nil }
            var place = offset + 3
            for _ in 0..<2 * Int(bytes[offset + 2]) {
                guard place < bytes.count else { return nil }
                place += 1 + Int(bytes[place])
            }
            return place - offset - 1
        default: return nil
        }
    }
}
