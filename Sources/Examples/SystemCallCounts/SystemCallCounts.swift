import QEMUPluginEmbedded
import Synchronization

/// Counts a program's system calls, how many of them failed, and how long they took, and lists them at the end
/// by their names, or their numbers where no name is known:
///
///     qemu-x86_64 -d plugin -D log -plugin libsystemcallcounts.so program
final class SystemCallCounts: SystemCallObserver, SystemCallReturnObserver, ExitObserver {
    static let name: StaticString = "systemcallcounts"

    struct Row {
        var calls = 0
        var errors = 0
        var nanoseconds: UInt64 = 0
    }

    struct Table {
        var rows: [Int64: Row] = [:]
        /// When each vCPU's call began.
        var begun: [UInt32: UInt64] = [:]
    }

    private let host: HostInformation
    private let table = Locked(Table())
    private let hasEnded = Atomic(false)

    init(_ installation: Installation) throws(PluginError) {
        host = installation.host
        guard !host.isSystemEmulation else {
            throw PluginError("system calls are seen in user mode only")
        }
    }

    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU) {
        let index = vcpu.index
        table.withLock { table in
            table.rows[call.number, default: Row()].calls += 1
            table.begun[index] = HostClock.nanoseconds
        }
    }

    func systemCallReturned(_ call: SystemCallReturn, on vcpu: VCPU) {
        let index = vcpu.index
        table.withLock { table in
            // What Linux has for errors, on all architectures.
            if (-4095 ... -1).contains(call.result) {
                table.rows[call.number, default: Row()].errors += 1
            }
            if let begun = table.begun.removeValue(forKey: index) {
                table.rows[call.number, default: Row()].nanoseconds += HostClock.nanoseconds - begun
            }
        }
    }

    func exits() {
        guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
        for (number, row) in table.withLock({ $0.rows }) {
            let name = host.systemCallName(number) ?? String(number)
            Emulator.log("\(name) \(row.calls) \(row.errors) \(row.nanoseconds)\n")
        }
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { SystemCallCounts.install(call) }
