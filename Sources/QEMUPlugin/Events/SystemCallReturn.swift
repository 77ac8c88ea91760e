/// A system call of the guest that has returned.
public struct SystemCallReturn: Sendable {
    /// Its number on the guest's architecture.
    public let number: Int64
    /// What it gave: 0 or more, or a negated errno of the guest.
    public let result: Int64
}
