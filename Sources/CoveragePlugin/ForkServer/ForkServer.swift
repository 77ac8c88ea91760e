import CHost
import QEMUPluginEmbedded
import Synchronization

/// Runs a program on many inputs from one start: a fork server by AFL's protocol, in a QEMU that knows nothing of
/// it (Docs/fork-server.md).
///
/// The program is run up to where it could come to know its input, and then forks once for each that is asked for.
/// Each child finds all code translated that the start needed, and is a run of its own in all other respects.
final class ForkServer: @unchecked Sendable {
    private enum State {
        /// The program has not come to the place that was asked for.
        static let isBeforePlace = 0
        /// Whatever the program does next that is not known to be harmless, it forks before.
        static let isDue = 1
        /// The program is forked, or will not be.
        static let isOver = 2
    }

    private let point: ForkPoint
    private let place: Location?
    private let state: Atomic<Int>
    /// QEMU's own threads.
    private let threadCount = host_thread_count()
    /// What threads that are about to end get for it, in milliseconds.
    private static let longestWait = 100
    /// Written when code is translated, read by the one thread that there is at the fork.
    private var guestBase: UInt64?
    /// Whether the program has asked for memory beyond its own, with `brk`. Written at its start, by its one thread.
    private var hasAskedForMemory = false
    /// Where in this process the program's C library may have its thread's number. Written likewise.
    private var threadNumber: UInt64?

    /// Nil where nobody asks for forks.
    ///
    /// - Parameter place: where the program has to come to before it forks.
    init?(_ host: HostInformation, after place: Location?) {
        guard host_has_fork_requests() else { return nil }
        point = ForkPoint(host)
        self.place = place
        state = Atomic(place == nil ? State.isDue : State.isBeforePlace)
    }

    /// Whether the program has not come to the fork yet.
    var isWaiting: Bool { state.load(ordering: .relaxed) != State.isOver }

    /// A block is translated, which tells where the guest's memory is, and may be where the program is to come to.
    ///
    /// - Parameters:
    ///   - whole: all of the block.
    ///   - base: what offsets in the block's module count from.
    ///   - path: the module's, nil outside all modules.
    func translated(
        _ block: borrowing TranslationBlock, _ whole: BlockPart, base: UInt64, path: [UInt8]?
    ) {
        if guestBase == nil {
            guestBase =
                block.withInstruction(at: 0) { instruction in
                    instruction.hostAddress.map { $0 &- instruction.address }
                } ?? nil
        }
        let address = place?.address(base: base, path: path)
        guard whole.reaches(address) else { return }
        for index in 0..<block.instructionCount {
            block.withInstruction(at: index) { instruction in
                guard instruction.address == address else { return }
                _ = instruction.onExecution { _ in self.comesToPlace() }
            }
        }
    }

    /// The program forks at its next call that is not known to be harmless: QEMU cannot be forked while it executes
    /// the guest's code, and until then nothing happens that an input could change.
    private func comesToPlace() { move(from: State.isBeforePlace, to: State.isDue) }

    @discardableResult
    private func move(from old: Int, to new: Int) -> Bool {
        state.compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged
    }

    /// The guest is about to make a system call: forks where that is the first that can depend on the input.
    ///
    /// - Returns: false before that and in each child; true in the server when nobody asks any more, so that the
    ///   process is to end.
    func systemCallBegins(_ call: SystemCall) -> Bool {
        let isDue = state.load(ordering: .relaxed) == State.isDue
        if let guestBase, !learnsItsNumber(call, guestBase: guestBase, canFork: isDue),
            point.isHarmless(call, guestBase: guestBase)
        {
            return false
        }
        guard isDue else { return false }
        let isAlone = isAlone()
        // Of several threads that come here, one.
        guard move(from: State.isDue, to: State.isOver) else { return false }
        guard isAlone else {
            refuse(
                """
                no run is forked, since the program has started threads, which a fork does not take along; \
                give an earlier place
                """)
            return false
        }
        if let threadNumber, !host_is_thread_number(threadNumber) {
            refuse(
                """
                no run is forked, since the program's C library keeps the number of its thread to itself, which \
                each child has another of; give no place
                """)
            return false
        }
        return host_serve_forks(threadNumber ?? 0)
    }

    /// Whether the program is about to get its thread's number from the system, and keeps it where no child could be
    /// given its own.
    ///
    /// glibc has the system clear the very word in which it keeps the number, and it is in memory that glibc asked for.
    /// musl has it clear another word, and makes the call before all others that ask for memory.
    private func learnsItsNumber(_ call: SystemCall, guestBase: UInt64, canFork: Bool) -> Bool {
        switch point.step(call) {
        case .memory: if !hasAskedForMemory { hasAskedForMemory = true }
        case .threadNumber:
            if canFork, !hasAskedForMemory { return true }
            threadNumber = guestBase &+ call.arguments[0]
        case nil: break
        }
        return false
    }

    /// Whether the program has no threads but this one.
    private func isAlone() -> Bool {
        for _ in 0..<ForkServer.longestWait {
            if host_thread_count() <= threadCount { return true }
            host_sleep_milliseconds(1)
        }
        return false
    }

    /// The program ends, or is replaced, before the fork.
    func ends() {
        guard move(from: State.isBeforePlace, to: State.isOver) else { return }
        refuse("no run is forked, since the program did not come to the place that fork= names")
    }

    /// This process is a child that the program itself has forked before the fork: the server is its parent.
    func forked() {
        guard isWaiting else { return }
        state.store(State.isOver, ordering: .relaxed)
        host_refuse_forks()
    }

    private func refuse(_ reason: StaticString) {
        // Who asks for forks ends the process when it sees that there are none.
        _ = Message(reason).say()
        host_refuse_forks()
    }
}
