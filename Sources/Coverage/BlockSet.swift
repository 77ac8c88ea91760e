/// The different basic blocks of one module, by place and length.
///
/// A block is one 64-bit number, its offset in the upper 48 bits and its size in the lower 16, so
/// that numeric order is the order of offsets and a set of blocks is one sorted array.
public struct BlockSet: Equatable, Sendable {
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
    }

    private var keys: [UInt64] = []

    /// The set without a block.
    public init() {}

    /// The number of different blocks.
    public var count: Int { keys.count }

    /// The sum of the blocks' sizes; bytes that two blocks share count twice.
    public var byteCount: UInt64 { keys.reduce(0) { $0 &+ ($1 & 0xFFFF) } }

    /// The blocks in the order of their offsets, then sizes.
    public var elements: some Sequence<Element> {
        keys.lazy.map { Element(offset: $0 >> 16, size: UInt16(truncatingIfNeeded: $0)) }
    }

    /// Adds blocks in any order, with or without duplicates.
    public mutating func formUnion(_ blocks: some Sequence<Element>) {
        let added = blocks.map { $0.offset << 16 | UInt64($0.size) }
        formUnion(sorted: BlockSet.sortedUnique(added))
    }

    /// Adds the blocks of another set.
    public mutating func formUnion(_ other: BlockSet) { formUnion(sorted: other.keys) }

    private static func sortedUnique(_ keys: [UInt64]) -> [UInt64] {
        var result: [UInt64] = []
        result.reserveCapacity(keys.count)
        for key in keys.sorted() where key != result.last { result.append(key) }
        return result
    }

    private mutating func formUnion(sorted other: [UInt64]) {
        guard !keys.isEmpty else { return keys = other }
        var merged: [UInt64] = []
        merged.reserveCapacity(max(keys.count, other.count))
        var (left, right) = (0, 0)
        while left < keys.count, right < other.count {
            let (one, two) = (keys[left], other[right])
            merged.append(min(one, two))
            if one <= two { left += 1 }
            if two <= one { right += 1 }
        }
        merged += keys[left...]
        merged += other[right...]
        keys = merged
    }
}
