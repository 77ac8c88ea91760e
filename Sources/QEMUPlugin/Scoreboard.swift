import CQEMUPlugin

/// An array of 64-bit values of which each vCPU has its own copy, zero at first, in QEMU's memory
/// (`qemu_plugin_scoreboard_new`): from interface version 2 on. It lives until the process ends.
@safe
public struct Scoreboard: BitwiseCopyable, @unchecked Sendable {
    /// The number of values that each vCPU has.
    public let count: Int
    let score: OpaquePointer

    /// Nil where this QEMU has no scoreboards, or `count` is not positive or too large.
    ///
    /// QEMU takes room for 16 vCPUs at once, and touches it.
    public init?(count: Int) {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 8)
        guard count > 0, !overflow, qemu_has_scoreboards(),
            let score = unsafe qemu_plugin_scoreboard_new(bytes)
        else { return nil }
        self.count = count
        unsafe self.score = score
    }

    /// The value at an index, below ``count``, of a vCPU that exists
    /// (`qemu_plugin_scoreboard_find`). Other threads may write their own vCPU's values meanwhile.
    public subscript(vcpu: UInt32, index: Int) -> UInt64 {
        get { unsafe address(vcpu, index).pointee }
        nonmutating set { unsafe address(vcpu, index).pointee = newValue }
    }

    /// How many vCPUs there were at most at one time (`qemu_plugin_num_vcpus`).
    public static var vcpuCount: UInt32 { UInt32(clamping: qemu_plugin_num_vcpus()) }

    private func address(_ vcpu: UInt32, _ index: Int) -> UnsafeMutablePointer<UInt64> {
        precondition(index >= 0 && index < count)
        let values = unsafe qemu_plugin_scoreboard_find(score, vcpu).assumingMemoryBound(
            to: UInt64.self)
        return unsafe values + index
    }

    /// The value as QEMU's own functions name it.
    func entry(_ index: Int) -> qemu_plugin_u64 {
        precondition(index >= 0 && index < count)
        return unsafe qemu_plugin_u64(score: score, offset: index * 8)
    }
}
