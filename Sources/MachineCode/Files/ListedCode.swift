import Trace

extension Code {
    /// A piece of code as it is listed: an instruction, or data that stands among instructions.
    public struct Piece: Equatable, Sendable {
        /// Where it begins.
        public var address: UInt64
        /// Its bytes; of data fewer, or none, where the file does not say what stands there.
        public var bytes: [UInt8]
        /// The bytes that it takes.
        public var size: Int
        /// The set that it is read by; nil for data.
        public var set: InstructionSet?
        /// How it leaves; nil for data, and where what stands behind it always comes next.
        public var branch: Branch?

        /// The address behind it.
        public var end: UInt64 { address &+ UInt64(size) }
    }

    /// Where there is code, by address.
    public var addresses: [Range<UInt64>] {
        var found: [Range<UInt64>] = []
        forEachSection { found.append($0.addresses) }
        return found
    }

    /// The sets that its instructions are of.
    public var sets: Set<InstructionSet> {
        var found: Set<InstructionSet> = []
        forEachSection { found.insert($0.set) }
        return found
    }

    /// All that stands in a range, by address. An instruction that begins in the range and ends behind it is whole.
    ///
    /// - Parameters:
    ///   - range: begins with an instruction, or with data.
    ///   - starts: other places at which an instruction begins, ascending: behind data, code is read on from there.
    public func pieces(in range: Range<UInt64>, starts: [UInt64]) -> [Piece] {
        var found: [Piece] = []
        var at = range.lowerBound
        forEachSection { section in
            let own = range.clamped(to: section.addresses)
            // A section can begin within what was read of the one before, in a file that is broken.
            guard !own.isEmpty, own.upperBound > at else { return }
            addData(at..<max(at, own.lowerBound), like: section.set, to: &found)
            at = max(at, own.lowerBound)
            while at < own.upperBound {
                var walk = WholeInstructions(section: section, start: at, end: own.upperBound)
                section.set.walk(&walk)
                found += walk.found
                at = walk.reached
                guard at < own.upperBound else { break }
                let next = starts.partitioningIndex { $0 > at }
                let resumed = min(next < starts.count ? starts[next] : .max, own.upperBound)
                addData(at..<resumed, like: section.set, to: &found)
                at = resumed
            }
        }
        addData(at..<max(at, range.upperBound), like: nil, to: &found)
        return found
    }

    /// Data are cut as instructions near them are laid out: into words, or else into eight bytes.
    private func addData(
        _ range: Range<UInt64>, like set: InstructionSet?, to pieces: inout [Piece]
    ) {
        var at = range.lowerBound
        let width: UInt64 = set?.hasWords == true ? 4 : 8
        // A range of a broken file can be as long as it likes.
        while at < range.upperBound, range.upperBound - at <= Code.mostData {
            let end = min(range.upperBound, (at | (width - 1)) &+ 1)
            guard end > at else { break }
            let bytes = (at..<end).compactMap { data(at: $0) }
            pieces.append(Piece(address: at, bytes: bytes, size: Int(end - at)))
            at = end
        }
        if at < range.upperBound {
            pieces.append(Piece(address: at, bytes: [], size: Int(clamping: range.upperBound - at)))
        }
    }

    /// More than any program has among its instructions.
    private static let mostData: UInt64 = 1 << 24

    /// The byte at an address, in code or among what programs only read.
    private func data(at address: UInt64) -> UInt8? {
        if let section = section(around: address..<address), address < section.addresses.upperBound
        {
            return section.bytes[Int(address - section.addresses.lowerBound)]
        }
        return constant(at: address, size: 1).map { UInt8(truncatingIfNeeded: $0) }
    }
}

private struct WholeInstructions: InstructionWalk {
    let section: Code.Section
    let start, end: UInt64
    var found: [Code.Piece] = []
    /// The address behind the last instruction.
    var reached: UInt64

    init(section: Code.Section, start: UInt64, end: UInt64) {
        (self.section, self.start, self.end) = (section, start, end)
        reached = start
    }

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        let section = section
        let base = section.addresses.lowerBound
        let bytes = section.bytes.span
        var reader = reader
        while reached < end {
            let at = Int(reached - base)
            let length = reader.length(bytes, at: at)
            guard length > 0, at + length <= bytes.count else { return }
            let branch = reader.branch(bytes, at: at, length: length, address: reached)
            found.append(
                Code.Piece(
                    address: reached, bytes: Array(section.bytes[at..<at + length]), size: length,
                    set: section.set, branch: branch))
            reached += UInt64(length)
        }
    }
}
