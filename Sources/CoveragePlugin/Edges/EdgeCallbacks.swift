import JournalEmbedded
import QEMUPluginEmbedded
import Synchronization

/// What QEMU calls where it is seen where conditional jumps go.
extension Callback {
    /// Notes that the vCPU is about to execute the jump whose record is at an address.
    static let jumps: ExecutionFunction = { vcpu, word in
        unsafe pendingJumps?.set(word, for: vcpu.index)
    }

    /// The same where recording is switched on and off.
    static let jumpsIfOn: ExecutionFunction = { vcpu, word in
        if records { unsafe pendingJumps?.set(word, for: vcpu.index) }
    }

    /// Looks where the vCPU comes from that enters the block at a guest address.
    static let comes: ExecutionFunction = { vcpu, word in
        if resolve(UInt64(word), by: vcpu) { reportWaste(by: vcpu) }
    }

    /// The same in an open phase, which could be a closed one.
    static let comesInOpen: ExecutionFunction = { vcpu, word in
        _ = resolve(UInt64(word), by: vcpu)
        reportWaste(by: vcpu)
    }

    /// The same where recording is switched on and off.
    static let comesIfOn: ExecutionFunction = { vcpu, word in
        if records {
            _ = resolve(UInt64(word), by: vcpu)
        } else {
            _ = unsafe pendingJumps?.take(vcpu.index)
        }
    }

    /// ``executed``, and looks where the vCPU comes from.
    static let executedAfter: ExecutionFunction = { vcpu, word in
        unsafe resolve(counter: word, by: vcpu)
        unsafe count(word, by: vcpu)
    }

    /// ``counted``, in the same way.
    static let countedAfter: ExecutionFunction = { vcpu, word in
        unsafe resolve(counter: word, by: vcpu)
        unsafe countEach(word, by: vcpu)
    }

    /// ``executedIfOn``, in the same way.
    static let executedAfterIfOn: ExecutionFunction = { vcpu, word in
        if records {
            unsafe resolve(counter: word, by: vcpu)
        } else {
            _ = unsafe pendingJumps?.take(vcpu.index)
        }
        executedIfOn(vcpu, word)
    }

    /// ``countedIfOn``, in the same way.
    static let countedAfterIfOn: ExecutionFunction = { vcpu, word in
        if records {
            unsafe resolve(counter: word, by: vcpu)
            unsafe countEach(word, by: vcpu)
        } else {
            _ = unsafe pendingJumps?.take(vcpu.index)
        }
    }

    /// A jump that was not known is about to be executed, and a block that it leads to does not look where it is
    /// come from.
    static let opensEdges: ExecutionFunction = { vcpu, _ in unsafe opens?(vcpu) }

    /// How many callbacks came from which nothing was to be learned any more; threads can lose each other's.
    private static let wasted = Atomic<UInt64>(0)

    private static func reportWaste(by vcpu: VCPU) { report(addOne(to: wasted), by: vcpu) }

    @unsafe
    @inline(__always)
    private static func resolve(counter word: UInt, by vcpu: VCPU) {
        guard let jump = unsafe pendingJumps?.take(vcpu.index), jump != 0,
            let kept = unsafe JournalBlock(counterAt: word)
        else { return }
        _ = resolve(jump, at: kept.address)
    }

    @inline(__always)
    private static func resolve(_ address: UInt64, by vcpu: VCPU) -> Bool {
        guard let jump = unsafe pendingJumps?.take(vcpu.index), jump != 0 else { return false }
        return resolve(jump, at: address)
    }

    /// Notes which way a jump has gone that the vCPU comes from to a block; neither where the guest was
    /// interrupted in between.
    ///
    /// - Returns: whether there is nothing more to be learned of the jump.
    private static func resolve(_ word: UInt, at address: UInt64) -> Bool {
        guard let jump = unsafe JournalBlock(word: word) else { return false }
        let ways = jump.ways
        if ways == .both { return true }
        let way: JumpWays
        if address == jump.jumpEnd {
            way = .fellThrough
        } else if jump.target.map({ $0 == address }) ?? true {
            way = .jumped
        } else {
            return false
        }
        if !ways.contains(way) { jump.add(way) }
        return false
    }
}
