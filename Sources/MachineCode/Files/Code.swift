import Trace

/// A program's own instructions, read forward from where some are known to begin: at the start of a block
/// that was executed, of a function, of a row of a line table.
///
/// What is asked about may be anywhere, and the bytes anything: what cannot be read has no instructions.
public struct Code: Sendable {
    /// A run of instructions of one set, perhaps with data between them.
    public struct Section: Sendable {
        /// How its instructions are read.
        public let set: InstructionSet
        let start: UInt64
        /// What stands there.
        public let bytes: [UInt8]

        /// Makes a section of its first address and what stands from there on.
        public init(_ set: InstructionSet, start: UInt64, bytes: [UInt8]) {
            self.set = set
            self.start = start
            self.bytes = bytes
        }

        /// Where it is; empty where it would go on behind the last address.
        public var addresses: Range<UInt64> { start..<max(start, end) }

        /// A part of it, as code of another set.
        ///
        /// - Parameter range: in ``addresses``.
        public func part(_ range: Range<UInt64>, _ set: InstructionSet) -> Section {
            let offsets = Int(range.lowerBound - start)..<Int(range.upperBound - start)
            return Section(set, start: range.lowerBound, bytes: [UInt8](bytes[offsets]))
        }

        fileprivate var end: UInt64 { start &+ UInt64(bytes.count) }

        func offsets(of range: Range<UInt64>) -> Range<Int>? {
            guard range.lowerBound >= start, range.upperBound <= end else { return nil }
            return Int(range.lowerBound - start)..<Int(range.upperBound - start)
        }
    }

    /// By address.
    private let sections: [Section]
    /// Data that programs only read, by address; empty where that was not asked for.
    private let constants: [Section]
    /// The addresses that a loader writes into data, ascending; nil where that is not all of code that data names.
    public let pointers: [UInt64]?

    /// Makes code of its sections, in any order; what would go on behind the last address is left out.
    ///
    /// - Parameters:
    ///   - constants: data that programs only read, their tables among it.
    ///   - pointers: the addresses that a loader writes into data, ascending; nil where that is not all of code that data
    ///     names.
    public init(_ sections: [Section], constants: [Section] = [], pointers: [UInt64]? = nil) {
        self.pointers = pointers
        self.sections = sections.filter { $0.end > $0.start }.sorted { $0.start < $1.start }
        self.constants = constants.filter { $0.end > $0.start }.sorted { $0.start < $1.start }
    }

    /// A number of 1 to 8 bytes that a program only reads, low byte first; nil where it is not there.
    public func constant(at address: UInt64, size: Int) -> UInt64? {
        let next = constants.partitioningIndex { $0.start > address }
        guard next > 0, address < constants[next - 1].end,
            constants[next - 1].end - address >= UInt64(size)
        else { return nil }
        let (bytes, at) = (constants[next - 1].bytes, Int(address - constants[next - 1].start))
        var number: UInt64 = 0
        for place in (at..<at + size).reversed() { number = number << 8 | UInt64(bytes[place]) }
        return number
    }

    /// The last bytes of a range, those of one section, with their address, and how they are read; nil where there are
    /// none.
    func part(_ range: Range<UInt64>) -> (InstructionSet, [UInt8], UInt64)? {
        let next = sections.partitioningIndex { $0.start >= range.upperBound }
        guard next > 0 else { return nil }
        let section = sections[next - 1]
        let own = range.clamped(to: section.addresses)
        guard own.upperBound == range.upperBound, let offsets = section.offsets(of: own) else {
            return nil
        }
        return (section.set, [UInt8](section.bytes[offsets]), own.lowerBound)
    }

    /// Calls `body` with each instruction of a range, which begins with one, up to what is none.
    public func forEachInstruction(in range: Range<UInt64>, _ body: (DecodedInstruction) -> Void) {
        guard let section = section(around: range) else { return }
        // Who only looks at instructions while they are read keeps none of what is handed over.
        withoutActuallyEscaping(body) { body in
            var walk = EachInstruction(section: section, range: range, body: body)
            section.set.walk(&walk)
        }
    }

    /// The instructions of a range that lead elsewhere than to what stands behind them, by address.
    ///
    /// - Parameters:
    ///   - range: begins with an instruction.
    ///   - starts: other places at which one begins, ascending: behind data, code is read on from there.
    public func branches(in range: Range<UInt64>, starts: some Collection<UInt64>)
        -> [DecodedInstruction]
    {
        var found: [DecodedInstruction] = []
        var rest = starts[...]
        // Data between sections of code is none of them.
        for section in sections
        where section.start < range.upperBound && section.end > range.lowerBound {
            let own = range.clamped(to: section.addresses)
            var walk = AllBranches(section: section, range: own)
            section.set.walk(&walk)
            while walk.end < own.upperBound {
                rest = rest.drop { $0 <= walk.end }
                guard let next = rest.first, next < own.upperBound else { break }
                walk.range = next..<own.upperBound
                section.set.walk(&walk)
            }
            found += walk.found
        }
        return found
    }

    /// The instruction that begins at an address; nil where none does.
    public func instruction(at address: UInt64) -> DecodedInstruction? {
        guard let section = section(around: address..<address), address < section.end else {
            return nil
        }
        var walk = FirstInstruction(section: section, address: address)
        section.set.walk(&walk)
        return walk.found
    }

    /// Whether a range is one instruction that does nothing.
    public func isNothing(_ range: Range<UInt64>) -> Bool {
        guard let section = section(around: range), let offsets = section.offsets(of: range) else {
            return false
        }
        var walk = Nothing(section: section, offsets: offsets)
        section.set.walk(&walk)
        return walk.isFound
    }

    /// How the last instruction of a range leaves; nil where it goes on, or is not known.
    ///
    /// - Parameter range: begins with an instruction.
    public func lastBranch(of range: Range<UInt64>) -> Branch? {
        lastBranches(of: [range])[0]
    }

    /// How the last instruction of each range leaves; nil where it goes on, or is not known.
    ///
    /// - Parameter ranges: in ascending order, each beginning with an instruction.
    public func lastBranches(of ranges: [Range<UInt64>]) -> [Branch?] {
        var walk = LastBranches(ranges: ranges)
        for section in sections {
            walk.section = section
            section.set.walk(&walk)
        }
        return walk.found
    }

    /// Calls `body` with each section, by address.
    func forEachSection(_ body: (Section) -> Void) { sections.forEach(body) }

    /// The section that has all of a range.
    func section(around range: Range<UInt64>) -> Section? {
        // The last that begins before it.
        let next = sections.partitioningIndex { $0.start > range.lowerBound }
        guard next > 0, sections[next - 1].offsets(of: range) != nil else { return nil }
        return sections[next - 1]
    }
}

private struct FirstInstruction: InstructionWalk {
    let section: Code.Section
    let address: UInt64
    var found: DecodedInstruction?

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        let (section, address) = (section, address)
        let (bytes, at) = (section.bytes.span, Int(address - section.start))
        var reader = reader
        let length = reader.length(bytes, at: at)
        guard length > 0 else { return }
        let branch = reader.branch(bytes, at: at, length: length, address: address)
        found = DecodedInstruction(address: address, length: length, branch: branch)
    }
}

private struct Nothing: InstructionWalk {
    let section: Code.Section
    let offsets: Range<Int>
    var isFound = false

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        let section = section
        var reader = reader
        let bytes = section.bytes.span
        let length = reader.length(bytes, at: offsets.lowerBound)
        isFound =
            length > 0 && length == offsets.count
            && reader.isNothing(bytes, at: offsets.lowerBound, length: length)
    }
}

private struct EachInstruction: InstructionWalk {
    let section: Code.Section
    let range: Range<UInt64>
    let body: (DecodedInstruction) -> Void

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        guard let offsets = section.offsets(of: range) else { return }
        var (reader, at) = (reader, offsets.lowerBound)
        let bytes = section.bytes.span
        while at < offsets.upperBound {
            let length = reader.length(bytes, at: at)
            guard length > 0, at + length <= offsets.upperBound else { return }
            let address = section.start + UInt64(at)
            let branch = reader.branch(bytes, at: at, length: length, address: address)
            body(DecodedInstruction(address: address, length: length, branch: branch))
            at += length
        }
    }
}

private struct AllBranches: InstructionWalk {
    let section: Code.Section
    var range: Range<UInt64>
    var found: [DecodedInstruction] = []
    /// Up to where there were instructions.
    var end: UInt64 = 0

    init(section: Code.Section, range: Range<UInt64>) {
        (self.section, self.range) = (section, range)
    }

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        let section = section
        guard let offsets = section.offsets(of: range) else { return }
        var (reader, at, branches) = (reader, offsets.lowerBound, self.found)
        let bytes = section.bytes.span
        while at < offsets.upperBound {
            let length = reader.length(bytes, at: at)
            guard length > 0, at + length <= offsets.upperBound else { break }
            let address = section.start + UInt64(at)
            if let branch = reader.branch(bytes, at: at, length: length, address: address) {
                branches.append(
                    DecodedInstruction(address: address, length: length, branch: branch))
            }
            at += length
        }
        (found, end) = (branches, section.start + UInt64(at))
    }
}

private struct LastBranches: InstructionWalk {
    let ranges: [Range<UInt64>]
    var section = Code.Section(.aarch64, start: 0, bytes: [])
    var found: [Branch?]
    /// The first range that may be in the section.
    private var next = 0

    init(ranges: [Range<UInt64>]) {
        self.ranges = ranges
        found = [Branch?](repeating: nil, count: ranges.count)
    }

    mutating func run<Reader: InstructionReader>(_ fresh: Reader) {
        let section = section
        let bytes = section.bytes.span
        var (reader, end) = (fresh, section.start)
        while next < ranges.count, ranges[next].lowerBound < section.end {
            // What came right before is known to the reader.
            if ranges[next].lowerBound != end { reader = fresh }
            end = ranges[next].upperBound
            if let offsets = section.offsets(of: ranges[next]) {
                found[next] = LastBranches.last(&reader, bytes, offsets, end)
            }
            next += 1
        }
    }

    /// - Parameter end: what stands for the end of `offsets` in memory.
    @inline(__always)
    private static func last<Reader: InstructionReader>(
        _ reader: inout Reader, _ bytes: Span<UInt8>, _ offsets: Range<Int>, _ end: UInt64
    ) -> Branch? {
        var at = offsets.lowerBound
        while at < offsets.upperBound {
            let length = reader.length(bytes, at: at)
            let behind = at &+ length
            // A range can end within an instruction, where the code was entered there, too.
            guard length > 0, behind <= offsets.upperBound else { return nil }
            if behind == offsets.upperBound {
                return reader.branch(
                    bytes, at: at, length: length, address: end - UInt64(length))
            }
            at = behind
        }
        return nil
    }
}
