import CHost
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
    private let gate = RetranslationGate()
    private let canRetranslate: Bool
    /// Whether nothing is recorded at first.
    let waitsForStart: Bool
    /// Set where all is to be translated anew as soon as a system call returns: in a forked child, which
    /// runs its parent's code without instrumentation, and where another thread was about to fork.
    private let mustRetranslate = Atomic(false)
    /// Whether blocks get no instrumentation for the time being, since recording is switched off.
    private let isIdle = Atomic(false)
    /// Whether there was ever a second vCPU.
    private let hasThreads = Atomic(false)
    /// What a fork waits for other threads at most, in milliseconds: one can be in a long call of the
    /// system's, where it does no harm.
    private static let longestWait: UInt32 = 100
    private let firstHits: FirstHits
    /// Nil where nobody asks where conditional jumps go.
    private let edges: EdgeWatch?
    /// Nil where nobody asks for forks.
    private let server: ForkServer?
    /// Touched only by who has the lock (`host_lock`).
    private var recording: RecordingState

    /// - Parameter system: what lies in memory, for a system emulation.
    init(
        output: Output, options: Options, engine: Engine, system: SystemMemory?,
        installation: Installation
    ) throws(OptionError) {
        let host = installation.host
        let recording = try RecordingState(
            output: output, options: options, engine: engine, system: system, host: host)
        emulator = installation.emulator
        numbers = SystemCallNumbers(host)
        canRetranslate = host.survivesRetranslation && recording.canDoWithoutCallback
        waitsForStart = options.selection.start != nil
        firstHits = recording.firstHits
        edges = recording.edges
        server = options.forks ? ForkServer(host, after: options.forkPlace) : nil
        self.recording = recording
    }

    /// Sees to it that the block shows when it is executed.
    @_optimize(speed)
    func translated(_ block: borrowing TranslationBlock) {
        host_lock()
        defer { host_unlock() }
        if mappings.takeChangedFile() { recording.finder.checkFiles() }
        if mappings.takeMapped() { recording.finder.suspectAnonymous() }
        recording.translated(block, isIdle: isIdle.load(ordering: .relaxed), server: server)
        retranslation.setBlockCount(recording.blockCount)
    }

    /// A block is executed by this vCPU for the first time (``Engine/conditional``).
    func executedFirst(_ index: Int, by vcpu: UInt32) {
        if Callback.records { firstHits.note(index, by: vcpu) }
    }

    /// A block was executed ``Retranslation/reportInterval`` times more (``Engine/callback``).
    func executedOften(by vcpu: VCPU) {
        // What a server runs without instrumentation, each child would have to translate anew.
        guard canRetranslate, server?.isWaiting != true, retranslation.report() else { return }
        isIdle.store(!Callback.recordsNow, ordering: .sequentiallyConsistent)
        // Switched on meanwhile: either it shows here, or `started()` finds what was written above.
        if Callback.recordsNow { isIdle.store(false, ordering: .relaxed) }
        _ = retranslateAll(on: vcpu)
    }

    /// Has all code translated anew; false where another thread is about to fork.
    private func retranslateAll(on vcpu: VCPU) -> Bool {
        switch gate.begins() {
        case .ask:
            emulator.retranslateAll(on: vcpu) {
                self.edges?.codeForgotten()
                self.mappings.missedCalls()
                self.gate.isDone()
            }
            return true
        case .isAsked: return true
        case .isClosed: return false
        }
    }

    /// A conditional jump is about to be executed that can lead to blocks that do not look where they are come
    /// from: all are to do so before it has gone there.
    func opensEdges(by vcpu: VCPU) {
        guard let edges, !edges.phase.isOpen else { return }
        edges.phase.open()
        retranslation.backOff()
        if !retranslateAll(on: vcpu) { mustRetranslate.store(true, ordering: .releasing) }
    }

    /// Recording is switched on. The vCPU that comes here executes nothing more of what has no
    /// instrumentation: it looks for work at the beginning of each block.
    func started(by vcpu: VCPU) {
        guard isIdle.exchange(false, ordering: .sequentiallyConsistent) else { return }
        // Where they lead was not looked at.
        edges?.forgetPending()
        if !retranslateAll(on: vcpu) { mustRetranslate.store(true, ordering: .releasing) }
    }

    /// The guest is about to make a system call. One that replaces the program ends the recording,
    /// unless it fails.
    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU) {
        if let server, server.isWaiting, server.systemCallBegins(call) {
            exits()
            host_exit(0)
        }
        if vcpu.index != 0, !hasThreads.load(ordering: .relaxed) {
            hasThreads.store(true, ordering: .relaxed)
        }
        mappings.systemCallBegins(
            changesFile: changesFile(call), anonymousLength: numbers.anonymousLength(call))
        if numbers.makesProcess(call.number) { host_expect_threads(true) }
        gate.systemCallBegins(closes: numbers.makesOrEndsProcess(call.number))
        if numbers.isExec(call.number) { exits() }
    }

    /// Whether the call may change what is mapped where a known file lies.
    private func changesFile(_ call: SystemCall) -> Bool {
        let (start, length) = (call.arguments[0], call.arguments[1])
        guard MappingWatch.canChange(start, length), !numbers.isProtection(call.number) else {
            return false
        }
        host_lock()
        defer { host_unlock() }
        let first = recording.address(start)
        return recording.finder.map.hasFile(in: first, first.addingSaturating(length))
    }

    /// Notes what the call has mapped. Gives whether a known file was at the address that it returned: the
    /// arguments of some calls do not tell, mremap's with a fixed address, shmat's, mmap's where they are in memory.
    private func noteMapping(_ call: SystemCallReturn) -> Bool {
        let length = MappingWatch.takeAnonymousLength()
        guard let result = MappingWatch.mapped(by: call.result) else { return false }
        host_lock()
        defer { host_unlock() }
        let address = recording.address(result)
        recording.finder.noteMapping(at: address, anonymousLength: length)
        return recording.finder.map.hasFile(in: address, address.addingSaturating(1))
    }

    /// A system call of the guest has returned.
    func systemCallReturned(_ call: SystemCallReturn, on vcpu: VCPU) {
        mappings.systemCallReturned(call.result, hidesFile: noteMapping(call))
        gate.systemCallReturned()
        if numbers.isExec(call.number) { resume() }
        if mustRetranslate.load(ordering: .relaxed),
            mustRetranslate.exchange(false, ordering: .acquiring), !retranslateAll(on: vcpu)
        {
            mustRetranslate.store(true, ordering: .releasing)
        }
    }

    /// The process is about to end: writes the trace, once.
    func exits() {
        server?.ends()
        guard ending.begin() else { return }
        host_lock()
        HostFile.apart { recording.finish() }
        host_unlock()
        ending.done()
    }

    /// The program was to be replaced, and was not.
    private func resume() {
        host_lock()
        if ending.reset() { HostFile.apart { recording.resume() } }
        host_unlock()
    }

    /// This process is about to fork. All of QEMU's locks are taken, and no vCPU executes.
    ///
    /// But a vCPU that has just stopped looks for work, under a lock of its own, which QEMU's reset takes
    /// in the child, though the vCPU is not there any more. The next thing that each does is to wait.
    func forks() {
        if canRetranslate, hasThreads.load(ordering: .relaxed) {
            host_await_threads(Recorder.longestWait)
        }
    }

    /// This process is a child that was forked just now: what it records is its own. The lock is held, and
    /// was when the process was forked, so that what it guards is whole whatever the parent's other
    /// threads, which the child does not have, were about.
    func forked() {
        host_expect_threads(false)
        server?.forked()
        ending.reset()
        mappings.missedCalls()
        gate.forked()
        edges?.phase.open()
        if recording.hasBareBlocks { mustRetranslate.store(true, ordering: .relaxed) }
        HostFile.apart { recording.forked() }
    }
}

extension UInt64 {
    /// The sum, or the largest number where it would be larger.
    fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
