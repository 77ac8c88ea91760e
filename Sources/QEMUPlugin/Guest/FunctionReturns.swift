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
/// Each block compares one value of its vCPU's, by code that QEMU puts into it. Calls nest, also of a function by
/// itself. A call that never returns (`longjmp`, a signal's handler that does not come back) is forgotten at the
/// next call that is watched further out.
public final class FunctionReturns: Sendable {
    private struct Call {
        let address: UInt64
        let stack: UInt64
        let body: @Sendable (VCPU) -> Void
    }

    private let architecture: CallingConvention
    /// Where the vCPU's innermost call returns to, or 0.
    private let awaited: VCPUEntry
    private let calls = Locked<[UInt32: [Call]]>([:])
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
        guard let awaited = try Scoreboard<UInt64>()?.entry() else {
            throw PluginError("out of memory")
        }
        (self.architecture, self.awaited) = (architecture, awaited)
    }

    /// Sees to it that a return to the block shows; to be called for each block that is translated.
    public func watch(_ block: borrowing TranslationBlock) {
        let address = block.address
        // `init` has looked whether QEMU can.
        try? block.onExecution(while: awaited, is: .equal, address, using: .read) { vcpu in
            self.returned(to: address, on: vcpu)
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
        calls.withLock { calls in
            var list = calls[vcpu.index] ?? []
            // What is further in did not return.
            while let last = list.last, last.stack < stack { list.removeLast() }
            list.append(Call(address: address, stack: stack, body: body))
            calls[vcpu.index] = list
        }
        awaited[vcpu.index] = address
        return true
    }

    private func registers(of vcpu: VCPU) -> CallingConvention.Registers? {
        known.withLock { known in
            if known == nil { known = architecture.registers(of: vcpu) }
            return known
        }
    }

    private func returned(to address: UInt64, on vcpu: VCPU) {
        guard let stack = registers(of: vcpu)?.stack.value(on: vcpu) else { return }
        let call = calls.withLock { calls -> Call? in
            guard var list = calls[vcpu.index], let last = list.last, last.address == address,
                // Else it is a call further in, of the same place, that comes back.
                stack >= last.stack
            else { return nil }
            list.removeLast()
            calls[vcpu.index] = list
            awaited[vcpu.index] = list.last?.address ?? 0
            return last
        }
        guard let call else { return }
        call.body(vcpu)
        // A tail call has the same place to return to.
        if awaited[vcpu.index] == address { returned(to: address, on: vcpu) }
    }
}
