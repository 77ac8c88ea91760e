import JournalEmbedded
import Synchronization

/// Where blocks' counters are kept. It never changes: code that QEMU has generated holds the places.
@safe
struct Counters: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    private let mostBlocks: Int

    /// The memory of a journal that has addresses for so many blocks.
    init(memory: UnsafeMutableRawPointer, mostBlocks: Int) {
        unsafe self.memory = memory
        self.mostBlocks = mostBlocks
    }

    /// The counter of a block that there is room for.
    @unsafe
    func place(of index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(index >= 0 && index < mostBlocks)
        return unsafe (memory + JournalFile.end(ofBlocks: index) + Layout.counterOffset)
            .assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}
