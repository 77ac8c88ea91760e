import QEMUPluginEmbedded

/// Logs each instruction that is executed, its address and its disassembly, to QEMU's log:
///
///     qemu-x86_64 -d plugin -D log -plugin libinstructionlog.so program
///
/// The line is made at translation and kept; an execution only hands it to QEMU.
final class InstructionLog: TranslationObserver {
    static let name: StaticString = "instructionlog"

    init(_ installation: Installation) throws(PluginError) {}

    func translated(_ block: borrowing TranslationBlock) {
        block.forEachInstruction { instruction in
            let address = String(instruction.address, radix: 16)
            let line = "0x\(address) \(instruction.disassembly ?? "")\n"
            instruction.onExecution { _ in Emulator.log(line) }
        }
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { InstructionLog.install(call) }
