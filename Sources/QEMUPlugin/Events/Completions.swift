import CQEMUPlugin

/// What is to be called when QEMU has forgotten all translated code: of several requests by several threads,
/// QEMU answers the first.
enum Completions {
    /// Under the library's lock.
    nonisolated(unsafe) private static var waiting: [@Sendable () -> Void] = []

    /// Before QEMU is asked. It asks and answers under a lock of its own, so either the answer that is on its
    /// way finds the completion here, or there is another.
    static func add(_ completion: @escaping @Sendable () -> Void) {
        qemu_keep_lock()
        unsafe waiting.append(completion)
        qemu_keep_unlock()
    }

    /// QEMU has answered.
    static func callAll() {
        qemu_keep_lock()
        let completions = unsafe waiting
        unsafe waiting = []
        qemu_keep_unlock()
        for completion in completions { completion() }
    }
}
