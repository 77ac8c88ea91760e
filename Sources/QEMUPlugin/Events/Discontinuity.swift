/// A vCPU goes on elsewhere than its instructions say.
public struct Discontinuity: Sendable {
    /// Reasons (`qemu_plugin_discon_type`).
    public struct Kinds: OptionSet, Sendable {
        /// `qemu_plugin_discon_type`
        public let rawValue: CInt

        /// Of QEMU's value.
        public init(rawValue: CInt) { self.rawValue = rawValue }

        /// Something asked for attention that has nothing to do with what is executed.
        public static let interrupt = Kinds(rawValue: 1)
        /// An instruction could not be executed or asks for another privilege.
        public static let exception = Kinds(rawValue: 2)
        /// QEMU itself does what the guest asked for, semihosting for one.
        public static let hostCall = Kinds(rawValue: 4)
        /// All of them, and those to come.
        public static let all = Kinds(rawValue: -1)
    }

    /// The reason, one of them.
    public let kind: Kinds
    /// The guest address of the instruction that would have been next.
    public let from: UInt64
    /// The guest address of the instruction that is next.
    public let to: UInt64
}
