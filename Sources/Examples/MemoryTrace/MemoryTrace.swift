import QEMUPluginEmbedded

/// Logs each access to a stretch of memory, with what was loaded or stored where QEMU tells that (from
/// 9.2 on):
///
///     qemu-x86_64 -d plugin -D log -plugin libmemorytrace.so,from=0x4bb000,to=0x4bc000 program
final class MemoryTrace: TranslationObserver {
    static let name: StaticString = "memorytrace"

    struct Stretch {
        var from: UInt64 = 0
        var to = UInt64.max
    }

    private let stretch: Stretch

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<Stretch>] = [
            .number("from", in: 0...UInt64.max, "the lowest address, 0") { $0.from = $1 },
            .number("to", in: 0...UInt64.max, "the address behind the highest") { $0.to = $1 },
        ]
        stretch = try installation.read(arguments, over: Stretch())
    }

    func translated(_ block: borrowing TranslationBlock) {
        block.forEachInstruction { instruction in
            let place = instruction.address
            instruction.onMemoryAccess { _, access, address in
                self.log(access, at: address, of: place)
            }
        }
    }

    private func log(_ access: MemoryAccess, at address: UInt64, of instruction: UInt64) {
        guard address >= stretch.from, address < stretch.to else { return }
        let kind = access.isStore ? "store" : "load"
        let value = (try? access.wideValue).map { " 0x" + hexadecimal($0) } ?? ""
        Emulator.log(
            "0x\(String(instruction, radix: 16)) \(kind) \(access.size) "
                + "0x\(String(address, radix: 16))\(value)\n")
    }

    /// String(_:radix:) of 128 bits needs what Embedded Swift has not got.
    private func hexadecimal(_ value: UInt128) -> String {
        let high = UInt64(truncatingIfNeeded: value >> 64)
        let low = String(UInt64(truncatingIfNeeded: value), radix: 16)
        guard high != 0 else { return low }
        return String(high, radix: 16) + String(repeating: "0", count: 16 - low.utf8.count) + low
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { MemoryTrace.install(call) }
