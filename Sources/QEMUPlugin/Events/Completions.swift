import CHost

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
