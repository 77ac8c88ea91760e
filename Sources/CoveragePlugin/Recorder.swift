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
    private let emulator: Emulator
    private let fault: TranslatorFault
    private let form: Form
    private let selection: Selection
    private let switches: Switches?
    private let isPrecise: Bool
    private let numbers: SystemCallNumbers
    private let mappings = MappingWatch()
    private let ending = Ending()
    private let retranslation = Retranslation()
    private let canRetranslate: Bool
    /// Set in a forked child whose parent's code it runs without instrumentation.
    private let mustRetranslate = Atomic(false)
    /// Whether blocks get no instrumentation for the time being, since recording is switched off.
    private let isIdle = Atomic(false)

    private var output: Output
    private var table: BlockTable
    private var watching: BlockWatch
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

    /// - Parameter system: what lies in memory, for a system emulation.
    init(
        output: Output, options: Options, engine: Engine, system: SystemMemory?,
        installation: Installation
    ) throws(OptionError) {
        form = options.form
        let host = installation.host
        guard let journal = JournalFile(), let table = BlockTable(journal: journal),
            let watching = BlockWatch(
                engine, counts: form.hasCounts, switches: options.selection.switches, host: host)
        else { throw .outOfMemory }
        emulator = installation.emulator
        isSystem = system != nil
        selection = options.selection
        switches = Switches(options.selection)
        isPrecise = options.isPrecise
        finder = system.map { ModuleFinder($0.map) } ?? ModuleFinder(options.selection)
        is32Bit = system?.is32Bit ?? false
        self.output = output
        self.table = table
        canRetranslate = host.survivesRetranslation && watching.canDoWithoutCallback
        self.watching = watching
        fault = TranslatorFault(host)
        numbers = SystemCallNumbers(host)
    }

    /// Whether nothing is recorded at first.
    var waitsForStart: Bool { selection.start != nil }

    // MARK: - Called by QEMU

    /// Sees to it that the block shows when it is executed.
    func translated(_ block: borrowing TranslationBlock) {
        host_lock()
        defer { host_unlock() }
        if !hasStarted { start() }
        guard let range = block.withInstruction(at: 0, { range(of: $0) }) else { return }
        // Before anything else is asked for: recording begins and ends before what is executed there.
        let parts =
            switches.map { $0.cut(block, base: range?.base ?? 0, path: path(in: range)) } ?? []
        guard selection.takesAll || wants(block.address, in: range) else { return }
        if !parts.isEmpty {
            for part in parts {
                record(part, of: block, in: range) {
                    watching.watch(part, of: block, as: $0, in: table)
                    return true
                }
            }
        } else if !isIdle.load(ordering: .relaxed), let whole = BlockPart(block) {
            record(whole, of: block, in: range) { watching.watch(block, as: $0, in: table) }
        }
    }

    /// A block is executed by this vCPU for the first time (``Engine/conditional``).
    func executedFirst(_ index: Int, by vcpu: UInt32) {
        guard unsafe Callback.isOn else { return }
        watching.note(index, by: vcpu, in: table)
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
            let concernsFile = finder.map.hasFile(in: start, start.addingSaturating(length))
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
        let trace = Trace(
            files: finder.map.rows, is32Bit: is32Bit, form: form, table: table,
            executions: { watching.executions(of: $0, in: table) })
        do throws(Output.Failure) {
            try write(trace)
            table.journal.remove()
            if trace.blockCount == 0 { tellOfNothing() }
        } catch {
            watching.gather(into: &table)
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
        table.clearCounters(isPrecise: isPrecise)
        watching.forgetAll()
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
            // The old journal keeps what was brought into it.
            table.journal.renew(at: output.journal)
            noteCounts()
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

    /// The path of the module in a stretch of memory.
    private func path(in range: LoadedRange?) -> [UInt8]? {
        range?.file.map { finder.map.files[$0].path }
    }

    /// Whether the block that begins at the address is recorded.
    private func wants(_ address: UInt64, in range: LoadedRange?) -> Bool {
        (range?.file.map { finder.map.files[$0].isWanted } ?? selection.takesOutside)
            && selection.takes(address: address)
    }

    /// Enters what is executed as one block, and has it watched unless that was seen already.
    private func record(
        _ part: BlockPart, of block: borrowing TranslationBlock, in range: LoadedRange?,
        watch: (Int) -> Bool
    ) {
        let place = place(of: part.address, in: range)
        let known = table.find(address: part.address, size: part.size, module: place.module)
        if let known, table.isRecorded(known), watching.canLeave(block, as: known) {
            hasBareBlocks = true
        } else if let index = known ?? insert(part, at: place), watch(index) {
            if isPrecise, !table.isRecorded(index) {
                watchProgress(of: part, of: block, as: index)
            }
        } else {
            noteOutOfMemory()
        }
    }

    /// Has each instruction tell that it was come to.
    private func watchProgress(
        of part: BlockPart, of block: borrowing TranslationBlock, as index: Int
    ) {
        let record = unsafe table.journal.record(index)
        for number in part.first..<part.end {
            block.withInstruction(at: number) { instruction in
                let behind = instruction.address &+ UInt64(instruction.size) &- part.address
                let left = part.size &- UInt16(clamping: min(behind, UInt64(part.size)))
                instruction.onExecution(
                    passing: unsafe Callback.progress(in: record, left: left),
                    call: switches == nil ? Callback.reached : Callback.reachedIfOn)
            }
        }
    }

    /// Has the journal tell whether it holds the counts while it is recorded.
    private func noteCounts() { table.journal.setHoldsCounts(watching.countsInJournal) }

    /// The stretch of memory that the instruction is in, with its module; nil where nothing is known.
    private func range(of first: borrowing Instruction) -> LoadedRange? {
        if mappings.takeChangedFile() { finder.checkFiles() }
        if mappings.takeMapped() { finder.suspectAnonymous() }
        return finder.range(containing: first.address, hostAddress: first.hostAddress)
    }

    /// The row of the module in a stretch of memory, and the address's offset there.
    private func place(
        of address: UInt64, in range: LoadedRange?
    ) -> (module: UInt16, start: UInt32) {
        if let range, let file = range.file, let row = finder.map.files[file].row,
            let start = UInt32(exactly: address &- range.base)
        {
            return (row, start)
        }
        return (Block.noModule, UInt32(truncatingIfNeeded: address))
    }

    private func insert(_ part: BlockPart, at place: (module: UInt16, start: UInt32)) -> Int? {
        var record = BlockRecord(
            address: part.address, size: part.size,
            pageEnd: part.isEnd
                ? fault.pageEnd(first: (part.address, part.firstSize), last: part.last) : .clear)
        (record.module, record.start) = place
        if isPrecise { record.unreached = part.size }
        journalModules()
        defer { tellOfJournal() }
        retranslation.addBlock()
        return table.insert(record)
    }

    private func journalModules() {
        while journaledModules < finder.map.rows.count {
            let row = finder.map.rows[journaledModules].module(id: journaledModules)
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

    private func tellOfNothing() {
        if unsafe !Callback.wasOn {
            Message(
                emptyBecauseOf: "the guest did not come to start=", output.path
            ).print()
        } else if !selection.takesAll {
            Message(
                emptyBecauseOf: "nothing that ran is what module=, exclude= and range= leave",
                output.path
            ).print()
        }
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
