import CQEMUPlugin
import QEMUPluginEmbedded
import Synchronization

/// The plugin: takes QEMU's calls, on whatever thread they come, to one process's recording.
///
/// A lock guards what translation changes; in user mode QEMU's own lock on the guest's memory map,
/// which fork takes as well, has serialised that already. Nothing that is called when a block is
/// executed takes it.
final class Recorder: @unchecked Sendable {
    private let emulator: Emulator
    private let numbers: SystemCallNumbers
    private let mappings = MappingWatch()
    private let ending = Ending()
    private let retranslation = Retranslation()
    private let canRetranslate: Bool
    /// Whether nothing is recorded at first.
    let waitsForStart: Bool
    /// Set in a forked child whose parent's code it runs without instrumentation.
    private let mustRetranslate = Atomic(false)
    /// Whether blocks get no instrumentation for the time being, since recording is switched off.
    private let isIdle = Atomic(false)
    private var recording: Recording

    /// - Parameter system: what lies in memory, for a system emulation.
    init(
        output: Output, options: Options, engine: Engine, system: SystemMemory?,
        installation: Installation
    ) throws(OptionError) {
        let host = installation.host
        let recording = try Recording(
            output: output, options: options, engine: engine, system: system, host: host)
        emulator = installation.emulator
        numbers = SystemCallNumbers(host)
        canRetranslate = host.survivesRetranslation && recording.canDoWithoutCallback
        waitsForStart = options.selection.start != nil
        self.recording = recording
    }

    /// Sees to it that the block shows when it is executed.
    func translated(_ block: borrowing TranslationBlock) {
        host_lock()
        defer { host_unlock() }
        if mappings.takeChangedFile() { recording.checkFiles() }
        if mappings.takeMapped() { recording.suspectAnonymous() }
        recording.translated(block, isIdle: isIdle.load(ordering: .relaxed))
        retranslation.setBlockCount(recording.blockCount)
    }

    /// A block is executed by this vCPU for the first time (``Engine/conditional``).
    func executedFirst(_ index: Int, by vcpu: UInt32) {
        guard unsafe Callback.isOn else { return }
        recording.executedFirst(index, by: vcpu)
    }

    /// A block was executed ``Retranslation/reportInterval`` times more (``Engine/callback``).
    func executedOften() {
        guard canRetranslate, retranslation.report() else { return }
        isIdle.store(unsafe !Callback.isOn, ordering: .relaxed)
        emulator.retranslateAll {}
    }

    /// Recording is switched on. The vCPU that comes here executes nothing more of what has no
    /// instrumentation: it looks for work at the beginning of each block.
    func started() {
        if isIdle.exchange(false, ordering: .relaxed) { emulator.retranslateAll {} }
    }

    /// The guest is about to make a system call. One that replaces the program ends the recording,
    /// unless it fails.
    func systemCallBegins(_ call: borrowing SystemCall) {
        if MappingWatch.canChange(call.arguments[0], call.arguments[1]),
            !numbers.isProtection(call.number)
        {
            let (start, length) = (call.arguments[0], call.arguments[1])
            host_lock()
            let concernsFile = recording.hasFile(in: start, start.addingSaturating(length))
            host_unlock()
            if concernsFile { mappings.changeBegins(on: call.vcpu) }
        }
        if numbers.isExec(call.number) { exits() }
    }

    /// A system call of the guest has returned.
    func systemCallReturned(_ call: SystemCallReturn) {
        mappings.systemCallReturned(on: call.vcpu, call.result)
        if numbers.isExec(call.number) { resume() }
        if mustRetranslate.exchange(false, ordering: .relaxed) { emulator.retranslateAll {} }
    }

    /// The process is about to end: writes the trace, once.
    func exits() {
        guard ending.begin() else { return }
        host_lock()
        recording.finish()
        host_unlock()
        ending.done()
    }

    /// The program was to be replaced, and was not.
    private func resume() {
        host_lock()
        if ending.reset() { recording.resume() }
        host_unlock()
    }

    /// This process is a child that was forked just now: what it records is its own. The lock is held, and
    /// was when the process was forked, so that what it guards is whole whatever the parent's other
    /// threads, which the child does not have, were about.
    func forked() {
        ending.reset()
        mappings.forked()
        if recording.hasBareBlocks { mustRetranslate.store(true, ordering: .relaxed) }
        recording.forked()
    }
}

extension UInt64 {
    /// The sum, or the largest number where it would be larger.
    fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
