/// A system call that the guest is about to make, valid only inside the callback.
public struct SystemCall: ~Copyable {
    /// The vCPU that makes it.
    public let vcpu: UInt32
    /// Its number on the guest's architecture.
    public let number: Int64
    /// Its arguments; those that the call does not have are arbitrary.
    public let arguments: InlineArray<8, UInt64>

    init(_ vcpu: UInt32, _ number: Int64, _ arguments: UnsafePointer<UInt64>) {
        self.vcpu = vcpu
        self.number = number
        self.arguments = InlineArray { unsafe arguments[$0] }
    }
}
