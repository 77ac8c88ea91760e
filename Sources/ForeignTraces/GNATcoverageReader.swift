public import Trace

extension TraceFormat {
    /// What GNATcoverage's recorders write.
    public static let gnatcoverage = TraceFormat("GNATcoverage trace")
}

/// Reads GNATcoverage's execution traces, flat and with history: a section of information, which names the program, and
/// one of entries, each an address, a size, and what was done there. So they have blocks, and which ways the jumps at
/// their ends went.
public enum GNATcoverageReader: TraceReader {
    /// GNATcoverage's traces.
    public static var format: TraceFormat { .gnatcoverage }

    private static let magic: StaticString = "#QEMU-Traces"

    /// Whether the bytes begin with a section's head, well or badly.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        bytes.has(magic, at: 0, in: 0..<bytes.count)
    }

    /// The one recording that a trace is.
    ///
    /// - Parameter diagnose: Called for what cannot be read.
    /// - Throws: `ReadError` where there is no section of entries.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        var offset = 0
        var program: [UInt8] = []
        var head = try SectionHead(bytes, at: &offset)
        if head.kind == .info {
            let infos = InfoEntries(bytes, at: &offset, head)
            program = infos.fileName
            guard infos.isWhole else {
                throw ReadError(cause: GNATcoverageFault.noEntries, position: .byte(offset))
            }
            head = try SectionHead(bytes, at: &offset)
        }
        guard head.kind == .flat || head.kind == .history else {
            throw ReadError(cause: GNATcoverageFault.noTrace, position: .byte(13))
        }
        guard head.addressSize == 4 || head.addressSize == 8 else {
            throw ReadError(cause: GNATcoverageFault.unknownSize, position: .byte(offset - 6))
        }
        var entries = TraceEntries(head, program: program)
        entries.read(bytes, at: offset, diagnose)
        return [entries.recording(format)]
    }
}

/// Why nothing of a trace of GNATcoverage's can be read.
public enum GNATcoverageFault: Problem {
    /// The head of a section is missing, or is not one.
    case noHead
    /// A version other than 1.
    case unknownVersion
    /// The information goes on to the end of the file.
    case noEntries
    /// A map of decisions, or information alone.
    case noTrace
    /// An address has neither 4 nor 8 bytes.
    case unknownSize

    /// What is wrong, as a part of a sentence.
    public var text: String {
        switch self {
        case .noHead: "no head of a section, which begins with '#QEMU-Traces'"
        case .unknownVersion: "a version of GNATcoverage's traces other than 1"
        case .noEntries: "the file ends before its entries"
        case .noTrace: "information or a map of decisions, not a trace"
        case .unknownSize: "addresses of neither 4 nor 8 bytes"
        }
    }
}

/// The head of a section: 20 bytes.
private struct SectionHead {
    enum Kind: UInt8 {
        case flat, history, info, decisions
    }

    let kind: Kind
    let addressSize: Int
    let hasHighByteFirst: Bool

    init(_ bytes: Span<UInt8>, at offset: inout Int) throws(ReadError) {
        let start = offset
        guard bytes.count - start >= 20,
            bytes.has("#QEMU-Traces", at: start, in: start..<bytes.count)
        else { throw ReadError(cause: GNATcoverageFault.noHead, position: .byte(start)) }
        guard bytes[start + 12] == 1 else {
            throw ReadError(cause: GNATcoverageFault.unknownVersion, position: .byte(start + 12))
        }
        guard let kind = Kind(rawValue: bytes[start + 13]) else {
            throw ReadError(cause: GNATcoverageFault.noTrace, position: .byte(start + 13))
        }
        self.kind = kind
        addressSize = Int(bytes[start + 14])
        hasHighByteFirst = bytes[start + 15] != 0
        offset = start + 20
    }
}

/// A sequence of information: kind and length, 4 bytes each, and text, filled up to 4 bytes; kind 0 ends it.
private struct InfoEntries {
    private(set) var fileName: [UInt8] = []
    private(set) var codeSize: UInt64?
    private(set) var isWhole = false

    init(_ bytes: Span<UInt8>, at offset: inout Int, _ head: SectionHead) {
        while bytes.count - offset >= 8 {
            let kind = bytes.number(
                at: offset, size: 4, hasHighByteFirst: head.hasHighByteFirst)
            let length = bytes.number(
                at: offset + 4, size: 4, hasHighByteFirst: head.hasHighByteFirst)
            offset += 8
            if kind == 0 {
                isWhole = true
                return
            }
            let padded = (Int(length) + 3) & ~3
            guard bytes.count - offset >= padded else { return }
            let text = offset..<offset + Int(length)
            if kind == 1 { fileName = bytes.array(text).filter { $0 != 0 } }
            if kind == 10 {
                codeSize = UInt64(digits: bytes.array(text).filter { $0 != 32 }, base: 10)
            }
            offset += padded
        }
    }
}

/// The entries of a trace, and what they come to.
private struct TraceEntries {
    private struct Key: Hashable {
        var address: UInt64
        var size: UInt32
        var module: UInt16
    }

    /// A library, while it is loaded.
    private struct Loaded {
        var start: UInt64
        var size: UInt64
        var module: UInt16
    }

    private static let block: UInt8 = 0x10
    private static let fault: UInt8 = 0x20
    private static let special: UInt8 = 0x80

    private let head: SectionHead
    private var names: [[UInt8]] = []
    private let program: UInt16
    private var loaded: [Loaded] = []
    /// Where the program itself was loaded, if a kernel has loaded it.
    private var shift: UInt64?
    private var found: [Key: UInt8] = [:]

    init(_ head: SectionHead, program: [UInt8]) {
        self.head = head
        self.program = program.isEmpty ? Block.noModule : 0
        if !program.isEmpty { names.append(program) }
    }

    mutating func read(_ bytes: Span<UInt8>, at start: Int, _ diagnose: (Diagnosis) -> Void) {
        let (size, entrySize) = (head.addressSize, 2 * head.addressSize)
        var offset = start
        while offset < bytes.count {
            guard bytes.count - offset >= entrySize else {
                diagnose(
                    Diagnosis(
                        BinaryTraceDamage.cutShort(bytes.count - offset), at: .byte(offset)))
                return
            }
            let place = offset
            let address = bytes.number(
                at: offset, size: size, hasHighByteFirst: head.hasHighByteFirst)
            let length = bytes.number(
                at: offset + size, size: 2, hasHighByteFirst: head.hasHighByteFirst)
            let operation = bytes[offset + size + 2]
            offset += entrySize
            guard operation & TraceEntries.special == 0 else {
                guard
                    takeSpecial(
                        length, address, bytes, &offset,
                        { diagnose(Diagnosis($0, at: .byte(place))) })
                else { return }
                continue
            }
            take(address, UInt32(length), operation)
        }
    }

    private mutating func take(_ address: UInt64, _ size: UInt32, _ operation: UInt8) {
        // What a fault has ended is executed as far as the entry goes.
        guard size > 0 else { return }
        var key = Key(address: address, size: size, module: program)
        if let library = loaded.last(where: { address >= $0.start && address - $0.start < $0.size })
        {
            key.module = library.module
            if library.module != Block.noModule { key.address = address - library.start }
        } else if let shift {
            // What is below is the kernel's.
            if address >= shift {
                key.address = address - shift
            } else {
                key.module = Block.noModule
            }
        }
        let ways = operation & TraceEntries.fault == 0 ? operation & 3 : 0
        found[key, default: 0] |= ways
    }

    /// Takes an entry that says something of modules; false where nothing behind it can be read.
    private mutating func takeSpecial(
        _ kind: UInt64, _ address: UInt64, _ bytes: Span<UInt8>, _ offset: inout Int,
        _ diagnose: (BinaryTraceDamage) -> Void
    ) -> Bool {
        switch kind {
        case 1: shift = address
        case 2:
            let infos = InfoEntries(bytes, at: &offset, head)
            guard infos.isWhole else {
                diagnose(.cutShort(bytes.count - offset))
                return false
            }
            var library = Loaded(
                start: address, size: infos.codeSize ?? 1 << 31, module: Block.noModule)
            if infos.fileName.isEmpty {
                diagnose(.noModule)
            } else if let known = names.firstIndex(of: infos.fileName) {
                library.module = UInt16(known)
            } else if names.count < Block.mostModules {
                library.module = UInt16(names.count)
                names.append(infos.fileName)
            }
            loaded.append(library)
        case 3: loaded.removeAll { $0.start == address }
        default:
            diagnose(.unknownEntry(Int(kind)))
            return false
        }
        return true
    }

    func recording(_ format: TraceFormat) -> Recording {
        let list = found.map { key, ways in
            var place = ExecutedPlace(address: key.address, size: key.size, module: key.module)
            place.ways = ExecutedPlace.Ways(rawValue: ways)
            return place
        }
        var places = ExecutedPlaces(
            list.sorted { ($0.module, $0.address, $0.size) < ($1.module, $1.address, $1.size) },
            origin: .ownAddresses, ending: .branch, hasCounts: false)
        places.hasWays = true
        return Recording(
            format: format, is32Bit: head.addressSize == 4, names: names, places: places)
    }
}
