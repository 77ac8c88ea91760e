import Synchronization

/// Decides when to have QEMU translate all code anew, so that blocks whose execution is recorded run
/// without a callback.
///
/// It is the question of renting or buying: a callback costs a little each time, a new translation
/// much, once for each block that is executed again. Once the callbacks have cost as much as the
/// translation will, it is done, so that the two together cost at most twice the better of them.
/// Callbacks for blocks that show up later are reckoned up anew. Short runs never get there.
struct Retranslation: ~Copyable {
    /// Each block tells of itself every so many of its executions.
    static let reportInterval: UInt64 = 1 << 10
    /// Callbacks that are worth one block's translation, measured: with less, runs of half a second
    /// pay for translations that they do not use; with more, runs of one or two seconds pay for
    /// callbacks (60 to 4000 tried, on perl and python3, with 7.2 and 10.2).
    private static let callbacksPerBlock: UInt64 = 250

    private let callbacks = Atomic<UInt64>(0)
    private let blockCount = Atomic<UInt64>(0)
    /// How often what was done came too early.
    private let regrets = Atomic<UInt64>(0)
    /// So many are what a program's start costs; behind each further so many, it takes twice as much.
    private static let regretsPerStep: UInt64 = 4
    private static let mostSteps: UInt64 = 4

    /// So many distinct blocks are there.
    borrowing func setBlockCount(_ count: Int) {
        blockCount.store(UInt64(count), ordering: .relaxed)
    }

    /// What was saved had to be brought back.
    borrowing func backOff() {
        let count = regrets.load(ordering: .relaxed)
        regrets.store(count + 1, ordering: .relaxed)
    }

    /// A block was executed ``reportInterval`` times more; true where now is the time.
    borrowing func report() -> Bool {
        let (_, sum) = callbacks.wrappingAdd(Retranslation.reportInterval, ordering: .relaxed)
        let steps = regrets.load(ordering: .relaxed) / Retranslation.regretsPerStep
        let factor = UInt64(1) << min(steps, Retranslation.mostSteps)
        let enough = blockCount.load(ordering: .relaxed) * Retranslation.callbacksPerBlock * factor
        guard sum >= enough else {
            return false
        }
        // Of several threads that come here at once, one sees the sum before it is cleared.
        return callbacks.exchange(0, ordering: .relaxed) >= sum
    }
}
