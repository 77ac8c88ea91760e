import CHost
import QEMUPluginEmbedded
import Synchronization

/// Runs a program on many inputs from one start: a fork server by AFL's protocol, in a QEMU that knows nothing of
/// it (Docs/fork-server.md).
///
/// The program is run up to where it could come to know its input, and then forks once for each that is asked for.
/// Each child finds all code translated that the start needed, and is a run of its own in all other respects.
final class ForkServer: @unchecked Sendable {
    private let point: ForkPoint
    private let isPending = Atomic(true)
    /// Touched only while there is one thread, since what makes another is no harmless call.
    private var guestBase: UInt64?

    /// Nil where nobody asks for forks.
    init?(_ host: HostInformation) {
        guard host_has_fork_requests() else { return nil }
        point = ForkPoint(host)
    }

    /// Whether the program has not come to the fork yet.
    var isWaiting: Bool { isPending.load(ordering: .relaxed) }

    /// A block is translated, which tells where the guest's memory is.
    func translated(_ block: borrowing TranslationBlock) {
        guard guestBase == nil else { return }
        guestBase =
            block.withInstruction(at: 0) { instruction in
                instruction.hostAddress.map { $0 &- instruction.address }
            } ?? nil
    }

    /// The guest is about to make a system call: forks where that is the first that can depend on the input.
    ///
    /// - Returns: false before that and in each child; true in the server when nobody asks any more, so that the
    ///   process is to end.
    func systemCallBegins(_ call: SystemCall) -> Bool {
        if let guestBase, point.isHarmless(call, guestBase: guestBase) { return false }
        isPending.store(false, ordering: .relaxed)
        return host_serve_forks()
    }
}
