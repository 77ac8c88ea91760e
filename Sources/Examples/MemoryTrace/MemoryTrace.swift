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
    /// What the callbacks' function knows it by; set at install.
    nonisolated(unsafe) private static var only: MemoryTrace?

    init(_ installation: Installation) throws(PluginError) {
        let arguments: [Argument<Stretch>] = [
            .number("from", in: 0...UInt64.max, "the lowest address, 0") { $0.from = $1 },
            .number("to", in: 0...UInt64.max, "the address behind the highest") { $0.to = $1 },
        ]
        stretch = try arguments.read(installation.arguments, over: Stretch())
        unsafe MemoryTrace.only = self
    }

    func translated(_ block: borrowing TranslationBlock) {
        block.forEachInstruction { instruction in
            let place = UInt(truncatingIfNeeded: instruction.address)
            instruction.onMemoryAccess(passing: place) { vcpu, information, address, place in
                let access = MemoryAccess(information, at: address)
                unsafe MemoryTrace.only?.log(access, of: place, by: vcpu)
            }
        }
    }

    private func log(_ access: MemoryAccess, of instruction: UInt, by vcpu: UInt32) {
        guard access.address >= stretch.from, access.address < stretch.to else { return }
        let kind = access.isStore ? "store" : "load"
        let value = (try? access.value).map { " 0x" + hexadecimal($0) } ?? ""
        Emulator.log(
            "0x\(String(instruction, radix: 16)) \(kind) \(access.size) "
                + "0x\(String(access.address, radix: 16))\(value)\n")
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
@c(qemu_plugin_install)
public func install(
    _ id: UInt64, _ information: UnsafeRawPointer?, _ count: CInt, _ arguments: UnsafeRawPointer?
) -> CInt {
    unsafe MemoryTrace.install(id, information, count, arguments)
}
