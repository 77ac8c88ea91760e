import CHost
import CQEMUPlugin

/// Where QEMU's events, which carry no value of ours up to interface version 6, find the plugin.
///
/// Written only while QEMU installs the plugin, before there is a vCPU or a second thread: what is registered
/// again after a reset, while other threads may be in a callback, finds its closure there. But for
/// `uninstall`, under the library's lock.
enum Handlers {
    nonisolated(unsafe) static var registerAll: (@Sendable () -> Void)?
    // Those that come often are objects that are never freed, so that no reference is counted: threads would
    // wait for each other's counting.
    nonisolated(unsafe) static var translation: Unmanaged<TranslationHandler>?
    nonisolated(unsafe) static var systemCall: Unmanaged<SystemCallHandler>?
    nonisolated(unsafe) static var filter: Unmanaged<SystemCallFilterHandler>?
    nonisolated(unsafe) static var vcpuStart: (@Sendable (VCPU) -> Void)?
    nonisolated(unsafe) static var vcpuEnd: (@Sendable (UInt32) -> Void)?
    nonisolated(unsafe) static var vcpuIdle: (@Sendable (VCPU) -> Void)?
    nonisolated(unsafe) static var vcpuResume: (@Sendable (VCPU) -> Void)?
    nonisolated(unsafe) static var discontinuity: Unmanaged<DiscontinuityHandler>?
    nonisolated(unsafe) static var flush: (@Sendable () -> Void)?
    nonisolated(unsafe) static var exit: (@Sendable () -> Void)?
    nonisolated(unsafe) static var uninstall: (@Sendable () -> Void)?

    /// Whether QEMU is installing the plugin.
    static var canBeSet: Bool { unsafe registerAll == nil }

    /// Whether QEMU was asked to forget the plugin, upon which it does nothing else for it.
    static var isUninstalled: Bool {
        host_library_lock()
        defer { host_library_unlock() }
        return unsafe uninstall != nil
    }
}

// Each of them is a class of its own: where the closure's type is a generic class's, what it takes goes through
// memory, which costs three to five instructions at each event.
final class TranslationHandler: Sendable {
    let body: @Sendable (borrowing TranslationBlock) -> Void
    init(_ body: @escaping @Sendable (borrowing TranslationBlock) -> Void) { self.body = body }
}

@safe
final class SystemCallHandler: Sendable {
    let body: @Sendable (VCPU, UnsafePointer<qemu_system_call>) -> Void
    init(_ body: @escaping @Sendable (VCPU, UnsafePointer<qemu_system_call>) -> Void) {
        unsafe self.body = body
    }
}

final class SystemCallReturnHandler: Sendable {
    let body: @Sendable (VCPU, SystemCallReturn) -> Void
    init(_ body: @escaping @Sendable (VCPU, SystemCallReturn) -> Void) { self.body = body }
}

final class SystemCallFilterHandler: Sendable {
    let body: @Sendable (VCPU, SystemCall) -> Int64?
    init(_ body: @escaping @Sendable (VCPU, SystemCall) -> Int64?) { self.body = body }
}

final class DiscontinuityHandler: Sendable {
    let body: @Sendable (VCPU, Discontinuity) -> Void
    init(_ body: @escaping @Sendable (VCPU, Discontinuity) -> Void) { self.body = body }
}

/// What is to be called when QEMU has forgotten all translated code: of several requests by several threads,
/// QEMU answers the first.
enum Completions {
    /// Under the library's lock.
    nonisolated(unsafe) private static var waiting: [@Sendable () -> Void] = []

    /// Before QEMU is asked. It asks and answers under a lock of its own, so either the answer that is on its
    /// way finds the completion here, or there is another.
    static func add(_ completion: @escaping @Sendable () -> Void) {
        host_library_lock()
        unsafe waiting.append(completion)
        host_library_unlock()
    }

    /// QEMU has answered.
    static func callAll() {
        host_library_lock()
        let completions = unsafe waiting
        unsafe waiting = []
        host_library_unlock()
        for completion in completions { completion() }
    }
}
