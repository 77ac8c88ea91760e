import Synchronization

/// How far code that is translated now looks where conditional jumps go.
///
/// In an open phase each block looks where it is come from. In a closed one only those do that a jump leads to of
/// which one way was not seen yet; for all others, nothing is left to be learned. When a jump is then translated
/// that was not known, and a block that it leads to does not look, all is opened again before the jump has gone
/// anywhere. A phase changes when no code of the one before is left.
final class EdgePhase: Sendable {
    private let state = Atomic<UInt32>(2)
    private let isToOpen = Atomic(false)

    /// A number of its own for each time that all code was translated anew, above 0.
    var generation: UInt32 { state.load(ordering: .relaxed) >> 1 }

    /// Whether each block looks.
    var isOpen: Bool { state.load(ordering: .relaxed) & 1 == 0 }

    /// When all is translated anew next, it is for an open phase.
    func open() { isToOpen.store(true, ordering: .relaxed) }

    /// All code was forgotten, and no vCPU executes.
    ///
    /// - Parameter canClose: whether the phase that begins may be a closed one.
    func begins(canClose: Bool) {
        let isClosed = !isToOpen.exchange(false, ordering: .relaxed) && canClose
        state.store((generation + 1) << 1 | (isClosed ? 1 : 0), ordering: .relaxed)
    }
}
