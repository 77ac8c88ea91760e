import QEMUPluginEmbedded

/// Logs each system call of a program, its number and its arguments, and what it returned, to QEMU's log:
///
///     qemu-x86_64 -d plugin -D log -plugin libsystemcalllog.so program
final class SystemCallLog: SystemCallObserver, SystemCallReturnObserver {
    static let name: StaticString = "systemcalllog"

    init(_ installation: Installation) throws(PluginError) {
        guard !installation.host.isSystemEmulation else {
            throw PluginError("system calls are seen in user mode only")
        }
    }

    func systemCallBegins(_ call: borrowing SystemCall) {
        var line = "vcpu \(call.vcpu): call \(call.number)"
        for index in 0..<6 { line += " 0x" + String(call.arguments[index], radix: 16) }
        Emulator.log(line + "\n")
    }

    func systemCallReturned(_ call: SystemCallReturn) {
        Emulator.log("vcpu \(call.vcpu): return \(call.number) \(call.result)\n")
    }
}

/// What QEMU calls once it has loaded the library.
@c(qemu_plugin_install)
public func install(
    _ id: UInt64, _ information: UnsafeRawPointer?, _ count: CInt, _ arguments: UnsafeRawPointer?
) -> CInt {
    unsafe SystemCallLog.install(id, information, count, arguments)
}
