/// What QEMU calls directly when an instruction has accessed memory, on the thread of the vCPU: with the
/// vCPU's index, what ``MemoryAccess`` is made of, and the word that came with the registration. Calls
/// overlap, and one instruction can make several accesses.
///
/// Write it as a closure that captures nothing, as for ``ExecutionFunction``.
public typealias MemoryFunction =
    @convention(c) (_ vcpu: UInt32, _ information: UInt32, _ address: UInt64, _ word: UInt) -> Void
