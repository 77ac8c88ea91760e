import QEMUPluginEmbedded
import Synchronization

/// All blocks that were translated, by their address. A program's translations do not overlap, but its
/// end can come while another thread translates: a lock that is held for moments.
final class BlockList: @unchecked Sendable {
    private static let perBoard = 1024

    private let isHeld = Atomic(false)
    private var counters: [UInt64: Counter] = [:]
    private var board: Scoreboard<UInt64>?
    private var used = 0

    /// The one counter of a block.
    func counter(of address: UInt64) -> Counter {
        locked {
            if let known = counters[address] { return known }
            let counter = Counter(address, nextEntry())
            counters[address] = counter
            return counter
        }
    }

    var counts: [(address: UInt64, count: UInt64)] {
        locked { counters.values.map { ($0.address, $0.sum) } }
    }

    private func nextEntry() -> VCPUEntry? {
        if board == nil || used == BlockList.perBoard {
            board = (try? Scoreboard(count: BlockList.perBoard)) ?? nil
            used = 0
        }
        used += 1
        return board?.entry(used - 1)
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        while isHeld.exchange(true, ordering: .acquiring) {}
        defer { isHeld.store(false, ordering: .releasing) }
        return body()
    }
}
