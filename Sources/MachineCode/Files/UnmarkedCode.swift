import Trace

/// Code of 32-bit ARM in a file without the symbols that say which of its two sets of instructions is where.
///
/// What was executed says it: a block that does not lie on words is Thumb, and others can be read to their end in one
/// of the two alone. Then it is what known code leads to, until nothing more is known. The rest is guessed: nearly all
/// of ARM's instructions are to be executed on any condition, which shows in their highest bits.
public struct UnmarkedCode: Sendable {
    /// Where code of a known set begins.
    public struct Entry: Sendable {
        let address: UInt64
        let isThumb: Bool

        /// - Parameter address: without the bit that says that it is Thumb code.
        public init(_ address: UInt64, isThumb: Bool) {
            (self.address, self.isThumb) = (address, isThumb)
        }
    }

    private let sections: [Code.Section]
    private let constants: [Code.Section]
    private let entries: [Entry]

    /// - Parameters:
    ///   - sections: with code, in any order, whatever set they say.
    ///   - constants: data that programs only read.
    ///   - entries: of functions, and of sections of one set.
    public init(_ sections: [Code.Section], constants: [Code.Section], entries: [Entry]) {
        self.sections = sections.sorted { $0.addresses.lowerBound < $1.addresses.lowerBound }
        self.constants = constants
        self.entries = entries
    }

    /// The code, each part as that of its set.
    ///
    /// - Parameters:
    ///   - blocks: what was executed, each from where something led to up to what led elsewhere.
    ///   - functions: where functions begin, whatever their set.
    public func code(executed blocks: [Range<UInt64>] = [], functions: [UInt64] = []) -> Code {
        var finder = SetFinder(sections)
        let sorted = blocks.filter { !$0.isEmpty }.sorted {
            ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound)
        }
        finder.add(sorted)
        for entry in entries { finder.lead(to: entry.address, entry.isThumb ? .thumb : .arm) }
        finder.follow()
        finder.guess(Set(functions))
        return Code(finder.parts.flatMap { $0.sections() }, constants: constants)
    }
}

/// What is known of two bytes of code.
private struct Mark: OptionSet {
    let rawValue: UInt8

    static let arm = Mark(rawValue: 1)
    static let thumb = Mark(rawValue: 2)
    /// An instruction begins there.
    static let start = Mark(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }
    init(_ set: InstructionSet) { self = set == .thumb ? .thumb : .arm }

    var set: InstructionSet? { contains(.arm) ? .arm : contains(.thumb) ? .thumb : nil }
}

/// A section, and what is known of it.
private struct MarkedPart {
    let section: Code.Section
    /// Of two bytes each.
    var marks: [Mark]

    init(_ section: Code.Section) {
        self.section = section
        marks = Array(repeating: [], count: section.bytes.count / 2)
    }

    var start: UInt64 { section.addresses.lowerBound }

    func address(_ index: Int) -> UInt64 { start + UInt64(index) * 2 }

    /// The parts of one set each. Where what stands among code makes it be read wrong, one ends before the next
    /// instruction that is known.
    func sections() -> [Code.Section] {
        var found: [Code.Section] = []
        var (first, thumb) = (0, Thumb())
        let bytes = section.bytes.span
        func end(at index: Int) {
            guard index > first, let set = marks[first].set else { return }
            found.append(section.part(address(first)..<address(index), set))
            first = index
        }
        var index = 0
        while index < marks.count {
            if marks[index].set != marks[first].set { end(at: index) }
            if first == index { thumb = Thumb() }
            let next = index + 1
            let isLong =
                marks[index].set == .thumb && thumb.length(bytes, at: index * 2) == 4
                && next < marks.count
            let isCut = isLong && (marks[next].contains(.start) || marks[next].set != .thumb)
            if isCut { end(at: next) }
            index = isLong && !isCut ? next + 1 : next
        }
        end(at: marks.count)
        return found
    }
}

private struct SetFinder {
    var parts: [MarkedPart]
    private var pending: [(address: UInt64, set: InstructionSet)] = []

    init(_ sections: [Code.Section]) { parts = sections.map { MarkedPart($0) } }

    mutating func lead(to address: UInt64, _ set: InstructionSet) { pending.append((address, set)) }

    /// Takes note of what was executed. Blocks that overlap are of one set; what can be read as either is of the set of
    /// what stands behind it, or before.
    ///
    /// - Parameter blocks: by address; of those that begin at one, the longest first.
    mutating func add(_ blocks: [Range<UInt64>]) {
        var unclear: [ArraySlice<Range<UInt64>>] = []
        var (first, end) = (0, UInt64(0))
        for index in 0...blocks.count {
            if index == blocks.count || blocks[index].lowerBound >= end, index > first {
                let group = blocks[first..<index]
                if let set = clearSet(of: group) {
                    read(group, set)
                } else {
                    unclear.append(group)
                }
                first = index
            }
            if index < blocks.count { end = max(end, blocks[index].upperBound) }
        }
        for group in unclear.reversed() {
            let end = group.reduce(0) { max($0, $1.upperBound) }
            let near = set(at: end) ?? set(at: group[group.startIndex].lowerBound &- 2)
            read(group, near ?? .thumb)
        }
    }

    private func clearSet(of blocks: ArraySlice<Range<UInt64>>) -> InstructionSet? {
        if blocks.contains(where: { $0.lowerBound & 3 != 0 || $0.upperBound & 3 != 0 }) {
            return .thumb
        }
        return place(of: blocks[blocks.startIndex].lowerBound)
            .flatMap { parts[$0.part].section.set(of: blocks) }
    }

    private mutating func read(_ blocks: ArraySlice<Range<UInt64>>, _ set: InstructionSet) {
        for block in blocks { read(from: block.lowerBound, to: block.upperBound, set) }
    }

    private func set(at address: UInt64) -> InstructionSet? {
        place(of: address).flatMap { parts[$0.part].marks[$0.index].set }
    }

    /// Goes where known code leads.
    mutating func follow() {
        var next = 0
        while next < pending.count {
            let (address, set) = pending[next]
            next += 1
            guard set == .thumb || address & 3 == 0 else { continue }
            read(from: address, to: .max, set)
            // What was gone through is not needed any more.
            if next == 4096 {
                pending.removeFirst(next)
                next = 0
            }
        }
        pending = []
    }

    /// Takes note of instructions up to what always leads elsewhere, or is known, and of where they lead.
    private mutating func read(from address: UInt64, to end: UInt64, _ set: InstructionSet) {
        guard let (number, first) = place(of: address) else { return }
        var index = first
        let section = parts[number].section
        let bytes = section.bytes.span
        let limit = Int(min(end &- section.addresses.lowerBound, UInt64(bytes.count)))
        var (arm, thumb) = (ARM(), Thumb())
        while index * 2 < limit, parts[number].marks[index].isEmpty {
            let at = index * 2
            let address = parts[number].address(index)
            let length = set == .arm ? arm.length(bytes, at: at) : thumb.length(bytes, at: at)
            guard length > 0, at + length <= limit,
                length == 2 || parts[number].marks[index + 1].isEmpty
            else { return }
            for half in index..<index + length / 2 { parts[number].marks[half] = Mark(set) }
            parts[number].marks[index].insert(.start)
            index += length / 2
            let branch =
                set == .arm
                ? arm.branch(bytes, at: at, length: length, address: address)
                : thumb.branch(bytes, at: at, length: length, address: address)
            guard let branch else { continue }
            if let target = branch.target {
                let changes = section.changesSet(at: at, length, branch, set)
                lead(to: target, changes ? (set == .arm ? .thumb : .arm) : set)
            } else if set == .thumb, bytes.little16(at: at) == 0x4778 {  // bx pc
                lead(to: (address &+ 4) & ~3, .arm)
            }
            if !branch.isConditional, branch.kind != .call { return }
        }
        if index * 2 >= limit { lead(to: end, set) }
    }

    /// Gives the rest one set from one known place, or function, to the next.
    mutating func guess(_ functions: Set<UInt64>) {
        for number in parts.indices {
            var index = 0
            var last: InstructionSet?
            while index < parts[number].marks.count {
                if let set = parts[number].marks[index].set {
                    last = set
                    index += 1
                    continue
                }
                var end = index + 1
                while end < parts[number].marks.count, parts[number].marks[end].isEmpty,
                    !functions.contains(parts[number].address(end))
                { end += 1 }
                let range = parts[number].address(index)..<parts[number].address(end)
                let following = end < parts[number].marks.count ? parts[number].marks[end].set : nil
                let set = parts[number].section.guess(range) ?? last ?? following ?? .thumb
                for half in index..<end { parts[number].marks[half] = Mark(set) }
                if set == .arm, range.lowerBound & 3 != 0 { parts[number].marks[index] = .thumb }
                last = set
                index = end
            }
        }
    }

    private func place(of address: UInt64) -> (part: Int, index: Int)? {
        let next = parts.partitioningIndex { $0.start > address }
        guard next > 0, (address - parts[next - 1].start) / 2 < UInt64(parts[next - 1].marks.count)
        else { return nil }
        return (next - 1, Int((address - parts[next - 1].start) / 2))
    }
}

extension Code.Section {
    /// The set of blocks that lie on words; nil where they can be read as either.
    fileprivate func set(of blocks: ArraySlice<Range<UInt64>>) -> InstructionSet? {
        var (arm, thumb) = (0, 0)
        for block in blocks {
            arm += fit(ARM(), block)
            thumb += fit(Thumb(), block)
        }
        return arm == thumb ? nil : arm > thumb ? .arm : .thumb
    }

    /// How well a block can be read: 2 if its last instruction alone leads elsewhere, or it ends with a page, where
    /// recorders end one; 1 if none does.
    private func fit<Reader: InstructionReader>(_ reader: Reader, _ block: Range<UInt64>) -> Int {
        guard let offsets = offsets(of: block) else { return 0 }
        var (reader, at) = (reader, offsets.lowerBound)
        let bytes = bytes.span
        while at < offsets.upperBound {
            let length = reader.length(bytes, at: at)
            guard length > 0, at + length <= offsets.upperBound else { return 0 }
            let address = block.lowerBound &+ UInt64(at - offsets.lowerBound)
            let isBranch =
                reader.branch(bytes, at: at, length: length, address: address) != nil
            at += length
            if isBranch { return at == offsets.upperBound ? 2 : 0 }
        }
        return block.upperBound & 0xFFF == 0 ? 2 : 1
    }

    /// How many words there are, and how many would be instructions of ARM that depend on no condition.
    private func alwaysCount(_ range: Range<UInt64>) -> (words: Int, always: Int) {
        guard let offsets = offsets(of: range) else { return (0, 0) }
        let first = offsets.lowerBound + Int((0 &- range.lowerBound) & 3)
        var (words, always) = (0, 0)
        for at in stride(from: first, to: offsets.upperBound - 3, by: 4) {
            words += 1
            if bytes[at + 3] >> 4 == 14 { always += 1 }
        }
        return (words, always)
    }

    /// The set that a range is probably of; nil where that is not clear.
    fileprivate func guess(_ range: Range<UInt64>) -> InstructionSet? {
        let (words, always) = alwaysCount(range)
        if always * 2 > words { return .arm }
        return words >= 4 && always * 4 < words ? .thumb : nil
    }

    /// Whether a branch of ARM's two sets leads to code of the other: a blx that says where.
    fileprivate func changesSet(
        at offset: Int, _ length: Int, _ branch: Branch, _ set: InstructionSet
    ) -> Bool {
        let bytes = bytes.span
        if set == .arm { return bytes.little32(at: offset) >> 28 == 15 }
        return branch.kind == .call && length == 4 && bytes.little16(at: offset + 2) & 0x1000 == 0
    }
}
