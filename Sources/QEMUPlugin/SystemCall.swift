/// A system call that the guest is about to make.
public struct SystemCall: Sendable {
    /// The vCPU that makes it.
    public let vcpu: UInt32
    /// Its number on the guest's architecture.
    public let number: Int64
    /// Its first two arguments, of eight; what the call does not have is arbitrary.
    public let arguments: (UInt64, UInt64)
}
