/// A system call that the guest is about to make.
public struct SystemCall: Sendable {
    /// Its number on the guest's architecture.
    public let number: Int64
    /// Its arguments; those that the call does not have are arbitrary.
    public let arguments: InlineArray<8, UInt64>

    init(_ number: Int64, _ arguments: UnsafePointer<UInt64>) {
        self.number = number
        self.arguments = InlineArray { unsafe arguments[$0] }
    }
}
