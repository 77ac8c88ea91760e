public import CQEMUPlugin
import DRCovEmbedded
import QEMUPluginEmbedded

/// What QEMU calls once it has loaded the library; anything but 0 stops it from starting.
@c @implementation
public func qemu_plugin_install(
    _ id: UInt64, _ info: UnsafePointer<qemu_info_t>!, _ argc: CInt,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> CInt {
    let failure: CInt = 1
    guard
        let installation = unsafe Installation(
            id: id, information: info, count: argc, arguments: argv)
    else { return failure }
    if let message = install(installation) {
        message.print()
        return failure
    }
    return 0
}

/// Sets the recording up, or says why it cannot be.
private func install(_ installation: Installation) -> Message? {
    let recorder: Recorder?
    let isQuiet: Bool
    do throws(OptionError) {
        var options = try Options(installation.arguments)
        isQuiet = options.isQuiet
        let isSystem = installation.host.isSystemEmulation
        try options.settle(isSystem: isSystem)
        let selection = options.selection
        let counts = options.form.hasCounts
        let engine =
            options.engine
            ?? Engine.best(for: installation.host, counts: counts, switches: selection.switches)
        guard engine.works(on: installation.host) else { throw .noEngine }
        guard !selection.switches || engine.canSwitch(counts: counts) else {
            throw .engineCannotSwitch
        }
        let system =
            isSystem
            ? try SystemMemory(
                elves: options.elves, ranges: options.ranges, selection: selection) : nil
        recorder = Recorder(
            output: try Output(path: options.output, journal: options.journal), options: options,
            engine: engine,
            system: system, installation: installation)
    } catch {
        return Message(error)
    }
    guard let recorder else { return Message("out of memory") }
    unsafe Message.isQuiet = isQuiet
    installation.plugin.onTranslation { recorder.translated($0) }
    installation.plugin.onExecution { vcpu, index in
        recorder.executedFirst(Int(index), by: vcpu)
    }
    if recorder.waitsForStart { Callback.waitForStart() }
    unsafe Callback.started = { recorder.started() }
    unsafe Callback.often = { recorder.executedOften() }
    installation.plugin.onExit { recorder.finish() }
    guard !installation.host.isSystemEmulation else { return nil }
    installation.plugin.onSystemCall { recorder.systemCallBegins($0) }
    installation.plugin.onSystemCallReturn { recorder.systemCallReturned(on: $0, $1, $2) }
    unsafe Forking.handler = { recorder.forked() }
    _ = host_on_fork { unsafe Forking.handler?() }
    return nil
}

/// What a forked child calls; written at install, before there is a second thread.
private enum Forking {
    nonisolated(unsafe) static var handler: (@Sendable () -> Void)?
}
