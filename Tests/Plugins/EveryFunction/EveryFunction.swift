import QEMUPluginEmbedded

/// Calls every function of QEMU's plugin interface, and says what it sees of each: a test's plugin.
final class EveryFunction: Plugin {
    static let name: StaticString = "everyfunction"
    static var optionalEvents: [Feature] { [.discontinuities, .systemCallFilter] }

    let emulator: Emulator
    let settings: Settings
    let isSystem: Bool
    let entries: Entries?
    let clock: TimeControl?

    init(_ installation: Installation) throws(PluginError) {
        emulator = installation.emulator
        settings = try installation.read(Settings.arguments, over: Settings())
        let host = installation.host
        isSystem = host.isSystemEmulation
        Report.line(
            "qemu_plugin_install",
            "\(String(decoding: host.targetName, as: UTF8.self)) \(host.oldestInterfaceVersion) "
                + "\(host.interfaceVersion) \(host.isSystemEmulation) "
                + (host.vcpus.map { "\($0.initial) \($0.most)" } ?? "none"))
        entries = (try? Entries()) ?? nil
        clock = (try? Emulator.requestTimeControl()) ?? nil
        Report.line("qemu_plugin_request_time_control") { () throws(PluginError) in
            guard clock == nil else { return "taken" }
            return try Emulator.requestTimeControl() == nil ? "refused" : "late"
        }
        for feature in Feature.all {
            Report.line("has", "\(feature.name) \(feature.isAvailable)")
        }
        guard settings.names else { return }
        let numbers: [Int64] = [.min, -1] + (0..<5000) + [1 << 16, 1 << 32, .max]
        for number in numbers {
            guard let name = host.systemCallName(number) else { continue }
            Report.line("system call", "\(number) \(name)")
        }
    }
}

/// What QEMU calls once it has loaded the library.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { EveryFunction.install(call) }
