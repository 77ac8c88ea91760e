/// A program's own instructions, as far as it takes to see where blocks of them lead.
public struct MachineCode: Sendable {
    /// Processors whose branches can be told.
    public enum Processor: Sendable {
        /// Of 32 or 64 bits.
        case x86
        /// With instructions of 64 bits, low bytes first.
        case aarch64
    }

    /// A run of instructions.
    public struct Section: Sendable {
        let start: UInt64
        let bytes: [UInt8]

        /// Makes a section of its first address and what stands from there on.
        public init(start: UInt64, bytes: [UInt8]) {
            self.start = start
            self.bytes = bytes
        }

        fileprivate var end: UInt64 { start &+ UInt64(bytes.count) }

        func contains(_ address: UInt64) -> Bool { address >= start && address < end }
    }

    private let processor: Processor
    /// By address.
    private let sections: [Section]

    /// Makes code of its sections, in any order; what would go on behind the last address is left out.
    public init(_ processor: Processor, _ sections: [Section]) {
        self.processor = processor
        self.sections = sections.filter { $0.end >= $0.start }.sorted { $0.start < $1.start }
    }

    /// How the last instruction of each range leaves; nil where it goes on, or is not known.
    ///
    /// - Parameter ranges: in ascending order.
    func branches(endingWith ranges: [Range<UInt64>]) -> [Branch?] {
        var found = [Branch?](repeating: nil, count: ranges.count)
        var next = 0
        for section in sections {
            while next < ranges.count, ranges[next].upperBound <= section.start { next += 1 }
            while next < ranges.count, ranges[next].upperBound <= section.end {
                found[next] = branch(
                    endingAt: Int(ranges[next].upperBound - section.start), of: section)
                next += 1
            }
        }
        return found
    }

    /// How the instruction that ends before `end` leaves; nil where it goes on, or is not known.
    func branch(endingAt end: UInt64) -> Branch? {
        section(around: end &- 1).flatMap { branch(endingAt: Int(end - $0.start), of: $0) }
    }

    /// Where the bytes lead, if they are one jump and nothing else.
    func loneJump(_ range: Range<UInt64>) -> UInt64? {
        let length = range.upperBound &- range.lowerBound
        guard length <= 5, case .jump(let target)? = branch(endingAt: range.upperBound),
            let section = section(around: range.lowerBound)
        else { return nil }
        let first = section.bytes[Int(range.lowerBound - section.start)]
        let isWhole =
            switch processor {
            case .x86: (first == 0xEB && length == 2) || (first == 0xE9 && length == 5)
            case .aarch64: length == 4
            }
        return isWhole ? target : nil
    }

    private func section(around address: UInt64) -> Section? {
        // The last that begins before it; most programs have a handful.
        sections.last { $0.start <= address }.flatMap { $0.contains(address) ? $0 : nil }
    }

    @inline(__always)
    private func branch(endingAt end: Int, of section: Section) -> Branch? {
        switch processor {
        case .x86: section.x86Branch(endingAt: end)
        case .aarch64: section.aarch64Branch(endingAt: end)
        }
    }
}
