/// What QEMU calls directly when a block or an instruction is executed, with nothing in between: on
/// the thread of the vCPU, with the word that came with the registration. Calls overlap.
///
/// Write it as a closure that captures nothing. What it needs comes by the word: a number or an address
/// of the plugin's own.
public typealias ExecutionFunction = @Sendable @convention(c) (_ vcpu: VCPU, _ word: UInt) -> Void

/// What QEMU calls directly when an instruction has accessed memory, on the thread of the vCPU: with the
/// access, the guest address of its first byte, and the word that came with the registration. Calls
/// overlap, and one instruction can make several accesses.
///
/// Write it as a closure that captures nothing, as for ``ExecutionFunction``.
public typealias MemoryFunction =
    @Sendable @convention(c) (
        _ vcpu: VCPU, _ access: MemoryAccess, _ address: UInt64, _ word: UInt
    ) -> Void
