import CQEMUPlugin

/// A system call that the guest is about to make.
public struct SystemCall: Sendable {
    /// Its number on the guest's architecture; ``HostInformation/systemCallName(_:)`` has its name.
    public let number: Int64
    /// Its arguments; those that the call does not have are arbitrary.
    public let arguments: InlineArray<8, UInt64>

    init(_ call: qemu_system_call) {
        number = call.number
        let (a, b, c, d, e, f, g, h) = call.arguments
        arguments = [a, b, c, d, e, f, g, h]
    }
}

/// A system call of the guest that has returned.
public struct SystemCallReturn: Sendable {
    /// Its number on the guest's architecture.
    public let number: Int64
    /// What it gave: 0 or more, or a negated errno of the guest.
    public let result: Int64
}
