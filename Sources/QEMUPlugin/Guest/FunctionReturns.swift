import CQEMUPlugin

/// Tells when a function that was entered returns, on x86, ARM and RISC-V guests: by the address that it returns to,
/// at which a block begins.
///
/// ```swift
/// func translated(_ block: borrowing TranslationBlock) {
///     returns.watch(block)
///     guard block.address == function else { return }
///     block.onExecution(using: .read) { vcpu in
///         self.returns.onReturn(on: vcpu) { vcpu in … }
///     }
/// }
/// ```
///
/// A call has returned when the vCPU comes to the place behind it with the stack pointer that the call had left there;
/// calls within it that have not returned until then never do (an exception, `longjmp`), and are forgotten. So are those
/// of a thread that has ended. Calls nest, also of a function by itself. A program that switches between stacks
/// without the system (coroutines) can have calls forgotten that do return.
///
/// Each block compares one value of its vCPU's and sets another one, by code that QEMU puts into it.
public final class FunctionReturns: Sendable {
    fileprivate struct Call {
        let address: UInt64
        let stack: UInt64
        let body: @Sendable (VCPU) -> Void
    }

    /// Those of a vCPU that have not returned, in the order in which they began.
    private struct Calls {
        var list: [Call] = []
        /// The one that they are of: after it, another one can be the same vCPU.
        var thread: UInt64 = 0
    }

    /// Values of each vCPU, of which several places in the program can share one.
    private static let slots = 2048

    private let architecture: CallingConvention
    /// How many calls are to return to the place.
    private let awaited: Scoreboard<UInt64>
    /// Whether a block that ends there was executed, and no call that returns there was noted since: then the next
    /// one is a call, and not a function that another one has jumped to as its last deed.
    private let called: Scoreboard<UInt64>
    /// By vCPU.
    private let calls = Locked<[Calls]>([])
    /// All vCPUs have the same.
    private let known = Locked<CallingConvention.Registers?>(nil)

    /// For one plugin; `host` says how the guest calls functions.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3, and before 4 on x86, whose return
    ///   addresses are in memory; ``PluginError/message(_:)`` on other guests.
    public init(_ host: HostInformation) throws(PluginError) {
        guard let architecture = CallingConvention(host) else {
            throw PluginError("how this guest's functions return is not known")
        }
        try Feature.registers.require()
        try Feature.blockConditions.require()
        if architecture.link == nil { try Feature.memoryReading.require() }
        guard let awaited = try Scoreboard<UInt64>(count: FunctionReturns.slots),
            let called = try Scoreboard<UInt64>(count: FunctionReturns.slots)
        else {
            throw PluginError("out of memory")
        }
        (self.architecture, self.awaited, self.called) = (architecture, awaited, called)
    }

    /// Sees to it that a return to the block shows; to be called for each block that is translated.
    public func watch(_ block: borrowing TranslationBlock) {
        let address = block.address
        guard let entry = awaited.entry(slot(of: address)) else { return }
        // `init` has looked whether QEMU can.
        try? block.onExecution(while: entry, is: .notEqual, 0, using: .read) { vcpu in
            self.returned(to: address, on: vcpu)
        }
        block.withInstruction(at: block.instructionCount - 1) { last in
            let end = last.address &+ UInt64(last.size)
            guard let entry = called.entry(slot(of: end)) else { return }
            try? last.store(1, in: entry)
        }
    }

    /// Has `body` called when the function that a vCPU has just entered returns; in a callback of the function's
    /// first instruction that was registered with ``RegisterUse/read``. `body` may read registers.
    ///
    /// - Returns: false where it cannot be told where the function returns to.
    @discardableResult
    public func onReturn(
        on vcpu: VCPU, _ body: @escaping @Sendable (VCPU) -> Void
    ) -> Bool {
        guard let registers = registers(of: vcpu), let stack = registers.stack.value(on: vcpu),
            let address = architecture.returnAddress(registers, stack: stack, on: vcpu)
        else { return false }
        let (index, slot) = (vcpu.index, slot(of: address))
        let isCall = called[index, slot] == 1
        called[index, slot] = 0
        let over = calls.withLock { calls -> [Call] in
            while calls.count <= Int(index) { calls.append(Calls()) }
            var over = forgetOtherThread(&calls[Int(index)])
            if isCall, let first = calls[Int(index)].list.firstReplaced(at: stack) {
                over += calls[Int(index)].list.cut(from: first)
            }
            calls[Int(index)].list.append(Call(address: address, stack: stack, body: body))
            return over
        }
        forget(over, of: index)
        awaited[index, slot] = (awaited[index, slot] ?? 0) + 1
        return true
    }

    private func registers(of vcpu: VCPU) -> CallingConvention.Registers? {
        known.withLock { known in
            if known == nil { known = architecture.registers(of: vcpu) }
            return known
        }
    }

    private func slot(of address: UInt64) -> Int {
        // The upper bits of a product depend on all bits below.
        Int(truncatingIfNeeded: (address &* 0x9e37_79b9_7f4a_7c15) >> 53)
    }

    private func returned(to address: UInt64, on vcpu: VCPU) {
        guard let stack = registers(of: vcpu)?.stack.value(on: vcpu) else { return }
        let index = Int(vcpu.index)
        let (over, ended) = calls.withLock { calls -> ([Call], [Call]) in
            guard index < calls.count else { return ([], []) }
            let over = forgetOtherThread(&calls[index])
            let first = calls[index].list.firstEnded(address, stack, architecture)
            return (over, first.map { calls[index].list.cut(from: $0) } ?? [])
        }
        forget(over, of: vcpu.index)
        forget(ended, of: vcpu.index)
        guard let outermost = ended.first else { return }
        // Functions that another one has jumped to as its last deed return together.
        for call in ended.reversed()
        where call.address == address && call.stack == outermost.stack {
            call.body(vcpu)
        }
    }

    /// What is left of another thread that was the same vCPU.
    private func forgetOtherThread(_ calls: inout Calls) -> [Call] {
        let thread = qemu_thread_number()
        guard calls.thread != thread else { return [] }
        calls.thread = thread
        return calls.list.cut(from: 0)
    }

    private func forget(_ calls: [Call], of vcpu: UInt32) {
        for call in calls {
            let slot = slot(of: call.address)
            if let count = awaited[vcpu, slot], count > 0 { awaited[vcpu, slot] = count - 1 }
        }
    }
}

extension [FunctionReturns.Call] {
    /// The outermost call that a new one, by its stack pointer, has taken the place of. Another stack can
    /// lie below or above.
    fileprivate func firstReplaced(at stack: UInt64) -> Int? {
        var (index, found) = (count, Int?.none)
        while index > 0, self[index - 1].stack <= stack {
            index -= 1
            if self[index].stack == stack { found = index }
        }
        return found
    }

    /// The outermost call that is over where a vCPU comes to `address`: of the last ones that could be, those with the
    /// highest stack pointer.
    fileprivate func firstEnded(
        _ address: UInt64, _ stack: UInt64, _ architecture: CallingConvention
    ) -> Int? {
        var found: Int?
        for index in indices.reversed() {
            let call = self[index]
            guard call.address == address, architecture.isBack(from: call.stack, at: stack) else {
                if found != nil { break }
                continue
            }
            if let best = found, self[best].stack > call.stack { continue }
            found = index
        }
        return found
    }

    /// Takes away all from an index on.
    fileprivate mutating func cut(from index: Int) -> [Element] {
        let end = [Element](self[index...])
        removeSubrange(index...)
        return end
    }
}
