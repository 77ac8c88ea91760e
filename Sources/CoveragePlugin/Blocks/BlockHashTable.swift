import JournalEmbedded
import Synchronization

/// The distinct blocks, found by address, size and module (one address can be one library's, and later
/// another's), each with its record and its counter.
///
/// A block that is translated again, however often, has its counter already: memory is bounded by
/// the number of distinct blocks. Open addressing with linear probing, at most half full. Blocks that
/// are near each other have their slots (4 bytes each) near each other: QEMU translates for
/// microseconds between two of them, and what it has not displaced from the processor's cache by then
/// is what was used last.
struct BlockHashTable: ~Copyable {
    /// Index of a block + 1, 0 where free.
    private var slots: MappedArray<UInt32>
    /// Records and counters, which survive the process.
    var journal: JournalFile
    /// How many there are.
    var count: Int { journal.blockCount }

    /// `capacity` is a power of two. Nil where the system has no room.
    init?(journal: consuming JournalFile, capacity: Int = 1 << 13) {
        guard let slots = MappedArray<UInt32>(count: capacity) else { return nil }
        self.slots = slots
        self.journal = journal
    }

    /// The block at an index below ``count``.
    subscript(index: Int) -> JournalBlock {
        precondition(index < count)
        return journal.store[index]
    }

    /// The index of the block, nil where it is new. Where it is called, or the compiler copies the table's
    /// fields for the call.
    @inline(__always)
    func find(address: UInt64, size: UInt16, module: UInt16) -> Int? {
        var slot = BlockHashTable.home(of: address, among: slots.count)
        while slots[slot] != 0 {
            let index = Int(slots[slot] - 1)
            let block = self[index]
            if block.address == address, block.size == size, block.module == module {
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a block that is not in the table, its counter 0, and gives its index; nil where the
    /// system has no room. Where it is called, as ``find(address:size:module:)``.
    @inline(__always)
    mutating func insert(_ record: BlockRecord) -> Int? {
        let index = count
        guard index < Int(UInt32.max) - 1, makeRoom() else { return nil }
        journal.store[index].enter(record)
        journal.blockCount += 1
        BlockHashTable.enter(index, at: record.address, in: slots)
        return index
    }

    /// Sets every counter to 0, and takes back where jumps went: nothing was executed yet.
    ///
    /// - Parameter isPrecise: whether it is looked at how far each block is executed.
    func clearCounters(isPrecise: Bool) {
        for index in 0..<count {
            let block = self[index]
            unsafe block.counter.pointee.store(0, ordering: .relaxed)
            if block.isJump {
                unsafe block.unreached.pointee.store(0, ordering: .relaxed)
            } else if isPrecise {
                unsafe block.unreached.pointee.store(block.size, ordering: .relaxed)
            }
        }
    }

    private mutating func makeRoom() -> Bool {
        if count == journal.capacity, !journal.addRoom() { return false }
        if count < slots.count / 2 { return true }
        guard let larger = MappedArray<UInt32>(count: slots.count * 2) else { return false }
        for index in 0..<count {
            BlockHashTable.enter(index, at: self[index].address, in: larger)
        }
        slots = larger
        return true
    }

    private static func enter(
        _ index: Int, at address: UInt64, in slots: borrowing MappedArray<UInt32>
    ) {
        var slot = home(of: address, among: slots.count)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(truncatingIfNeeded: index + 1)
    }

    /// The slot in which the search for a block begins. 256 bytes of code share 16 slots, a line of
    /// the cache, which Fibonacci hashing picks by its upper half, where the mixed bits are.
    private static func home(of address: UInt64, among count: Int) -> Int {
        let line = (address >> 8) &* 0x9E37_79B9_7F4A_7C15 >> 32
        return Int(truncatingIfNeeded: line << 4 | (address >> 4) & 0xF) & (count - 1)
    }
}
