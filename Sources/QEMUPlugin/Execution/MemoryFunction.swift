/// What QEMU calls directly when an instruction has accessed memory, on the thread of the vCPU: with the
/// access, the guest address of its first byte, and the word that came with the registration. Calls
/// overlap, and one instruction can make several accesses.
///
/// Write it as a closure that captures nothing, as for ``ExecutionFunction``.
public typealias MemoryFunction =
    @Sendable @convention(c) (
        _ vcpu: VCPU, _ access: MemoryAccess, _ address: UInt64, _ word: UInt
    ) -> Void
