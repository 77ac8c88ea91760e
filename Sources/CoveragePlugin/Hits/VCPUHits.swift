import QEMUPluginEmbedded

/// For each block how often each vCPU has executed it, or whether it has, in values of the vCPUs' own.
///
/// ``note(_:by:)`` is for vCPUs that execute; for all else, ``Recorder``'s lock must be held.
final class VCPUHits: @unchecked Sendable {
    private static let blocksPerBoard = 1 << 10
    private static let mostBoards = 1 << 19

    /// They do not move when one is added: other threads read them.
    private let boards: MappedArray<Scoreboard<UInt64>?>
    private var boardCount = 0

    /// Nil where the system has no room.
    init?() {
        guard let boards = MappedArray<Scoreboard<UInt64>?>(count: VCPUHits.mostBoards) else {
            return nil
        }
        self.boards = boards
    }

    /// Has the block report its executions by each vCPU whose value is 0; false where there is no
    /// room.
    func watch(_ block: borrowing TranslationBlock, as index: Int) -> Bool {
        guard let entry = entry(of: index) else { return false }
        // This engine is not chosen where it cannot be.
        try? block.onExecution(
            while: entry, is: .equal, 0, passing: UInt(index), call: Callback.executedFirst)
        return true
    }

    /// Has each execution of the block add 1 to its vCPU's value; false where there is no room.
    func count(_ block: borrowing TranslationBlock, as index: Int) -> Bool {
        guard let entry = entry(of: index) else { return false }
        block.add(1, to: entry)
        return true
    }

    /// Sees to it that the vCPU, which executes the block, does not report it again. The block's board was
    /// entered when the block was translated, and stays what it is.
    func note(_ index: Int, by vcpu: UInt32) {
        let (board, place) = index.quotientAndRemainder(dividingBy: VCPUHits.blocksPerBoard)
        boards[board]?[vcpu, place] = 1
    }

    /// The block's values, all vCPUs together.
    func sum(_ index: Int) -> UInt64 {
        let (board, place) = index.quotientAndRemainder(dividingBy: VCPUHits.blocksPerBoard)
        guard board < boardCount else { return 0 }
        // Not `sum`, which in a callback of a system call takes a lock of QEMU's: with the recorder's lock held,
        // that would never end where a vCPU is about to translate and another one begins.
        return unsafe boards[board]?.entry(place)?.unlockedSum ?? 0
    }

    /// Sets all values to 0. What other threads execute meanwhile may be lost.
    func forgetAll() {
        for board in 0..<boardCount {
            guard let scoreboard = boards[board] else { continue }
            for vcpu in 0..<UInt32(clamping: Emulator.vcpuCount ?? 0) {
                // As above.
                unsafe scoreboard.values(of: vcpu).update(repeating: 0, count: scoreboard.count)
            }
        }
    }

    private func entry(of index: Int) -> VCPUEntry? {
        let (board, place) = index.quotientAndRemainder(dividingBy: VCPUHits.blocksPerBoard)
        while board >= boardCount {
            guard boardCount < VCPUHits.mostBoards,
                let added = try? Scoreboard<UInt64>(count: VCPUHits.blocksPerBoard)
            else { return nil }
            boards[boardCount] = added
            boardCount += 1
        }
        return boards[board]?.entry(place)
    }
}
