import Synchronization

/// Notes blocks that a vCPU executes for the first time (``Engine/conditional``), on the vCPU's own thread.
///
/// It takes no lock: what it holds never changes, and what it reads of a block was written before QEMU
/// let the block be executed.
struct FirstHits {
    private let store: BlockStore
    private let vcpuHits: VCPUHits
    private let counts: Bool

    /// - Parameter counts: whether the vCPUs' values are counts.
    init(_ store: BlockStore, _ vcpuHits: VCPUHits, counts: Bool) {
        self.store = store
        self.vcpuHits = vcpuHits
        self.counts = counts
    }

    /// Sees to it that the block is in the trace, and that the vCPU does not report it again.
    func note(_ index: Int, by vcpu: UInt32) {
        unsafe store[index].counter.pointee.store(1, ordering: .relaxed)
        // A value that counts is not 0 any more.
        if !counts { vcpuHits.note(index, by: vcpu) }
    }
}
