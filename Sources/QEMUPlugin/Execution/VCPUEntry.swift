import CQEMUPlugin

/// A 64-bit number of which each vCPU has its own, in a ``Scoreboard``, to which blocks and
/// instructions can add by code that QEMU puts into them (`qemu_plugin_u64`).
@safe
public struct VCPUEntry: BitwiseCopyable, @unchecked Sendable {
    let entry: qemu_plugin_u64

    init(_ score: OpaquePointer, offset: Int) {
        unsafe entry = qemu_plugin_u64(score: score, offset: offset)
    }

    /// A vCPU's number (`qemu_plugin_u64_get`, `qemu_plugin_u64_set`); nil for a vCPU that was never
    /// there, and then nothing is set.
    public subscript(vcpu: UInt32) -> UInt64? {
        get { exists(vcpu) ? unsafe qemu_plugin_u64_get(entry, vcpu) : nil }
        nonmutating set {
            if let newValue, exists(vcpu) { unsafe qemu_plugin_u64_set(entry, vcpu, newValue) }
        }
    }

    /// Adds to a vCPU's number (`qemu_plugin_u64_add`), on that vCPU's thread; nothing for a vCPU that
    /// was never there.
    public func add(_ number: UInt64, for vcpu: UInt32) {
        if exists(vcpu) { unsafe qemu_plugin_u64_add(entry, vcpu, number) }
    }

    /// All vCPUs' numbers together (`qemu_plugin_u64_sum`). Other threads may write theirs meanwhile.
    public var sum: UInt64 { unsafe qemu_plugin_u64_sum(entry) }

    private func exists(_ vcpu: UInt32) -> Bool { vcpu < UInt32(clamping: qemu_plugin_num_vcpus()) }
}
