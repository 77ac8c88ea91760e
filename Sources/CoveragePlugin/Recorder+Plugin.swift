import CHost
import DRCovEmbedded
import QEMUPluginEmbedded

/// What QEMU calls once it has loaded the library; anything but 0 stops it from starting.
@c(swift_plugin_install)
public func install(_ call: InstallCall) -> CInt { Recorder.install(call) }

extension Recorder: TranslationObserver, SystemCallObserver, SystemCallReturnObserver, ExitObserver
{
    static let name: StaticString = "libcov"

    /// Sets the recording up, or says why it cannot be.
    convenience init(_ installation: Installation) throws(PluginError) {
        let options = try installation.read(Option.all, over: Options())
        guard !options.asksAbout else { throw PluginError(Message(installation.host).bytes) }
        Message.begin(options)
        host_note_creation_mask()
        guard options.outputCount < 2 else {
            throw PluginError(
                Message("out= is given twice, and QEMU loads a plugin once; leave one out").bytes)
        }
        do throws(OptionError) {
            try self.init(options, installation)
        } catch {
            throw PluginError(Message(error).bytes)
        }
        if waitsForStart { Callback.waitForStart() }
        unsafe Callback.first = { self.executedFirst($0, by: $1.index) }
        unsafe Callback.started = { self.started(by: $0) }
        unsafe Callback.often = { self.executedOften(by: $0) }
        unsafe Callback.opens = { self.opensEdges(by: $0) }
        guard !installation.host.isSystemEmulation else { return }
        unsafe Forking.before = { self.forks() }
        unsafe Forking.inChild = { self.forked() }
        _ = host_on_fork({ unsafe Forking.before?() }, { unsafe Forking.inChild?() })
    }

    private convenience init(
        _ given: Options, _ installation: Installation
    ) throws(OptionError) {
        var options = given
        let host = installation.host
        try options.settle(isSystem: host.isSystemEmulation)
        if host.isSystemEmulation, !options.namesMemory {
            _ =
                Message(
                    """
                    nothing says what lies in the guest's memory, so blocks are recorded in no module; \
                    give elf=PATH or range=START-END:NAME
                    """
                ).say()
        }
        let selection = options.selection
        let counts = options.form.hasCounts
        let engine =
            options.engine
            ?? Engine.best(
                for: host, counts: counts, switches: selection.switches,
                edges: options.form.hasEdges)
        guard engine.works else { throw .noEngine }
        guard !options.form.hasEdges || engine.seesEdges else { throw .engineSeesNoEdges }
        guard !selection.switches || engine.canSwitch(counts: counts) else {
            throw .engineCannotSwitch
        }
        let system =
            host.isSystemEmulation
            ? try SystemMemory(
                elves: options.elves, ranges: options.ranges, selection: selection) : nil
        try self.init(
            output: Output(path: options.output, journal: options.journal), options: options,
            engine: engine, system: system, installation: installation)
    }
}

/// What a process calls that forks, and its child; written at install, before there is a second thread.
private enum Forking {
    nonisolated(unsafe) static var before: (@Sendable () -> Void)?
    nonisolated(unsafe) static var inChild: (@Sendable () -> Void)?
}
