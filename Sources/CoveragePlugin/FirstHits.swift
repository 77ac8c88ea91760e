import QEMUPluginEmbedded

/// For each block a value that says whether a vCPU has executed it, on which its callback hangs.
struct FirstHits: ~Copyable {
    private static let blocksPerBoard = 1 << 10
    private static let mostBoards = 1 << 19

    /// They do not move when one is added: other threads read them.
    private let boards: MappedArray<Scoreboard?>
    private var boardCount = 0

    /// Nil where the system has no room.
    init?() {
        guard let boards = MappedArray<Scoreboard?>(count: FirstHits.mostBoards) else { return nil }
        self.boards = boards
    }

    /// Has the block report its first execution by each vCPU; false where there is no room.
    mutating func watch(_ block: borrowing TranslationBlock, as index: Int) -> Bool {
        let (board, place) = index.quotientAndRemainder(dividingBy: FirstHits.blocksPerBoard)
        while board >= boardCount {
            guard boardCount < FirstHits.mostBoards,
                let added = Scoreboard(count: FirstHits.blocksPerBoard)
            else { return false }
            boards[boardCount] = added
            boardCount += 1
        }
        guard let scoreboard = boards[board] else { return false }
        block.reportExecution(of: UInt(index), whileZero: scoreboard, at: place)
        return true
    }

    /// Sees to it that the vCPU does not report the block again.
    func note(_ index: Int, by vcpu: UInt32) {
        let (board, place) = index.quotientAndRemainder(dividingBy: FirstHits.blocksPerBoard)
        boards[board]?[vcpu, place] = 1
    }

    /// Sees to it that every vCPU reports every block again. No other thread may be executing.
    func forgetAll() {
        for board in 0..<boardCount {
            guard let scoreboard = boards[board] else { continue }
            for vcpu in 0..<Scoreboard.vcpuCount {
                for place in 0..<scoreboard.count { scoreboard[vcpu, place] = 0 }
            }
        }
    }
}
