import QEMUPluginEmbedded
import Synchronization

/// What QEMU calls directly when a block or an instruction is executed. Threads can lose each other's
/// counts, though never the first, where it is not said that they do not.
enum Callback {
    /// Called when a block was executed ``Retranslation/reportInterval`` times more. Written at
    /// install, before there is a vCPU.
    nonisolated(unsafe) static var often: (@Sendable (VCPU) -> Void)?

    /// Called with a block's index when a vCPU executes the block for the first time. Written at
    /// install.
    nonisolated(unsafe) static var first: (@Sendable (_ index: Int, _ vcpu: VCPU) -> Void)?

    /// Called when recording begins at `start=`. Written at install.
    nonisolated(unsafe) static var started: (@Sendable (VCPU) -> Void)?

    /// Called when a conditional jump is about to be executed whose ways are not watched. Written at install.
    nonisolated(unsafe) static var opens: (@Sendable (VCPU) -> Void)?

    /// The conditional jumps that vCPUs come from; nil where nobody asks. Written at install, so that nothing
    /// need be checked at each jump and block that asks for it.
    @exclusivity(unchecked) nonisolated(unsafe) static var pendingJumps: PendingJumps?

    /// Whether the guest is between `start=` and `stop=`.
    private static let isOn = Atomic(true)
    /// Whether it was there once.
    private static let hasBeenOn = Atomic(true)
    /// How many callbacks came while it was not there; threads can lose each other's.
    private static let idleCount = Atomic<UInt64>(0)

    /// Nothing is recorded before `start=`.
    static func waitForStart() {
        isOn.store(false, ordering: .relaxed)
        hasBeenOn.store(false, ordering: .relaxed)
    }

    /// Whether the guest is between `start=` and `stop=`, for who looks at each execution: it may be seen a
    /// little late what another thread has just switched, as the guest's own values may.
    static var records: Bool { isOn.load(ordering: .relaxed) }

    /// The same, in one order for all threads with what they do by it (``Recorder``).
    static var recordsNow: Bool { isOn.load(ordering: .sequentiallyConsistent) }

    /// Whether the guest ever was there.
    static var hasRecorded: Bool { hasBeenOn.load(ordering: .relaxed) }

    /// Tells that the block of an index is executed by a vCPU for the first time
    /// (``Engine/conditional``).
    static let executedFirst: ExecutionFunction = { vcpu, index in
        unsafe first?(Int(bitPattern: index), vcpu)
    }

    /// Counts in the block's own counter (``Engine/callback``).
    static let executed: ExecutionFunction = { vcpu, word in
        unsafe count(word, by: vcpu)
    }

    /// The same, and no thread loses a count.
    static let counted: ExecutionFunction = { vcpu, word in unsafe countEach(word, by: vcpu) }

    /// The same where recording is switched on and off.
    static let countedIfOn: ExecutionFunction = { vcpu, word in
        if records { unsafe countEach(word, by: vcpu) }
    }

    /// ``executed`` where recording is switched on and off.
    static let executedIfOn: ExecutionFunction = { vcpu, word in
        if records {
            unsafe count(word, by: vcpu)
        } else {
            report(addOne(to: idleCount), by: vcpu)
        }
    }

    /// What a block or an instruction calls when it is executed.
    ///
    /// - Parameter edges: whether it is looked at where the vCPU comes from.
    static func function(counts: Bool, switches: Bool, edges: Bool) -> ExecutionFunction {
        if edges {
            if counts { return switches ? countedAfterIfOn : countedAfter }
            return switches ? executedAfterIfOn : executedAfter
        }
        if counts { return switches ? countedIfOn : counted }
        return switches ? executedIfOn : executed
    }

    static let starts: ExecutionFunction = { vcpu, _ in switchOn(by: vcpu) }
    static let stops: ExecutionFunction = { _, _ in isOn.store(false, ordering: .relaxed) }
    static let startsOrStops: ExecutionFunction = { vcpu, _ in
        let (wasOn, _) = isOn.logicalXor(true, ordering: .sequentiallyConsistent)
        if !wasOn { switchedOn(by: vcpu) }
    }

    /// Notes in the block's record that the block was executed up to an instruction and with it.
    static let reached: ExecutionFunction = { _, word in unsafe note(word) }

    /// The same where recording is switched on and off.
    static let reachedIfOn: ExecutionFunction = { _, word in
        if records { unsafe note(word) }
    }

    /// What ``reached`` takes: where the number of bytes stands that were not come to, and how many of the
    /// block's bytes come behind the instruction, in the bits that an address of a process leaves.
    @unsafe
    static func progress(
        in unreached: UnsafeMutablePointer<Atomic<UInt16>>, left: UInt16
    ) -> UInt {
        UInt(bitPattern: unreached) | UInt(left) << addressBits
    }

    private static let addressBits: UInt = 48

    @unsafe
    static func count(_ address: UInt, by vcpu: VCPU) {
        guard let counter = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address)
        else { return }
        report(unsafe addOne(to: counter.pointee), by: vcpu)
    }

    /// A sum in which threads can lose each other's addition, for a fifth of what it costs where they
    /// cannot.
    static func addOne(to counter: borrowing Atomic<UInt64>) -> UInt64 {
        let sum = counter.load(ordering: .relaxed) &+ 1
        counter.store(sum, ordering: .relaxed)
        return sum
    }

    @unsafe
    private static func note(_ bits: UInt) {
        guard
            let unreached = unsafe UnsafeMutablePointer<Atomic<UInt16>>(
                bitPattern: bits & (1 << addressBits - 1))
        else { return }
        let left = UInt16(truncatingIfNeeded: bits >> addressBits)
        if unsafe left < unreached.pointee.load(ordering: .relaxed) {
            unsafe lower(unreached, to: left)
        }
    }

    /// Never raises it, though another thread that came further may write at the same time. Apart, so that
    /// what is called each time has nothing to save for it.
    @unsafe
    @inline(never)
    private static func lower(_ unreached: UnsafeMutablePointer<Atomic<UInt16>>, to left: UInt16) {
        _ = unsafe unreached.pointee.min(left, ordering: .relaxed)
    }

    static func report(_ count: UInt64, by vcpu: VCPU) {
        if count & (Retranslation.reportInterval - 1) == 0 { tellOfMany(by: vcpu) }
    }

    /// Apart, so that what is called each time has nothing to save for it.
    @inline(never)
    private static func tellOfMany(by vcpu: VCPU) { unsafe often?(vcpu) }

    private static func switchOn(by vcpu: VCPU) {
        isOn.store(true, ordering: .sequentiallyConsistent)
        switchedOn(by: vcpu)
    }

    private static func switchedOn(by vcpu: VCPU) {
        hasBeenOn.store(true, ordering: .relaxed)
        unsafe started?(vcpu)
    }

    @unsafe
    static func countEach(_ address: UInt, by vcpu: VCPU) {
        guard let counter = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address)
        else { return }
        report(unsafe counter.pointee.wrappingAdd(1, ordering: .relaxed).newValue, by: vcpu)
    }
}
