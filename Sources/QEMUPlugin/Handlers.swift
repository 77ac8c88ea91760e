/// Where the callbacks that carry no value of ours find what to call.
///
/// Written only while QEMU installs the plugin, before there is a vCPU or a second thread.
enum Handlers {
    nonisolated(unsafe) static var translation: (@Sendable (borrowing TranslationBlock) -> Void)?
    nonisolated(unsafe) static var execution: (@Sendable (_ vcpu: UInt32, _ value: UInt) -> Void)?
    nonisolated(unsafe) static var systemCall: (@Sendable (borrowing SystemCall) -> Void)?
    nonisolated(unsafe) static var systemCallReturn:
        (@Sendable (_ vcpu: UInt32, _ number: Int64, _ result: Int64) -> Void)?
    nonisolated(unsafe) static var exit: (@Sendable () -> Void)?
    nonisolated(unsafe) static var reset: (@Sendable () -> Void)?
}
