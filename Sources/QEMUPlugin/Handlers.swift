/// Where the callbacks that carry no value of ours find what to call.
///
/// Written only while QEMU installs the plugin, before there is a vCPU or a second thread.
enum Handlers {
    nonisolated(unsafe) static var translation: (@Sendable (borrowing TranslationBlock) -> Void)?
    nonisolated(unsafe) static var systemCallReturn: (@Sendable (Int64) -> Void)?
    nonisolated(unsafe) static var exit: (@Sendable () -> Void)?
}
