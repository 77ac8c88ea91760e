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
            let line = Line("0x\(address) \(instruction.disassembly ?? "")\n")
            instruction.onExecution(keeping: line) { _, word in
                unsafe Kept<Line>.use(word) { Emulator.log($0.text) }
            }
        }
    }
}

/// What is logged of an instruction.
final class Line: Sendable {
    let text: String

    init(_ text: String) { self.text = text }
}

/// What QEMU calls once it has loaded the library.
@c(qemu_plugin_install)
public func install(
    _ id: UInt64, _ information: UnsafeRawPointer?, _ count: CInt, _ arguments: UnsafeRawPointer?
) -> CInt {
    unsafe InstructionLog.install(id, information, count, arguments)
}
