import CHost
import JournalEmbedded
import Synchronization

/// Where the recording is kept: a stretch of addresses that is laid out as a journal is, a head, and behind it a
/// record and a counter for each block.
///
/// Addresses never change, since code that QEMU has generated holds them. Whether there is room behind them, and
/// whether that is a file's, is for ``JournalFile`` to say.
@safe
struct BlockStore: @unchecked Sendable {
    /// The first byte, the head's.
    let memory: UnsafeMutableRawPointer
    /// For how many blocks there are addresses.
    let mostBlocks: Int

    /// Plain memory. Nil where the system has no room.
    init?() {
        // Addresses alone; a system that is short even of these gives fewer.
        for blocks in [1 << 25, 1 << 22, 1 << 19] {
            if let memory = unsafe host_map(Layout.end(ofBlocks: blocks)) {
                unsafe self.memory = memory
                mostBlocks = blocks
                return
            }
        }
        return nil
    }

    /// The block of an index for which there is room.
    subscript(index: Int) -> JournalBlock {
        precondition(index >= 0 && index < mostBlocks)
        return unsafe JournalBlock(memory: memory + Layout.end(ofBlocks: index))
    }
}

/// Where a block's record and its counter are kept, each field where a journal has it (`Layout.Block`).
@safe
struct JournalBlock {
    private let memory: UnsafeMutableRawPointer

    /// The first of a block's `Layout.blockSize` bytes.
    @unsafe
    fileprivate init(memory: UnsafeMutableRawPointer) { unsafe self.memory = memory }

    /// See `BlockRecord`, here and below.
    var address: UInt64 {
        unsafe memory.load(fromByteOffset: Layout.Block.address, as: UInt64.self)
    }
    var start: UInt32 {
        get { unsafe memory.load(fromByteOffset: Layout.Block.start, as: UInt32.self) }
        nonmutating set {
            unsafe memory.storeBytes(
                of: newValue, toByteOffset: Layout.Block.start, as: UInt32.self)
        }
    }
    var size: UInt16 { unsafe memory.load(fromByteOffset: Layout.Block.size, as: UInt16.self) }
    var module: UInt16 {
        get { unsafe memory.load(fromByteOffset: Layout.Block.module, as: UInt16.self) }
        nonmutating set {
            unsafe memory.storeBytes(
                of: newValue, toByteOffset: Layout.Block.module, as: UInt16.self)
        }
    }
    private var pageEnd: PageEnd {
        PageEnd(state: unsafe memory.load(fromByteOffset: Layout.Block.pageEnd, as: UInt8.self))
    }

    /// Where it stands how many of the block's bytes were not come to. vCPUs that execute the block write to it.
    @unsafe
    var unreached: UnsafeMutablePointer<Atomic<UInt16>> {
        unsafe (memory + Layout.Block.unreached).assumingMemoryBound(to: Atomic<UInt16>.self)
    }

    /// The block's counter. QEMU, and vCPUs that execute the block, write to it.
    @unsafe
    var counter: UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe (memory + Layout.Block.counter).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// How often the block was executed, or whether it was, as far as its counter tells.
    var executions: UInt64 { unsafe counter.pointee.load(ordering: .relaxed) }

    /// Whether the block was executed to its end, or that is not looked at.
    var isExecutedWhole: Bool { unsafe unreached.pointee.load(ordering: .relaxed) == 0 }

    /// The block's record as it is now.
    var record: BlockRecord {
        BlockRecord(
            address: address, start: start, size: size, module: module, pageEnd: pageEnd,
            unreached: unsafe unreached.pointee.load(ordering: .relaxed))
    }

    /// Whether it is a conditional jump's.
    var isJump: Bool { size & BlockRecord.jumpMark != 0 }

    /// Of a jump, where it went so far. vCPUs write to it.
    var ways: JumpWays { JumpWays(rawValue: unsafe unreached.pointee.load(ordering: .relaxed)) }

    /// Notes that a jump went there.
    func add(_ way: JumpWays) {
        _ = unsafe unreached.pointee.bitwiseOr(way.rawValue, ordering: .relaxed)
    }

    /// The address behind a jump.
    var jumpEnd: UInt64 { address &+ UInt64(size & ~BlockRecord.jumpMark) }

    /// Where a jump leads; nil where that is not one place.
    var target: UInt64? {
        let distance = unsafe memory.load(fromByteOffset: Layout.Block.distance, as: Int32.self)
        return distance == .min ? nil : address &+ UInt64(bitPattern: Int64(distance))
    }

    /// Enters where a jump leads.
    func setTarget(_ target: UInt64?) {
        let distance = target.flatMap { Int32(exactly: Int64(bitPattern: $0 &- address)) }
        unsafe memory.storeBytes(
            of: distance ?? .min, toByteOffset: Layout.Block.distance, as: Int32.self)
    }

    /// What stands for it in a word that QEMU passes.
    var word: UInt { unsafe UInt(bitPattern: memory) }

    /// The block for which such a word stands.
    @unsafe
    init?(word: UInt) {
        guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: word) else { return nil }
        unsafe self.memory = memory
    }

    /// The block whose counter is at an address.
    @unsafe
    init?(counterAt word: UInt) { unsafe self.init(word: word - UInt(Layout.Block.counter)) }

    /// Enters a block of which nothing was executed yet; the counter is 0 already.
    func enter(_ record: BlockRecord) {
        unsafe memory.storeBytes(
            of: record.address, toByteOffset: Layout.Block.address, as: UInt64.self)
        start = record.start
        unsafe memory.storeBytes(of: record.size, toByteOffset: Layout.Block.size, as: UInt16.self)
        module = record.module
        unsafe memory.storeBytes(
            of: record.pageEnd.state, toByteOffset: Layout.Block.pageEnd, as: UInt8.self)
        unsafe unreached.pointee.store(record.unreached, ordering: .relaxed)
    }
}
