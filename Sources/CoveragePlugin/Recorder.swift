import CQEMUPlugin
import DRCovEmbedded
import JournalEmbedded
import QEMUPluginEmbedded
import Synchronization

/// One process's recording: sees each block when it is translated, has it show when it is executed,
/// and writes out those that were.
///
/// A lock guards what translation changes; in user mode QEMU's own lock on the guest's memory map,
/// which fork takes as well, has serialised that already. Nothing that is called when a block is
/// executed takes it.
final class Recorder: @unchecked Sendable {
    private let plugin: Plugin
    private let fault: TranslatorFault
    private let engine: Engine
    private let form: Form
    /// Whether executions are counted, in part or all of them by the vCPUs each for itself.
    private let countsByVCPU: Bool
    private let programEnds: ProgramEnds
    private let mappings = MappingWatch()
    private let ending = Ending()
    private let retranslation = Retranslation()
    private let canRetranslate: Bool
    /// Set in a forked child whose parent's code it runs without instrumentation.
    private let mustRetranslate = Atomic(false)

    private var output: Output
    private var table: BlockTable
    private var vcpuHits: VCPUHits
    private var finder: ModuleFinder
    private let isSystem: Bool
    private var journaledModules = 0
    private var is32Bit: Bool
    private var hasStarted = false
    private var hasRunOutOfMemory = false
    private var hasToldOfJournal = false
    /// Whether blocks were translated so that the journal does not come to know of their execution,
    /// which it did before.
    private var hasBareBlocks = false

    /// Nil where the system has no room.
    ///
    /// - Parameter system: what lies in memory, for a system emulation.
    init?(
        output: Output, options: Options, engine: Engine, system: SystemMemory?,
        installation: Installation
    ) {
        form = options.form
        let host = installation.host
        let retranslates = engine == .callback && host.survivesRetranslation && host.hasVCPUCounters
        countsByVCPU = form.hasCounts && (engine == .conditional || retranslates)
        guard let journal = JournalFile(), let table = BlockTable(journal: journal),
            let vcpuHits = VCPUHits()
        else { return nil }
        plugin = installation.plugin
        isSystem = system != nil
        finder = system.map { ModuleFinder($0.map) } ?? ModuleFinder()
        is32Bit = system?.is32Bit ?? false
        self.output = output
        self.table = table
        self.vcpuHits = vcpuHits
        self.engine = engine
        canRetranslate = host.survivesRetranslation && (!form.hasCounts || countsByVCPU)
        fault = TranslatorFault(host)
        programEnds = ProgramEnds(host)
    }

    // MARK: - Called by QEMU

    /// Sees to it that the block shows when it is executed.
    func translated(_ block: borrowing TranslationBlock) {
        host_lock()
        defer { host_unlock() }
        if !hasStarted { start() }
        guard let first = block.instruction(at: 0),
            let last = block.instruction(at: block.instructionCount - 1)
        else { return }
        let address = first.address
        let size = UInt16(clamping: last.address &+ UInt64(last.size) &- address)
        let place = place(of: first)
        if let index = table.find(address: address, size: size, module: place.module) {
            if table.counter(index) == 0 {
                watch(block, as: index)
            } else {
                watchOn(block, as: index)
            }
        } else if let index = insert(first, last: last, size: size, at: place) {
            watch(block, as: index)
        } else {
            noteOutOfMemory()
        }
    }

    /// A block is executed by this vCPU for the first time (``Engine/conditional``).
    func executedFirst(_ index: Int, by vcpu: UInt32) {
        unsafe table.journal.counter(index).pointee = 1
        if !form.hasCounts { vcpuHits.note(index, by: vcpu) }
    }

    /// A block was executed ``Retranslation/reportInterval`` times more (``Engine/callback``).
    func executedOften() {
        if canRetranslate, retranslation.report() {
            plugin.retranslateAll {}
        }
    }

    /// The guest is about to make a system call. One that replaces the program ends the recording,
    /// unless it fails.
    func systemCallBegins(_ call: borrowing SystemCall) {
        if MappingWatch.canChange(call.arguments) {
            let (start, length) = call.arguments
            host_lock()
            let concernsFile = finder.map.hasFile(in: start, start.addingSaturating(length))
            host_unlock()
            if concernsFile { mappings.changeBegins(on: call.vcpu) }
        }
        if programEnds.isExec(call.number) { finish() }
    }

    /// A system call of the guest has returned.
    func systemCallReturned(on vcpu: UInt32, _ number: Int64, _ result: Int64) {
        mappings.systemCallReturned(on: vcpu, result)
        if programEnds.isExec(number) { resume() }
        if mustRetranslate.exchange(false, ordering: .relaxed) { plugin.retranslateAll {} }
    }

    /// The process is about to end: writes the trace, once.
    func finish() {
        guard ending.begin() else { return }
        host_lock()
        let trace = Trace(
            files: finder.map.files, is32Bit: is32Bit, form: form, table: table,
            executions: { executions(of: $0) })
        do throws(Output.Failure) {
            try write(trace)
            table.journal.remove()
        } catch {
            if countsByVCPU { gatherCounts() }
            Message(
                error, blocks: trace.blockCount, journal: table.journal.path,
                isWhole: table.journal.failure == nil
            ).print()
        }
        host_unlock()
        ending.done()
    }

    /// This process is a child that was forked just now: what it records is its own.
    func forked() {
        ending.reset()
        if hasStarted {
            table.journal.renew(at: output.journal, keepsCounters: false)
        }
        if hasBareBlocks { mustRetranslate.store(true, ordering: .relaxed) }
        hasBareBlocks = false
        table.clearCounters()
        vcpuHits.forgetAll()
    }

    // MARK: - Parts of it

    private func write(_ trace: borrowing Trace) throws(Output.Failure) {
        do throws(Output.Failure) {
            try output.write(trace)
        } catch {
            // On a full disk a journal that does not hold all may have the room that the trace
            // needs, which holds more in less.
            guard table.journal.partialSize > 2 * trace.blockCount * trace.bytesPerBlock else {
                throw error
            }
            table.journal.giveUp()
            try output.write(trace)
        }
    }

    /// The program was to be replaced, and was not.
    private func resume() {
        host_lock()
        if ending.reset() {
            noteCounts()
            table.journal.renew(at: output.journal)
        }
        host_unlock()
    }

    /// Not at install: QEMU knows where the program lies only once there is a vCPU.
    private func start() {
        hasStarted = true
        if isSystem {
            if let first = finder.map.files.first { output.setProgram(first.path) }
        } else if let program = MainProgram() {
            is32Bit = program.is32Bit
            finder.start(with: program.file)
            output.setProgram(program.file.path)
        }
        table.journal.renew(at: output.journal)
        if is32Bit { table.journal.set32Bit() }
        noteCounts()
        journalModules()
        tellOfJournal()
    }

    private func watch(_ block: borrowing TranslationBlock, as index: Int) {
        switch engine {
        case .counter: unsafe block.countExecutions(in: table.journal.counter(index))
        case .conditional:
            // Once it is counted, the value it hangs on is not 0 any more.
            guard vcpuHits.watch(block, as: index),
                !form.hasCounts || vcpuHits.count(block, as: index)
            else { return noteOutOfMemory() }
        case .callback:
            unsafe block.onExecution(
                call: form.hasCounts ? Callback.counted : Callback.executed,
                with: table.journal.counter(index))
        }
    }

    /// Sees to what is still wanted of a block whose execution is recorded: nothing, or each further
    /// execution.
    private func watchOn(_ block: borrowing TranslationBlock, as index: Int) {
        guard form.hasCounts else {
            hasBareBlocks = true
            return
        }
        if engine == .callback, countsByVCPU, vcpuHits.count(block, as: index) {
            hasBareBlocks = true
        } else {
            watch(block, as: index)
        }
    }

    /// How often the block was executed; where that is not counted, whether it was.
    private func executions(of index: Int) -> UInt64 {
        let counter = table.counter(index)
        guard countsByVCPU else { return counter }
        let sum = vcpuHits.sum(index)
        return engine == .conditional ? max(counter, sum) : counter &+ sum
    }

    /// Brings the counts into the journal.
    private func gatherCounts() {
        for index in 0..<table.count {
            unsafe table.journal.counter(index).pointee = executions(of: index)
        }
        vcpuHits.forgetAll()
        table.journal.setHoldsCounts(true)
    }

    /// Has the journal tell whether it holds the counts while it is recorded.
    private func noteCounts() { table.journal.setHoldsCounts(form.hasCounts && !countsByVCPU) }

    /// The module of a block that begins with the instruction, and its offset there.
    private func place(of first: borrowing Instruction) -> (module: UInt16, start: UInt32) {
        if mappings.takeChangedFile() { finder.checkFiles() }
        if mappings.takeMapped() { finder.suspectAnonymous() }
        let address = first.address
        if let range = finder.range(containing: address, hostAddress: first.hostAddress),
            let module = range.module, let start = UInt32(exactly: address &- range.base)
        {
            return (module, start)
        }
        return (Block.noModule, UInt32(truncatingIfNeeded: address))
    }

    private func insert(
        _ first: borrowing Instruction, last: borrowing Instruction, size: UInt16,
        at place: (module: UInt16, start: UInt32)
    ) -> Int? {
        let address = first.address
        var record = BlockRecord(
            address: address, size: size,
            pageEnd: fault.pageEnd(
                first: (address, UInt64(first.size)), last: (last.address, UInt64(last.size))))
        (record.module, record.start) = place
        journalModules()
        defer { tellOfJournal() }
        retranslation.addBlock()
        return table.insert(record)
    }

    private func journalModules() {
        while journaledModules < finder.map.files.count {
            let row = finder.map.files[journaledModules].row(id: journaledModules)
            journaledModules += 1
            table.journal.append(row, count: journaledModules)
        }
    }

    private func tellOfJournal() {
        guard let reason = table.journal.failure, !hasToldOfJournal,
            let place = output.journal
        else { return }
        hasToldOfJournal = true
        Message(noJournal: place, reason: reason).print()
    }

    private func noteOutOfMemory() {
        guard !hasRunOutOfMemory else { return }
        hasRunOutOfMemory = true
        Message("out of memory: blocks that come from here on are not recorded").print()
    }
}

extension UInt64 {
    /// The sum, or the largest number where it would be larger.
    fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
