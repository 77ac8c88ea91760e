import CQEMUPlugin
import JournalEmbedded
import QEMUPluginEmbedded

/// What QEMU calls directly when a block or an instruction is executed. Threads can lose each other's
/// counts, though never the first, where it is not said that they do not.
enum Callback {
    /// Called when a block was executed ``Retranslation/reportInterval`` times more. Written at
    /// install, before there is a vCPU.
    nonisolated(unsafe) static var often: (@Sendable () -> Void)?

    /// Called with a block's index when a vCPU executes the block for the first time. Written at
    /// install.
    nonisolated(unsafe) static var first: (@Sendable (_ index: Int, _ vcpu: UInt32) -> Void)?

    /// Whether the guest is between `start=` and `stop=`.
    nonisolated(unsafe) private(set) static var isOn = true
    /// Whether it was there once.
    nonisolated(unsafe) private(set) static var wasOn = true

    /// Called when recording begins at `start=`. Written at install.
    nonisolated(unsafe) static var started: (@Sendable () -> Void)?
    nonisolated(unsafe) private static var idleCount: UInt64 = 0

    /// Nothing is recorded before `start=`. At install, before there is a vCPU.
    static func waitForStart() { unsafe (isOn, wasOn) = (false, false) }

    /// Tells that the block of an index is executed by a vCPU for the first time
    /// (``Engine/conditional``).
    static let executedFirst: ExecutionFunction = { vcpu, index in
        unsafe first?(Int(bitPattern: index), vcpu)
    }

    /// Counts in the block's own counter (``Engine/callback``).
    static let executed: ExecutionFunction = { _, word in
        unsafe count(word)
    }

    /// The same, and no thread loses a count.
    static let counted: ExecutionFunction = { _, word in unsafe countEach(word) }

    /// The same where recording is switched on and off.
    static let countedIfOn: ExecutionFunction = { _, word in
        if unsafe isOn { unsafe countEach(word) }
    }

    /// ``executed`` where recording is switched on and off.
    static let executedIfOn: ExecutionFunction = { _, word in
        if unsafe isOn {
            unsafe count(word)
        } else {
            let count = unsafe idleCount &+ 1
            unsafe idleCount = count
            report(count)
        }
    }

    /// What a block or an instruction calls when it is executed.
    static func function(counts: Bool, switches: Bool) -> ExecutionFunction {
        if counts { return switches ? countedIfOn : counted }
        return switches ? executedIfOn : executed
    }

    static let starts: ExecutionFunction = { _, _ in switchOn() }
    static let stops: ExecutionFunction = { _, _ in unsafe isOn = false }
    static let startsOrStops: ExecutionFunction = { _, _ in
        if unsafe isOn { unsafe isOn = false } else { switchOn() }
    }

    /// Notes in the block's record that the block was executed up to an instruction and with it.
    static let reached: ExecutionFunction = { _, word in unsafe note(word) }

    /// The same where recording is switched on and off.
    static let reachedIfOn: ExecutionFunction = { _, word in
        if unsafe isOn { unsafe note(word) }
    }

    /// What ``reached`` takes: where the record is, and how many of the block's bytes come behind the
    /// instruction, in the bits that an address of a process leaves.
    @unsafe
    static func progress(
        in record: UnsafeMutablePointer<BlockRecord>, left: UInt16
    ) -> UInt {
        UInt(bitPattern: record) | UInt(left) << addressBits
    }

    private static let addressBits: UInt = 48

    @unsafe
    private static func count(_ address: UInt) {
        guard let counter = unsafe UnsafeMutablePointer<UInt64>(bitPattern: address) else { return }
        let count = unsafe counter.pointee &+ 1
        unsafe counter.pointee = count
        report(count)
    }

    @unsafe
    private static func note(_ bits: UInt) {
        guard
            let record = unsafe UnsafeMutablePointer<BlockRecord>(
                bitPattern: bits & (1 << addressBits - 1))
        else { return }
        let left = UInt16(truncatingIfNeeded: bits >> addressBits)
        if unsafe left < record.pointee.unreached { unsafe record.pointee.unreached = left }
    }

    private static func report(_ count: UInt64) {
        if count & (Retranslation.reportInterval - 1) == 0 { tellOfMany() }
    }

    /// Apart, so that what is called each time has nothing to save for it.
    @inline(never)
    private static func tellOfMany() { unsafe often?() }

    private static func switchOn() {
        unsafe (isOn, wasOn) = (true, true)
        unsafe started?()
    }

    @unsafe
    private static func countEach(_ address: UInt) {
        guard let counter = unsafe UnsafeMutablePointer<UInt64>(bitPattern: address) else { return }
        let count = unsafe host_count(counter)
        report(count)
    }
}
