import Trace

/// A set of block keys, with a count for each where counts are asked for: a table of a power of two
/// slots, in which a key stands in the first free slot from where its hash points to.
///
/// At most a third of the slots is used: nearly every look-up then ends at the first slot, which the
/// processor foresees. Measured on 10,000 traces, that is worth more than a table half as large.
struct BlockKeySet: Sendable {
    private static let smallest = 1 << 10
    private static let empty: UInt64 = 0

    /// The keys, 0 for a free slot.
    private(set) var slots: [UInt64]
    /// The counts of the keys in the same slots; empty where nothing is counted.
    private(set) var counts: [UInt64]
    /// The run that counted a key last.
    private var stamps: [UInt32]
    private(set) var count = 0

    init(counting: Bool) {
        slots = Array(repeating: BlockKeySet.empty, count: BlockKeySet.smallest)
        counts = Array(repeating: 0, count: counting ? BlockKeySet.smallest : 0)
        stamps = Array(repeating: 0, count: counting ? BlockKeySet.smallest : 0)
    }

    private var isFull: Bool { count * 3 > slots.count }

    /// Both halves of the product with 2⁶⁴ divided by the golden ratio, one laid over the other. The lower
    /// bits of the upper half depend on all bits of the key, but hardly differ for neighbours, which would
    /// fill one run of slots; those of the lower half are all different for them.
    @inline(__always)
    private static func hash(_ key: UInt64) -> Int {
        let product = key.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    /// The slot that the key is in, nil where the set has not got it.
    func slot(of key: UInt64) -> Int? {
        var slot = BlockKeySet.hash(key) & (slots.count - 1)
        while slots[slot] != key {
            if slots[slot] == BlockKeySet.empty { return nil }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    func contains(_ key: UInt64) -> Bool { slot(of: key) != nil }

    /// Makes room for so many keys in a set without any.
    mutating func reserve(_ wanted: Int) {
        guard count == 0 else { return }
        var size = slots.count
        while wanted * 3 > size, size < 1 << 20 { size *= 2 }
        slots = Array(repeating: BlockKeySet.empty, count: size)
        if !counts.isEmpty {
            counts = Array(repeating: 0, count: size)
            stamps = Array(repeating: 0, count: size)
        }
    }

    /// Adds a key; gives its slot.
    @discardableResult
    mutating func insert(_ key: UInt64) -> Int {
        if isFull { grow() }
        var slot = BlockKeySet.hash(key) & (slots.count - 1)
        while slots[slot] != key {
            if slots[slot] == BlockKeySet.empty {
                slots[slot] = key
                count += 1
                break
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    /// Adds the blocks of a binary block table.
    ///
    /// - Parameters:
    ///   - spaces: by module id, for all 65,536 of them, the number of a space. None leads to
    ///     ``BlockKey/unwanted``.
    ///   - run: what is counted, if anything, is runs; this one's number, from 1.
    /// - Returns: the number of blocks that lead to ``BlockKey/nowhere``; they are left out.
    mutating func insert(
        packedBlocksIn bytes: Span<UInt8>, _ range: Range<Int>, spaces: [UInt16], run: UInt32
    ) -> Int {
        counts.isEmpty
            ? insert(packedBlocksIn: bytes, range, spaces: spaces, run: run, isCounting: false)
            : insert(packedBlocksIn: bytes, range, spaces: spaces, run: run, isCounting: true)
    }

    // Inlined twice, with and without the counting.
    @inline(__always)
    private mutating func insert(
        packedBlocksIn bytes: Span<UInt8>, _ range: Range<Int>, spaces: [UInt16], run: UInt32,
        isCounting: Bool
    ) -> Int {
        precondition(spaces.count > Int(UInt16.max) && range.count % 8 == 0)
        // The bounds are looked at here, once for all blocks.
        let raw = unsafe bytes.extracting(range).bytes
        let end = range.count
        var next = 0
        var unknown = 0
        while next < end {
            if isFull { grow() }
            let limit = slots.count / 3
            let mask = slots.count &- 1
            var count = self.count
            // Three parts of one value cannot be changed at once through it.
            var (slotArray, countArray, stampArray) = ([UInt64](), [UInt64](), [UInt32]())
            swap(&slotArray, &self.slots)
            swap(&countArray, &self.counts)
            swap(&stampArray, &self.stamps)
            defer {
                swap(&slotArray, &self.slots)
                swap(&countArray, &self.counts)
                swap(&stampArray, &self.stamps)
                self.count = count
            }
            var slots = slotArray.mutableSpan
            var counts = countArray.mutableSpan
            var stamps = stampArray.mutableSpan
            let spaces = spaces.span
            while next < end, count <= limit {
                // 8 bytes are there, and any 8 bytes are a packed block; 16 bits are an index; the mask
                // keeps a slot within the table.
                let packed = unsafe UInt64(
                    littleEndian: raw.unsafeLoadUnaligned(
                        fromUncheckedByteOffset: next, as: UInt64.self))
                next &+= 8
                let space = unsafe spaces[unchecked: Int(truncatingIfNeeded: packed &>> 48)]
                let key = packed & 0xFFFF_FFFF_FFFF | UInt64(space) << 48
                var slot = BlockKeySet.hash(key) & mask
                var found = unsafe slots[unchecked: slot]
                while found != key, found != BlockKeySet.empty {
                    slot = (slot &+ 1) & mask
                    found = unsafe slots[unchecked: slot]
                }
                if found == BlockKeySet.empty {
                    // The table has no such key, so this is the place to ask. (A block of zeros alone in
                    // a module that is not known has the key that stands for a free slot.)
                    if space == BlockKey.nowhere {
                        unknown &+= 1
                        continue
                    }
                    unsafe slots[unchecked: slot] = key
                    count &+= 1
                }
                if isCounting, unsafe stamps[unchecked: slot] != run {
                    unsafe stamps[unchecked: slot] = run
                    unsafe counts[unchecked: slot] &+= 1
                }
            }
        }
        return unknown
    }

    /// Adds a key and `hits` to its count; where that is nil, 1 for each run, whose number from 1 is
    /// `run`.
    mutating func count(_ key: UInt64, hits: UInt64?, run: UInt32) {
        let slot = insert(key)
        if let hits {
            counts[slot] = UInt64(clampedSum: counts[slot], hits)
        } else if stamps[slot] != run {
            counts[slot] += 1
        }
        stamps[slot] = run
    }

    /// The number of a key, from 0: `next` for one that was not there. It stands in place of a count.
    mutating func number(of key: UInt64, next: Int) -> Int {
        let slot = insert(key)
        if counts[slot] == 0 { counts[slot] = UInt64(next) + 1 }
        return Int(counts[slot]) - 1
    }

    /// Adds a key with a count, or where it is there with a higher one, lowers that.
    mutating func lower(_ key: UInt64, to count: UInt64) {
        let before = self.count
        let slot = insert(key)
        if self.count > before || counts[slot] > count { counts[slot] = count }
    }

    /// Calls `body` with each key and its count, 0 where nothing is counted.
    func forEach(_ body: (_ key: UInt64, _ count: UInt64) -> Void) {
        for (slot, key) in slots.enumerated() where key != BlockKeySet.empty {
            body(key, counts.isEmpty ? 0 : counts[slot])
        }
    }

    /// The keys that satisfy `isKept`, with their counts.
    func filter(_ isKept: (_ key: UInt64, _ count: UInt64) -> Bool) -> BlockKeySet {
        var result = BlockKeySet(counting: !counts.isEmpty)
        forEach { key, count in
            guard isKept(key, count) else { return }
            let slot = result.insert(key)
            if !counts.isEmpty { result.counts[slot] = count }
        }
        return result
    }

    private mutating func grow() {
        let (oldSlots, oldCounts, oldStamps) = (slots, counts, stamps)
        slots = Array(repeating: BlockKeySet.empty, count: oldSlots.count * 2)
        if !oldCounts.isEmpty {
            counts = Array(repeating: 0, count: slots.count)
            stamps = Array(repeating: 0, count: slots.count)
        }
        count = 0
        for (old, key) in oldSlots.enumerated() where key != BlockKeySet.empty {
            let slot = insert(key)
            if !oldCounts.isEmpty {
                (counts[slot], stamps[slot]) = (oldCounts[old], oldStamps[old])
            }
        }
    }
}

/// A block of any of up to 65,533 spaces as one number that is never 0.
///
/// It is a packed block (`Block.packed`) with the number of a space in place of the module's id. So the key
/// of most blocks of a file is the number in the file with its upper 16 bits exchanged.
enum BlockKey {
    /// The space of blocks that lie in no module: the id that such a block has in a file.
    static let outside: UInt16 = 0xFFFF
    /// No space; what an unknown id stands for.
    static let nowhere: UInt16 = 0
    /// No space either; what stands for modules that are not wanted, whose blocks are left out.
    static let unwanted: UInt16 = 1

    static func key(start: UInt32, size: UInt16, space: UInt16) -> UInt64 {
        Block(start: start, size: size, module: space).packed
    }

    static func start(_ key: UInt64) -> UInt32 { Block(packed: key).start }
    static func size(_ key: UInt64) -> UInt16 { Block(packed: key).size }
    static func space(_ key: UInt64) -> UInt16 { Block(packed: key).module }
}
