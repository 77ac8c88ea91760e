import QEMUPluginEmbedded

/// Logs what a register holds each time an instruction is executed; from QEMU 9.0 on:
///
///     qemu-x86_64 -d plugin -D log -plugin libregisterwatch.so,register=rdi,at=0x401855 program
final class RegisterWatch: TranslationObserver, VCPUStartObserver {
    static let name: StaticString = "registerwatch"

    struct Settings {
        var register: [UInt8] = []
        var address: UInt64 = 0
    }

    private let settings: Settings
    /// The register, once there is a vCPU. All vCPUs have the same.
    nonisolated(unsafe) private static var register: Register?

    init(_ installation: Installation) throws(PluginError) {
        try installation.require(.registers)
        let arguments: [Argument<Settings>] = [
            .init("register", "NAME (as in GDB)") { settings, name in
                settings.register = name
                return true
            },
            .number("at", in: 0...UInt64.max, "an instruction's address") { $0.address = $1 },
        ]
        settings = try arguments.read(installation.arguments, over: Settings())
        guard !settings.register.isEmpty else { throw PluginError("option 'register' is needed") }
    }

    func vcpuStarted(_ vcpu: UInt32) {
        guard let registers = try? Register.all() else { return }
        unsafe RegisterWatch.register = registers.first { Array($0.name.utf8) == settings.register }
    }

    func translated(_ block: borrowing TranslationBlock) {
        block.forEachInstruction { instruction in
            guard instruction.address == settings.address else { return }
            instruction.onExecution(using: .read) { vcpu, _ in
                guard let register = unsafe RegisterWatch.register, let value = register.value()
                else {
                    return Emulator.log("vcpu \(vcpu): not known\n")
                }
                Emulator.log("vcpu \(vcpu): \(register.name) 0x\(String(value, radix: 16))\n")
            }
        }
    }
}

/// What QEMU calls once it has loaded the library.
@c(qemu_plugin_install)
public func install(
    _ id: UInt64, _ information: UnsafeRawPointer?, _ count: CInt, _ arguments: UnsafeRawPointer?
) -> CInt {
    unsafe RegisterWatch.install(id, information, count, arguments)
}
