import QEMUPluginEmbedded
import Synchronization

/// Has blocks show that they are executed, and knows how often they were.
struct HitInstrumentation: ~Copyable {
    private let engine: Engine
    private let counts: Bool
    private let switches: Bool
    private let edges: Bool
    /// Whether executions are counted, in part or all of them by the vCPUs each for itself.
    private let countsByVCPU: Bool
    /// What a block calls when it is executed (``Engine/callback``).
    private let function: ExecutionFunction
    let vcpuHits: VCPUHits

    /// Nil where the system has no room.
    ///
    /// - Parameters:
    ///   - counts: whether each execution is counted.
    ///   - switches: whether recording is switched on and off.
    ///   - edges: whether it is looked at where a vCPU comes from.
    init?(_ engine: Engine, counts: Bool, switches: Bool, edges: Bool, host: HostInformation) {
        guard let vcpuHits = VCPUHits() else { return nil }
        let retranslates =
            engine == .callback && host.survivesRetranslation
            && Feature.blockInlinePerVCPU.isAvailable
        self.engine = engine
        self.counts = counts
        self.switches = switches
        self.edges = edges
        // What a vCPU adds by itself cannot be switched off.
        countsByVCPU = counts && !switches && (engine == .conditional || retranslates)
        function = Callback.function(counts: counts, switches: switches, edges: edges)
        self.vcpuHits = vcpuHits
    }

    /// Whether a block that was executed can do without a callback.
    var canDoWithoutCallback: Bool { !counts || countsByVCPU }

    /// Whether the journal's counters say how often each block was executed while it is recorded.
    var countsInJournal: Bool { counts && !countsByVCPU }

    /// Has the block show that it is executed; false where there is no room.
    ///
    /// - Parameter kept: the block of that index.
    @_optimize(speed)
    func watch(
        _ block: borrowing TranslationBlock, as index: Int, at kept: JournalBlock
    ) -> Bool {
        switch engine {
        case .counter:  // This engine is not chosen where it cannot be.
            try? unsafe block.add(
                1,
                to: UnsafeMutableRawPointer(kept.counter).assumingMemoryBound(to: UInt64.self))
        case .conditional:
            // Once it is counted, the value it hangs on is not 0 any more.
            return vcpuHits.watch(block, as: index)
                && (!counts || vcpuHits.count(block, as: index))
        case .callback:
            block.onExecution(
                passing: unsafe UInt(bitPattern: kept.counter), call: function)
        }
        return true
    }

    /// The same for a part of a block in which recording is switched on or off.
    func watch(
        _ part: BlockPart, of block: borrowing TranslationBlock, at kept: JournalBlock
    ) {
        block.withInstruction(at: part.first) { first in
            first.onExecution(
                passing: unsafe UInt(bitPattern: kept.counter),
                call: Callback.function(counts: counts, switches: true, edges: edges))
        }
    }

    /// Whether the journal need not come to know of further executions of a block that is recorded:
    /// nothing is wanted of them, or the vCPUs count them.
    func canLeave(_ block: borrowing TranslationBlock, as index: Int) -> Bool {
        guard counts else { return true }
        return engine == .callback && countsByVCPU && vcpuHits.count(block, as: index)
    }

    /// How often the block was executed; where that is not counted, whether it was.
    ///
    /// - Parameter counter: what the counter of the block of that index says.
    @inline(__always)
    func executions(of index: Int, counter: UInt64) -> UInt64 {
        guard countsByVCPU else { return counter }
        let sum = vcpuHits.sum(index)
        return engine == .conditional ? max(counter, sum) : counter &+ sum
    }

    /// Brings the counts into the journal where they are not there.
    func gather(into table: inout BlockHashTable) {
        guard countsByVCPU else { return }
        for index in 0..<table.count {
            let counter = unsafe table[index].counter
            // By one step each: what other threads execute meanwhile counts in the same place.
            if engine == .conditional {
                _ = unsafe counter.pointee.max(vcpuHits.sum(index), ordering: .relaxed)
            } else {
                _ = unsafe counter.pointee.wrappingAdd(
                    vcpuHits.sum(index), ordering: .relaxed)
            }
        }
        // Where a vCPU's value decides whether the block is reported, it stays, and goes on counting.
        if engine == .callback { vcpuHits.forgetAll() }
        table.journal.head.setHoldsCounts(true)
    }

    /// Nothing was executed yet.
    func forgetAll() { vcpuHits.forgetAll() }
}
