public import CQEMUPlugin

/// The vCPU that a callback is about, on whose thread it is called: what is read or written of the guest, and
/// what is asked of QEMU while the guest runs, takes it as a proof.
///
/// QEMU's callbacks alone get one, and it cannot leave them: not by a property, not by an escaping closure,
/// not to another thread. It costs nothing, being the number that QEMU passes.
public typealias VCPU = qemu_vcpu

extension VCPU {
    /// Its index, from 0.
    @inlinable
    public var index: UInt32 {
        UInt32(truncatingIfNeeded: unsafe UInt(bitPattern: number))
    }
}
