import QEMUPluginEmbedded

/// Logs what a register holds each time an instruction is executed; from QEMU 9.0 on:
///
///     qemu-x86_64 -d plugin -D log -plugin libregisterwatch.so,register=rdi,at=0x401855 program
final class RegisterWatch: TranslationObserver {
    static let name: StaticString = "registerwatch"

    struct Settings {
        var register = ""
        var address: UInt64 = 0
    }

    private let settings: Settings

    init(_ installation: Installation) throws(PluginError) {
        try installation.require(.registers)
        let arguments: [Argument<Settings>] = [
            .text("register", "as in GDB") { $0.register = $1 }.required,
            .number("at", in: 0...UInt64.max, "an instruction's address") { $0.address = $1 },
        ]
        settings = try installation.read(arguments, over: Settings())
    }

    func translated(_ block: borrowing TranslationBlock) {
        block.forEachInstruction { instruction in
            guard instruction.address == settings.address else { return }
            instruction.onExecution(using: .read) { self.log($0) }
        }
    }

    /// The program counter, whose value there is no block's instruction's but its first's.
    private var isProgramCounter: Bool {
        let names: [StaticString] = ["pc", "rip", "eip"]
        return names.contains {
            $0.withUTF8Buffer { unsafe settings.register.utf8.elementsEqual($0) }
        }
    }

    private func log(_ vcpu: VCPU) {
        let name = settings.register
        // Not with each execution in a plugin that is to be fast: it makes a list of all registers.
        guard let register = try? Register.named(name, of: vcpu),
            let value = isProgramCounter ? settings.address : register.value(on: vcpu)
        else { return Emulator.log("vcpu \(vcpu.index): not known\n") }
        Emulator.log("vcpu \(vcpu.index): \(name) 0x\(String(value, radix: 16))\n")
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { RegisterWatch.install(call) }
