import CQEMUPlugin
import JournalEmbedded
import QEMUPluginEmbedded

/// What QEMU calls directly when a block or an instruction is executed. Threads can lose each other's
/// counts, though never the first, where it is not said that they do not.
enum Callback {
    /// Called when a block was executed ``Retranslation/reportInterval`` times more. Written at
    /// install, before there is a vCPU.
    nonisolated(unsafe) static var often: (@Sendable () -> Void)?

    /// Whether the guest is between `start=` and `stop=`.
    nonisolated(unsafe) private(set) static var isOn = true
    /// Whether it was there once.
    nonisolated(unsafe) private(set) static var wasOn = true

    /// Called when recording begins at `start=`. Written at install.
    nonisolated(unsafe) static var started: (@Sendable () -> Void)?
    nonisolated(unsafe) private static var idleCount: UInt64 = 0

    /// Nothing is recorded before `start=`. At install, before there is a vCPU.
    static func waitForStart() { unsafe (isOn, wasOn) = (false, false) }

    /// Counts in the block's own counter (``Engine/callback``).
    static let executed: TranslationBlock.ExecutionFunction = { _, data in
        unsafe count(data)
    }

    /// The same, and no thread loses a count.
    static let counted: TranslationBlock.ExecutionFunction = { _, data in unsafe countEach(data) }

    /// The same where recording is switched on and off.
    static let countedIfOn: TranslationBlock.ExecutionFunction = { _, data in
        if unsafe isOn { unsafe countEach(data) }
    }

    /// ``executed`` where recording is switched on and off.
    static let executedIfOn: TranslationBlock.ExecutionFunction = { _, data in
        if unsafe isOn {
            unsafe count(data)
        } else {
            let count = unsafe idleCount &+ 1
            unsafe idleCount = count
            report(count)
        }
    }

    /// What a block or an instruction calls when it is executed.
    static func function(counts: Bool, switches: Bool) -> TranslationBlock.ExecutionFunction {
        if counts { return unsafe switches ? countedIfOn : counted }
        return unsafe switches ? executedIfOn : executed
    }

    static let starts: TranslationBlock.ExecutionFunction = { _, _ in switchOn() }
    static let stops: TranslationBlock.ExecutionFunction = { _, _ in unsafe isOn = false }
    static let startsOrStops: TranslationBlock.ExecutionFunction = { _, _ in
        if unsafe isOn { unsafe isOn = false } else { switchOn() }
    }

    /// Notes in the block's record that the block was executed up to an instruction and with it.
    static let reached: TranslationBlock.ExecutionFunction = { _, data in unsafe note(data) }

    /// The same where recording is switched on and off.
    static let reachedIfOn: TranslationBlock.ExecutionFunction = { _, data in
        if unsafe isOn { unsafe note(data) }
    }

    /// What ``reached`` takes: where the record is, and how many of the block's bytes come behind the
    /// instruction, in the bits that an address of a process leaves.
    @unsafe
    static func progress(
        in record: UnsafeMutablePointer<BlockRecord>, left: UInt16
    ) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(
            bitPattern: UInt(bitPattern: record) | UInt(left) << addressBits)
    }

    private static let addressBits: UInt = 48

    @unsafe
    private static func count(_ data: UnsafeMutableRawPointer?) {
        guard let counter = unsafe data?.assumingMemoryBound(to: UInt64.self) else { return }
        let count = unsafe counter.pointee &+ 1
        unsafe counter.pointee = count
        report(count)
    }

    @unsafe
    private static func note(_ data: UnsafeMutableRawPointer?) {
        let bits = UInt(bitPattern: data)
        guard
            let record = unsafe UnsafeMutablePointer<BlockRecord>(
                bitPattern: bits & (1 << addressBits - 1))
        else { return }
        let left = UInt16(truncatingIfNeeded: bits >> addressBits)
        if unsafe left < record.pointee.unreached { unsafe record.pointee.unreached = left }
    }

    private static func report(_ count: UInt64) {
        if count & (Retranslation.reportInterval - 1) == 0 { unsafe often?() }
    }

    private static func switchOn() {
        unsafe (isOn, wasOn) = (true, true)
        unsafe started?()
    }

    @unsafe
    private static func countEach(_ data: UnsafeMutableRawPointer?) {
        guard let counter = unsafe data?.assumingMemoryBound(to: UInt64.self) else { return }
        let count = unsafe host_count(counter)
        report(count)
    }
}
