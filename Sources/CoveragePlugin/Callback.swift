import CQEMUPlugin
import QEMUPluginEmbedded

/// What QEMU calls at each execution of a block (``Engine/callback``).
enum Callback {
    /// Called when a block was executed ``Retranslation/reportInterval`` times more. Written at
    /// install, before there is a vCPU.
    nonisolated(unsafe) static var often: (@Sendable () -> Void)?

    /// Counts in the block's own counter. Threads can lose counts to each other, though never the
    /// first.
    static let executed: TranslationBlock.ExecutionFunction = { _, data in
        guard let counter = unsafe data?.assumingMemoryBound(to: UInt64.self) else { return }
        let count = unsafe counter.pointee &+ 1
        unsafe counter.pointee = count
        if count & (Retranslation.reportInterval - 1) == 0 { unsafe often?() }
    }

    /// The same without a loss.
    static let counted: TranslationBlock.ExecutionFunction = { _, data in
        guard let counter = unsafe data?.assumingMemoryBound(to: UInt64.self) else { return }
        let count = unsafe host_count(counter)
        if count & (Retranslation.reportInterval - 1) == 0 { unsafe often?() }
    }
}
