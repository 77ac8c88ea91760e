import Trace

/// The different basic blocks of one module, by place and length, and how often each was executed
/// where that was counted.
///
/// A block is one 64-bit number, its offset in the upper 48 bits and its size in the lower 16, so
/// that numeric order is the order of offsets and a set of blocks is one sorted array.
public struct BlockSet: Hashable, Sendable {
    /// A block: bytes from the module's base, and its length in bytes.
    public struct Element: Equatable, Sendable {
        /// Bytes from the module's base, below 2⁴⁸.
        public var offset: UInt64
        /// Length in bytes.
        public var size: UInt16

        /// Makes a block of its fields.
        public init(offset: UInt64, size: UInt16) {
            self.offset = offset
            self.size = size
        }

        fileprivate init(key: UInt64) {
            self.init(offset: key >> 16, size: UInt16(truncatingIfNeeded: key))
        }

        fileprivate var key: UInt64 { offset << 16 | UInt64(size) }
    }

    /// What the counts of blocks are.
    public enum CountUnit: Sendable {
        /// There are none.
        case nothing
        /// Runs in which the block was executed: the same run can be in the counts of two blocks
        /// that overlap, so the largest is what is known of the code that they share.
        case runs
        /// Executions: those of blocks that overlap add up. With a trace that says how often blocks
        /// were executed, the runs of others count as one execution each.
        case executions
    }

    /// Ascending.
    private var keys: [UInt64] = []
    /// In the order of the blocks, how often each was executed: by traces with hit counts what they
    /// say, by others once a run. Empty where nothing was counted.
    public private(set) var counts: [UInt64] = []
    /// What ``counts`` are.
    public private(set) var countUnit = CountUnit.nothing

    /// The set without a block.
    public init() {}

    /// A set of blocks in any order, with or without duplicates.
    public init(_ blocks: some Sequence<Element>) {
        for key in blocks.map(\.key).sorted() where key != keys.last { keys.append(key) }
    }

    /// A block and its count.
    struct Counted: Keyed {
        var key, count: UInt64

        init(offset: UInt64, size: UInt16, count: UInt64) {
            (key, self.count) = (Element(offset: offset, size: size).key, count)
        }
    }

    /// A set of different blocks in any order, with or without their counts.
    init(_ blocks: [Counted], countUnit: CountUnit) {
        var sorted = blocks
        sorted.sortByKey()
        keys = sorted.map(\.key)
        self.countUnit = countUnit
        if countUnit != .nothing { counts = sorted.map(\.count) }
    }

    /// The number of different blocks.
    public var count: Int { keys.count }

    /// Whether there is no block.
    public var isEmpty: Bool { keys.isEmpty }

    /// The sum of the blocks' sizes; bytes that two blocks share count twice.
    public var byteCount: UInt64 { keys.reduce(0) { $0 &+ ($1 & 0xFFFF) } }

    /// The blocks in the order of their offsets, then sizes.
    public var elements: some Sequence<Element> { keys.lazy.map(Element.init(key:)) }

    /// The blocks to which `offset` gives another offset, with it, and the others; both with their
    /// counts.
    func split(_ offset: (Element) -> UInt64?) -> (moved: BlockSet, rest: BlockSet) {
        var (moved, rest): ([Counted], [Counted]) = ([], [])
        for (index, block) in elements.enumerated() {
            let count = counts.isEmpty ? 0 : counts[index]
            if let offset = offset(block) {
                moved.append(Counted(offset: offset, size: block.size, count: count))
            } else {
                rest.append(Counted(offset: block.offset, size: block.size, count: count))
            }
        }
        return (BlockSet(moved, countUnit: countUnit), BlockSet(rest, countUnit: countUnit))
    }

    /// The blocks that `other` has not got, with their counts.
    public func subtracting(_ other: BlockSet) -> BlockSet { filtered(other) { !$0 } }

    /// The blocks that `other` has too, with the counts that they have here.
    public func intersection(_ other: BlockSet) -> BlockSet { filtered(other) { $0 } }

    private func filtered(_ other: BlockSet, _ isKept: (_ isInOther: Bool) -> Bool) -> BlockSet {
        var result = BlockSet()
        result.countUnit = countUnit
        var next = 0
        for (index, key) in keys.enumerated() {
            while next < other.keys.count, other.keys[next] < key { next += 1 }
            guard isKept(next < other.keys.count && other.keys[next] == key) else { continue }
            result.keys.append(key)
            if !counts.isEmpty { result.counts.append(counts[index]) }
        }
        return result
    }

    /// The blocks of both; a block's counts are added, where both sets have some.
    public func union(_ other: BlockSet) -> BlockSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let isCounted = !counts.isEmpty && !other.counts.isEmpty
        var result = BlockSet()
        if isCounted {
            result.countUnit =
                countUnit == .executions || other.countUnit == .executions ? .executions : .runs
        }
        result.keys.reserveCapacity(max(keys.count, other.keys.count))
        var (left, right) = (0, 0)
        while left < keys.count || right < other.keys.count {
            let isRight = left == keys.count
            let isLeft = right == other.keys.count
            let key =
                isRight
                ? other.keys[right] : isLeft ? keys[left] : min(keys[left], other.keys[right])
            var count: UInt64 = 0
            if !isRight, keys[left] == key {
                if isCounted { count = counts[left] }
                left += 1
            }
            if !isLeft, other.keys[right] == key {
                if isCounted { count = UInt64(clampedSum: count, other.counts[right]) }
                right += 1
            }
            result.keys.append(key)
            if isCounted { result.counts.append(count) }
        }
        return result
    }
}

extension UInt64 {
    /// The sum, or the largest number where the sum is larger.
    public init(clampedSum one: UInt64, _ other: UInt64) {
        let (sum, overflow) = one.addingReportingOverflow(other)
        self = overflow ? .max : sum
    }
}
