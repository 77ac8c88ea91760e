public import Trace

extension TraceFormat {
    /// A log of QEMU's own (`-d exec,nochain,in_asm -D FILE`).
    public static let qemuLog = TraceFormat("QEMU log")
}

/// Reads logs of QEMU's `-d exec` (with `nochain` all executions are there), `-d in_asm`, and both together, with
/// whatever else is in the log.
///
/// With `in_asm`, each translation is there with its instructions before it is first executed; so blocks have sizes.
/// Without `exec`, what was translated is taken for executed.
public enum QEMULogReader: TraceReader {
    /// QEMU's logs.
    public static var format: TraceFormat { .qemuLog }

    /// Whether the bytes begin as a log does: with an execution, a translation, or what QEMU logs before these, and
    /// then one of them.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        var lines = TextLines()
        var isFirst = true
        while let line = lines.next(bytes.extracting(0..<min(bytes.count, 1 << 14))) {
            if bytes.has("Trace ", at: line.lowerBound, in: line) {
                // What comes from a pipe can end within the line.
                return LoggedExecution(line, bytes) != nil
                    || line.upperBound == bytes.count && beginsExecution(line, bytes)
            }
            if bytes.has("IN:", at: line.lowerBound, in: line) { return !isFirst }
            guard !isFirst || isHead(line, bytes) else { return false }
            isFirst = false
        }
        return false
    }

    private static func beginsExecution(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard let (_, colon) = bytes.number(at: line.lowerBound + 6, in: line, base: 10) else {
            return false
        }
        return bytes.has(": 0x", at: colon, in: line)
    }

    /// What a log can begin with that is not an execution.
    private static func isHead(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let heads: [StaticString] = [
            "----------------", "host mmap_min_addr", "Locating guest address space",
            "guest_base", "Reserved 0x", "page layout changed", "PROLOGUE:", "CPU Reset",
            "Linking TBs",
        ]
        return heads.contains { bytes.has($0, at: line.lowerBound, in: line) }
    }

    /// The one recording that a log is.
    ///
    /// - Parameter diagnose: Called for executions that cannot be read.
    /// - Throws: `ReadError` where there is neither an execution nor a translation.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        var lines = TextLines()
        var log = QEMULog()
        var bad = LeftOutLines()
        while let line = lines.next(bytes) {
            if !log.take(line, bytes) { bad.add(lines.position) }
        }
        bad.report(QEMULogDamage.badLines, diagnose)
        let (places, hasExecutions) = log.finish()
        guard !places.list.isEmpty || hasExecutions else {
            throw ReadError(cause: QEMULogFault.nothing, position: lines.position)
        }
        return [
            Recording(
                format: format, places: places, lacks: hasExecutions ? [] : [.executions])
        ]
    }
}

/// What of a log is damaged.
public enum QEMULogDamage: Damage {
    /// Lines that begin as an execution and are none, the first of them at the place: left out.
    case badLines(Int)

    /// What is damaged, as a part of a sentence.
    public var text: String {
        switch self {
        case .badLines(1): "not an execution ('Trace N: 0xHOST [CS_BASE/PC/FLAGS/CFLAGS]')"
        case .badLines(let count):
            "the first of \(count) lines that begin as an execution and are none"
        }
    }

    /// What was done about it.
    public var treatment: String { "left out" }
}

/// Why nothing of a log can be read.
public enum QEMULogFault: Problem {
    /// It has neither an execution nor a translation.
    case nothing

    /// What is wrong, as a part of a sentence.
    public var text: String {
        "no execution and no translation in the log: use -d exec,nochain,in_asm"
    }
}

/// An execution of a block: `Trace N: 0xHOST [CS_BASE/PC/FLAGS/CFLAGS] SYMBOL`. Before QEMU 7 there were no CFLAGS.
struct LoggedExecution {
    /// The number of the thread or processor.
    let thread: UInt64
    /// Where QEMU has the block's code.
    let host: UInt64
    /// The block's guest address.
    let address: UInt64
    /// The name of the function that QEMU knows the address to be in; empty where it knows none.
    let function: Range<Int>
    /// Whether it is the second run of an instruction that accesses a device, as a translation of its own: no block.
    let isRepetition: Bool

    /// Nil where the line is none.
    init?(_ line: Range<Int>, _ bytes: Span<UInt8>) {
        let start = line.lowerBound + 6
        guard bytes.has("Trace ", at: line.lowerBound, in: line),
            let (thread, colon) = bytes.number(at: start, in: line, base: 10),
            bytes.has(": 0x", at: colon, in: line),
            let (host, space) = bytes.number(at: colon + 4, in: line, base: 16),
            bytes.has(" [", at: space, in: line),
            let (first, slash) = bytes.number(at: space + 2, in: line, base: 16),
            bytes.has("/", at: slash, in: line),
            let (address, next) = bytes.number(at: slash + 1, in: line, base: 16)
        else { return nil }
        _ = first
        var (end, flags): (Int, UInt64) = (next, 0)
        for number in 0..<2 where bytes.has("/", at: end, in: line) {
            let start = end + (bytes.has("/0x", at: end, in: line) ? 3 : 1)
            guard let (value, place) = bytes.number(at: start, in: line, base: 16) else {
                return nil
            }
            if number == 1 { flags = value }
            end = place
        }
        guard bytes.has("]", at: end, in: line) else { return nil }
        (self.thread, self.host, self.address) = (thread, host, address)
        let name = bytes.has("] ", at: end, in: line) ? end + 2 : line.upperBound
        function = name..<line.upperBound
        isRepetition = flags & LoggedExecution.memoryOnly != 0
    }

    /// CF_MEMI_ONLY among a translation's CFLAGS, as QEMU numbers it from 8.0 on; before, the bit has no meaning.
    private static let memoryOnly: UInt64 = 0x1000
}
