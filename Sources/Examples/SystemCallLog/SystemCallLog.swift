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

    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU) {
        var line = "vcpu \(vcpu.index): call \(call.number)"
        for index in 0..<6 { line += " 0x" + String(call.arguments[index], radix: 16) }
        Emulator.log(line + "\n")
    }

    func systemCallReturned(_ call: SystemCallReturn, on vcpu: VCPU) {
        Emulator.log("vcpu \(vcpu.index): return \(call.number) \(call.result)\n")
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { SystemCallLog.install(call) }
