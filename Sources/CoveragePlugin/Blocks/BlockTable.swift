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
struct BlockTable: ~Copyable {
    /// Index of a block + 1, 0 where free.
    private var slots: MappedArray<UInt32>
    /// Records and counters, which survive the process.
    var journal: JournalFile
    private(set) var count = 0

    /// `capacity` is a power of two. Nil where the system has no room.
    init?(journal: consuming JournalFile, capacity: Int = 1 << 13) {
        guard let slots = MappedArray<UInt32>(count: capacity) else { return nil }
        self.slots = slots
        self.journal = journal
    }

    /// The record of the block at an index below ``count``.
    func record(_ index: Int) -> BlockRecord {
        let place = unsafe journal.record(index)
        // Field by field: vCPUs that execute the block write to the last one.
        var record = unsafe BlockRecord(
            address: place.pointee.address, size: place.pointee.size,
            pageEnd: place.pointee.pageEnd)
        unsafe (record.module, record.start) = (place.pointee.module, place.pointee.start)
        record.unreached = unreached(index)
        return record
    }

    /// The counter of the block at an index below ``count``.
    func counter(_ index: Int) -> UInt64 {
        unsafe journal.counter(index).pointee.load(ordering: .relaxed)
    }

    private func unreached(_ index: Int) -> UInt16 {
        unsafe journal.unreached(index).pointee.load(ordering: .relaxed)
    }

    /// The index of the block, nil where it is new. Where it is called, or the compiler copies the table's
    /// fields for the call.
    @inline(__always)
    func find(address: UInt64, size: UInt16, module: UInt16) -> Int? {
        var slot = BlockTable.home(of: address, among: slots.count)
        while slots[slot] != 0 {
            let index = Int(slots[slot] - 1)
            let record = unsafe journal.record(index)
            if unsafe record.pointee.address == address, unsafe record.pointee.size == size,
                unsafe record.pointee.module == module
            {
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a block that is not in the table, its counter 0, and gives its index; nil where the
    /// system has no room.
    mutating func insert(_ record: BlockRecord) -> Int? {
        let index = count
        guard index < Int(UInt32.max) - 1, makeRoom() else { return nil }
        unsafe journal.record(index).initialize(to: record)
        count += 1
        journal.blockCount = count
        BlockTable.place(index, at: record.address, in: slots)
        return index
    }

    /// Whether the block was executed to its end, or that is not looked at.
    func isExecutedWhole(_ index: Int) -> Bool { unreached(index) == 0 }

    /// Puts the block at an index below ``count`` to a module, so many bytes from its base.
    func place(_ index: Int, in module: UInt16, at start: UInt32) {
        unsafe journal.record(index).pointee.module = module
        unsafe journal.record(index).pointee.start = start
    }

    /// Sets every counter to 0: nothing was executed yet.
    ///
    /// - Parameter isPrecise: whether it is looked at how far each block is executed.
    func clearCounters(isPrecise: Bool) {
        for index in 0..<count {
            unsafe journal.counter(index).pointee.store(0, ordering: .relaxed)
            if isPrecise {
                let size = unsafe journal.record(index).pointee.size
                unsafe journal.unreached(index).pointee.store(size, ordering: .relaxed)
            }
        }
    }

    private mutating func makeRoom() -> Bool {
        if count == journal.capacity, !journal.addRoom() { return false }
        if count < slots.count / 2 { return true }
        guard let larger = MappedArray<UInt32>(count: slots.count * 2) else { return false }
        for index in 0..<count {
            unsafe BlockTable.place(index, at: journal.record(index).pointee.address, in: larger)
        }
        slots = larger
        return true
    }

    private static func place(
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
