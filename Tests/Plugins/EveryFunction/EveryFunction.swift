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
        settings = try Settings.arguments.read(installation.arguments, over: Settings())
        let host = installation.host
        isSystem = host.isSystemEmulation
        Report.line(
            "qemu_plugin_install",
            "\(String(decoding: host.targetName, as: UTF8.self)) \(host.oldestInterfaceVersion) "
                + "\(host.interfaceVersion) \(host.isSystemEmulation) "
                + (host.vcpus.map { "\($0.initial) \($0.most)" } ?? "none"))
        entries = (try? Entries()) ?? nil
        clock = (try? Emulator.requestTimeControl()) ?? nil
        Report.line("qemu_plugin_request_time_control") { () throws(Missing) in
            guard clock == nil else { return "taken" }
            return try Emulator.requestTimeControl() == nil ? "refused" : "late"
        }
        for feature in Feature.all {
            Report.line("has", "\(feature.functionName) \(feature.isThere)")
        }
        unsafe EveryFunction.only = self
    }

    /// What the callbacks' functions know it by; set at install.
    nonisolated(unsafe) static var only: EveryFunction?
}

/// What QEMU calls once it has loaded the library.
@c(qemu_plugin_install)
public func install(
    _ id: UInt64, _ information: UnsafeRawPointer?, _ count: CInt, _ arguments: UnsafeRawPointer?
) -> CInt {
    unsafe EveryFunction.install(id, information, count, arguments)
}
