import QEMUPluginEmbedded

/// Logs each call of a function, such as `malloc`, with its first argument and what it returns; from QEMU 9.2 on:
///
///     qemu-x86_64 -d plugin -D log -plugin libcalltrace.so,function=0x401855 program
final class CallTrace: TranslationObserver {
    static let name: StaticString = "calltrace"

    private let function: UInt64
    private let returns: FunctionReturns
    /// The registers that a function's first argument and its result are in.
    private let names: (argument: String, result: String)

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<UInt64>] = [
            .number("function", in: 1...UInt64.max, "the address that it begins at") { $0 = $1 }
                .required
        ]
        function = try installation.read(arguments, over: 0)
        let host = installation.host
        returns = try FunctionReturns(host)
        if host.targets("x86_64") {
            names = ("rdi", "rax")
        } else if host.targets("aarch64") {
            names = ("x0", "x0")
        } else if host.targets("arm") {
            names = ("r0", "r0")
        } else if host.targets("riscv64") {
            names = ("a0", "a0")
        } else {
            throw PluginError(
                "no register is known for arguments on "
                    + String(decoding: host.targetName, as: UTF8.self))
        }
    }

    func translated(_ block: borrowing TranslationBlock) {
        returns.watch(block)
        guard block.address == function else { return }
        block.onExecution(using: .read) { vcpu in
            let argument = self.value(of: self.names.argument, on: vcpu)
            self.returns.onReturn(on: vcpu) { vcpu in
                let result = self.value(of: self.names.result, on: vcpu)
                Emulator.log("0x\(argument) -> 0x\(result)\n")
            }
        }
    }

    private func value(of name: String, on vcpu: VCPU) -> String {
        let register = (try? Register.named(name, of: vcpu)) ?? nil
        return register?.value(on: vcpu).map { String($0, radix: 16) } ?? "?"
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { CallTrace.install(call) }
