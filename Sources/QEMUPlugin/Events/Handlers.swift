/// Where QEMU's events, which carry no value of ours up to interface version 6, find the plugin.
///
/// Written only while QEMU installs the plugin, before there is a vCPU or a second thread: what is registered
/// again after a reset, while other threads may be in a callback, finds its closure there. But for
/// `uninstall`, under the library's lock.
enum Handlers {
    nonisolated(unsafe) static var registerAll: (@Sendable () -> Void)?
    nonisolated(unsafe) static var translation: (@Sendable (borrowing TranslationBlock) -> Void)?
    nonisolated(unsafe) static var systemCall: (@Sendable (VCPU, SystemCall) -> Void)?
    nonisolated(unsafe) static var systemCallReturn: (@Sendable (VCPU, SystemCallReturn) -> Void)?
    nonisolated(unsafe) static var filter: (@Sendable (VCPU, SystemCall) -> Int64?)?
    nonisolated(unsafe) static var vcpuStart: (@Sendable (VCPU) -> Void)?
    nonisolated(unsafe) static var vcpuEnd: (@Sendable (UInt32) -> Void)?
    nonisolated(unsafe) static var vcpuIdle: (@Sendable (VCPU) -> Void)?
    nonisolated(unsafe) static var vcpuResume: (@Sendable (VCPU) -> Void)?
    nonisolated(unsafe) static var discontinuity: (@Sendable (VCPU, Discontinuity) -> Void)?
    nonisolated(unsafe) static var flush: (@Sendable () -> Void)?
    nonisolated(unsafe) static var exit: (@Sendable () -> Void)?
    nonisolated(unsafe) static var uninstall: (@Sendable () -> Void)?

    /// Whether QEMU is installing the plugin.
    static var canBeSet: Bool { unsafe registerAll == nil }
}
