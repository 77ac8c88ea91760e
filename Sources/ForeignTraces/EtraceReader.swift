public import Trace

extension TraceFormat {
    /// What Xilinx's QEMU writes with `-etrace FILE`.
    public static let etrace = TraceFormat("qemu-etrace file")
}

/// Reads etrace files: records of a type, the number of a processor and a length, and then their contents. Those of
/// executions say from where to where code was executed.
public enum EtraceReader: TraceReader {
    /// Files of `-etrace`.
    public static var format: TraceFormat { .etrace }

    /// What a record can be: an execution, a translation, a note, a memory access, the processors, a barrier, events, and
    /// the information at the beginning.
    private enum Record: UInt64 {
        case execution = 1, translation, note, memory, processor, barrier, oldEvent, event
        case information = 0x4554
    }

    private static let headSize = 8

    /// Whether the bytes begin with the record of information, which has 12 bytes: flags, and a version of 0.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= headSize + 12 && bytes.number(at: 0, size: 2) == Record.information.rawValue
            && bytes.number(at: 4, size: 4) >= 12 && bytes.number(at: 4, size: 4) < 256
            && bytes.number(at: 16, size: 2) == 0
    }

    /// The one recording that a file is.
    ///
    /// - Parameter diagnose: Called for what cannot be read.
    /// - Throws: `ReadError` where no record says how wide addresses are.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        guard recognises(bytes) else {
            throw ReadError(cause: EtraceFault.notEtrace, position: .byte(0))
        }
        let isChained = bytes.number(at: headSize, size: 8) & 1 != 0
        var places = PlaceCounter()
        var addressSize: Int?
        var (offset, isUnknown, isPartial) = (0, false, false)
        while offset < bytes.count {
            let left = bytes.count - offset
            let length =
                left < headSize ? left : headSize + Int(bytes.number(at: offset + 4, size: 4))
            let content = offset + headSize
            let end = min(offset + length, bytes.count)
            // What is there of the last record counts as far as it goes.
            if length > left || left < headSize {
                diagnose(Diagnosis(BinaryTraceDamage.cutShort(left), at: .byte(offset)))
                if left < headSize { break }
            }
            let type = bytes.number(at: offset, size: 2)
            switch Record(rawValue: type) {
            case .processor where end - content >= 5:
                addressSize = bytes[content + 4] == 32 ? 4 : 8
            case .execution:
                guard let size = addressSize else {
                    throw ReadError(cause: EtraceFault.noProcessor, position: .byte(offset))
                }
                let isWhole = add(content..<end, size, isChained, bytes, &places)
                if !isWhole, !isPartial, length <= left {
                    diagnose(Diagnosis(EtraceDamage.partialEntry, at: .byte(offset)))
                    isPartial = true
                }
            case nil:
                if !isUnknown {
                    diagnose(
                        Diagnosis(EtraceDamage.unknownRecord(Int(type)), at: .byte(offset)))
                }
                isUnknown = true
            default: break
            }
            offset = end
        }
        guard let addressSize else {
            throw ReadError(cause: EtraceFault.noProcessor, position: .byte(bytes.count))
        }
        return [
            Recording(
                format: format, is32Bit: addressSize == 4,
                places: places.places(isCounted: !isChained, ending: .branch),
                lacks: isChained ? [.chained] : [])
        ]
    }

    /// The time, and then for each execution how long it took, where it began and where it ended. False where the
    /// contents end within one.
    private static func add(
        _ content: Range<Int>, _ size: Int, _ isChained: Bool, _ bytes: Span<UInt8>,
        _ places: inout PlaceCounter
    ) -> Bool {
        var offset = content.lowerBound + 8
        while offset + 4 + 2 * size <= content.upperBound {
            let start = bytes.number(at: offset + 4, size: size)
            let end = bytes.number(at: offset + 4 + size, size: size)
            // An end before the start, or far from it, is none; nor is that of other blocks that were chained.
            let isEnd = !isChained && end >= start && end - start <= UInt64(UInt16.max)
            let length = isEnd ? end - start : 0
            places.add(start, size: UInt32(length))
            offset += 4 + 2 * size
        }
        return offset == content.upperBound
    }
}

/// What of an etrace file is damaged.
public enum EtraceDamage: Damage {
    /// A record of a type that is not known, the first of them at the place: left out.
    case unknownRecord(Int)
    /// A record of executions whose length is not that of whole ones, the first of them at the place.
    case partialEntry

    /// What is damaged, as a part of a sentence.
    public var text: String {
        switch self {
        case .unknownRecord(let type): "a record of the unknown type \(type)"
        case .partialEntry: "a record that ends within an execution"
        }
    }

    /// What was done about it.
    public var treatment: String {
        switch self {
        case .unknownRecord: "left out, as all of unknown types"
        case .partialEntry: "that execution is left out, as all that are not whole"
        }
    }
}

/// Why nothing of an etrace file can be read.
public enum EtraceFault: Problem {
    /// It does not begin with a record of information, version 0.
    case notEtrace
    /// No record says how wide addresses are.
    case noProcessor

    /// What is wrong, as a part of a sentence.
    public var text: String {
        switch self {
        case .notEtrace: "not an etrace file of version 0"
        case .noProcessor: "no record before says how wide addresses are"
        }
    }
}
