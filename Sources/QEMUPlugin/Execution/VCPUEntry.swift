import CQEMUPlugin

/// A 64-bit number of which each vCPU has its own, in a ``Scoreboard``, to which blocks and
/// instructions can add by code that QEMU puts into them (`qemu_plugin_u64`).
///
/// Where it may be read and written, and at what cost, ``Scoreboard`` says.
@safe
public struct VCPUEntry: @unchecked Sendable {
    let entry: qemu_plugin_u64

    init(_ score: OpaquePointer, offset: Int) {
        unsafe entry = qemu_plugin_u64(score: score, offset: offset)
    }

    /// A vCPU's number (`qemu_plugin_u64_get`, `qemu_plugin_u64_set`); nil for a vCPU that was never
    /// there, and then nothing is set.
    public subscript(vcpu: UInt32) -> UInt64? {
        get {
            guard qemu_is_outside() else { return value(of: vcpu) }
            var value: UInt64?
            whileScoresStay { value = self.value(of: vcpu) }
            return value
        }
        nonmutating set {
            guard let newValue else { return }
            guard qemu_is_outside() else { return set(newValue, of: vcpu) }
            whileScoresStay { set(newValue, of: vcpu) }
        }
    }

    /// Adds to a vCPU's number (`qemu_plugin_u64_add`), on that vCPU's thread; nothing for a vCPU that
    /// was never there.
    public func add(_ number: UInt64, for vcpu: UInt32) {
        guard qemu_is_outside() else { return addUnlocked(number, for: vcpu) }
        whileScoresStay { addUnlocked(number, for: vcpu) }
    }

    /// All vCPUs' numbers together (`qemu_plugin_u64_sum`). Other threads may write theirs meanwhile.
    public var sum: UInt64 {
        guard qemu_is_outside() else { return unsafe unlockedSum }
        var sum: UInt64 = 0
        whileScoresStay { sum = unsafe unlockedSum }
        return sum
    }

    /// ``sum``, without QEMU's lock that it takes in callbacks of system calls. There, no thread may begin meanwhile.
    @unsafe
    public var unlockedSum: UInt64 { unsafe qemu_plugin_u64_sum(entry) }

    private func value(of vcpu: UInt32) -> UInt64? {
        exists(vcpu) ? unsafe qemu_plugin_u64_get(entry, vcpu) : nil
    }

    private func set(_ value: UInt64, of vcpu: UInt32) {
        if exists(vcpu) { unsafe qemu_plugin_u64_set(entry, vcpu, value) }
    }

    private func addUnlocked(_ number: UInt64, for vcpu: UInt32) {
        if exists(vcpu) { unsafe qemu_plugin_u64_add(entry, vcpu, number) }
    }

    private func exists(_ vcpu: UInt32) -> Bool { vcpu < UInt32(clamping: qemu_plugin_num_vcpus()) }
}
