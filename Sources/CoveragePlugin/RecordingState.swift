import CHost
import DRCovEmbedded
import JournalEmbedded
import QEMUPluginEmbedded
import Synchronization
import TraceEmbedded

/// What is known of one process's blocks and modules, in memory that its journal outlives.
///
/// Whoever changes it holds ``Recorder``'s lock. It is one value so that the way of each new block leads
/// through it by one access: QEMU translates a thousand blocks and more before a small program has
/// begun.
struct RecordingState: ~Copyable {
    private let fault: TranslatorFault
    private let form: DRCovForm
    private let selection: BlockSelection
    private let takesAll: Bool
    private var switches: Switches?
    private let isPrecise: Bool
    private let isSystem: Bool

    private var output: Output
    private var table: BlockHashTable
    private var instrumentation: HitInstrumentation
    /// Nil where nobody asks where conditional jumps go.
    let edges: EdgeWatch?
    /// Which module is where.
    var finder: ModuleFinder
    private var searches: CodeSearches
    private var journaledModules = 0
    private var is32Bit: Bool
    private var hasStarted = false
    private var hasRunOutOfMemory = false
    private var hasToldOfJournal = false
    /// Whether blocks were translated so that the journal does not come to know of their execution,
    /// which it did before.
    private(set) var hasBareBlocks = false

    /// - Parameter system: what lies in memory, for a system emulation.
    init(
        output: Output, options: Options, engine: Engine, system: SystemMemory?,
        host: HostInformation
    ) throws(OptionError) {
        form = options.form
        guard let journal = JournalFile(), let table = BlockHashTable(journal: journal),
            let instrumentation = HitInstrumentation(
                engine, counts: form.hasCounts, switches: options.selection.switches,
                edges: form.hasEdges, host: host)
        else { throw .outOfMemory }
        if form.hasEdges {
            guard let decoder = JumpDecoder(host) else { throw .noJumps }
            guard
                let watch = EdgeWatch(
                    decoder, switches: options.selection.switches, store: table.journal.store)
            else { throw .outOfMemory }
            edges = watch
        } else {
            edges = nil
        }
        isSystem = system != nil
        selection = options.selection
        takesAll = options.selection.takesAll
        switches = Switches(options.selection)
        isPrecise = options.isPrecise
        finder = system.map { ModuleFinder($0.map) } ?? ModuleFinder(options.selection)
        searches = CodeSearches(system?.searches ?? [])
        is32Bit = system?.is32Bit ?? false
        self.output = output
        self.table = table
        self.instrumentation = instrumentation
        fault = TranslatorFault(host)
    }

    /// Whether a block that was executed can do without a callback.
    var canDoWithoutCallback: Bool { instrumentation.canDoWithoutCallback }

    /// How many distinct blocks were translated.
    var blockCount: Int { table.count }

    /// What vCPUs that execute blocks for the first time note that in, without the lock.
    var firstHits: FirstHits {
        FirstHits(table.journal.store, instrumentation.vcpuHits, counts: form.hasCounts)
    }

    /// The address in a word of a system call: QEMU extends those of a 32-bit guest by their sign.
    func address(_ word: UInt64) -> UInt64 {
        is32Bit ? UInt64(UInt32(truncatingIfNeeded: word)) : word
    }

    // MARK: - Translation

    /// Sees to it that the block shows when it is executed.
    ///
    /// - Parameters:
    ///   - isIdle: whether recording is switched off, so that blocks get no instrumentation.
    ///   - server: what is to know of each block, too.
    @_optimize(speed)
    mutating func translated(
        _ block: borrowing TranslationBlock, isIdle: Bool, server: ForkServer?
    ) {
        if !hasStarted { start(at: block) }
        guard let whole = BlockPart(block) else { return }
        let isPossible = searches.isAny && search(for: block)
        let range = finder.knownRange(containing: whole.address) ?? findRange(of: block)
        if let server, server.isWaiting {
            server.translated(
                block, whole, base: range?.base ?? 0,
                path: range?.file.map { finder.map.files[$0].path })
        }
        // Before anything else is asked for: recording begins and ends before what is executed there.
        if switches != nil, recordParts(of: block, whole, in: range) { return }
        guard !isIdle else { return }
        guard takesAll || isPossible || wants(whole.address, in: range) else {
            return leaveOut(whole, of: block, in: range)
        }
        record(whole, isWhole: true, of: block, in: range)
    }

    /// Records each of the parts that `start=` and `stop=` cut the block into; false where they do not.
    @inline(never)
    private mutating func recordParts(
        of block: borrowing TranslationBlock, _ whole: BlockPart, in range: LoadedRange?
    ) -> Bool {
        let path = range?.file.map { finder.map.files[$0].path }
        guard let parts = switches?.cut(block, whole, base: range?.base ?? 0, path: path),
            !parts.isEmpty
        else { return false }
        guard takesAll || wants(block.address, in: range) else { return true }
        for part in parts { record(part, isWhole: false, of: block, in: range) }
        return true
    }

    /// Enters what is executed as one block, and has it watched unless that was seen already.
    ///
    /// - Parameter isWhole: false where recording begins or ends within the block, which cuts it.
    @_optimize(speed)
    private mutating func record(
        _ part: BlockPart, isWhole: Bool, of block: borrowing TranslationBlock,
        in range: LoadedRange?
    ) {
        let place = place(of: part.address, in: range)
        let known = table.find(address: part.address, size: part.size, module: place.module)
        guard let index = known ?? insert(part, at: place) else { return noteOutOfMemory() }
        let kept = table[index]
        // Before it is asked what leads to the block: it can be this jump.
        var jump: Int?
        if let edges { jump = self.jump(at: part, of: block, in: range, edges) }
        if known != nil, kept.executions != 0, !isPrecise || kept.isExecutedWhole,
            instrumentation.canLeave(block, as: index)
        {
            hasBareBlocks = true
            edges?.watchEntry(part, isWhole: isWhole, of: block, among: table.count)
        } else if !isWhole {
            instrumentation.watch(part, of: block, at: kept)
        } else if !instrumentation.watch(block, as: index, at: kept) {
            return noteOutOfMemory()
        }
        if !kept.isExecutedWhole { watchProgress(of: part, of: block, in: kept) }
        if let edges, let jump, edges.watch(jump, at: part, of: block) { hasBareBlocks = true }
    }

    /// A block that is not wanted, to which a jump can lead that is: one in a wanted module.
    private func leaveOut(
        _ whole: BlockPart, of block: borrowing TranslationBlock, in range: LoadedRange?
    ) {
        guard let edges, wantsModule(range) else { return }
        edges.watchEntry(whole, isWhole: true, of: block, among: table.count)
    }

    /// The record of the conditional jump that a part of a block ends with, by its index; nil where it ends
    /// otherwise.
    @inline(never)
    private mutating func jump(
        at part: BlockPart, of block: borrowing TranslationBlock, in range: LoadedRange?,
        _ edges: EdgeWatch
    ) -> Int? {
        guard let jump = edges.jump(at: part, of: block) else { return nil }
        let index = edges.record(jump, at: place(of: jump.address, in: range), in: &table)
        if index == nil { noteOutOfMemory() }
        return index
    }

    @_optimize(speed)
    private mutating func insert(
        _ part: BlockPart, at place: (module: UInt16, start: UInt32)
    ) -> Int? {
        let (first, last) = ((part.address, part.firstSize), part.last)
        var record = BlockRecord(
            address: part.address, size: part.size,
            pageEnd: part.isEnd ? fault.pageEnd(first: first, last: last) : .clear)
        (record.module, record.start) = place
        if isPrecise {
            record.unreached = part.size
        } else if part.isEnd, fault.mayHaveDropped(first: first, last: last) {
            record.unreached = UInt16(clamping: last.size)
        }
        let index = table.insert(record)
        if table.journal.failure != nil { tellOfJournal() }
        return index
    }

    /// Has each instruction tell that it was come to, or the last alone where all that is asked is
    /// whether that is the block's.
    @inline(never)
    private func watchProgress(
        of part: BlockPart, of block: borrowing TranslationBlock, in kept: JournalBlock
    ) {
        let unreached = unsafe kept.unreached
        for number in (isPrecise ? part.first : part.end - 1)..<part.end {
            block.withInstruction(at: number) { instruction in
                let behind = instruction.address &+ UInt64(instruction.size) &- part.address
                let left = part.size &- UInt16(clamping: min(behind, UInt64(part.size)))
                instruction.onExecution(
                    passing: unsafe Callback.progress(in: unreached, left: left),
                    call: switches == nil ? Callback.reached : Callback.reachedIfOn)
            }
        }
    }

    // MARK: - Modules

    /// Asks the system what lies where the block begins; nil where nothing is known.
    @inline(never)
    private mutating func findRange(of block: borrowing TranslationBlock) -> LoadedRange? {
        let hostAddress = block.withInstruction(at: 0) { $0.hostAddress } ?? nil
        let range = finder.range(containing: block.address, hostAddress: hostAddress)
        journalModules()
        return range
    }

    /// Looks whether the block is code of a file that the system may have moved; true if it may be, and is wanted.
    @inline(never)
    private mutating func search(for block: borrowing TranslationBlock) -> Bool {
        let (isPossible, isPlaced) = searches.examine(block, placingIn: &finder)
        if isPlaced {
            for index in 0..<table.count {
                let block = table[index]
                let range = finder.knownRange(containing: block.address)
                (block.module, block.start) = place(of: block.address, in: range)
            }
        }
        return isPossible && selection.takes(address: block.address)
    }

    /// Whether the block that begins at the address is recorded.
    @inline(never)
    private func wants(_ address: UInt64, in range: LoadedRange?) -> Bool {
        wantsModule(range) && selection.takes(address: address)
    }

    /// Whether blocks are wanted of the module that a stretch of memory is of, or of none.
    private func wantsModule(_ range: LoadedRange?) -> Bool {
        range?.file.map { finder.map.files[$0].isWanted } ?? selection.takesOutside
    }

    /// The row of the module in a stretch of memory, and the address's offset there.
    private func place(
        of address: UInt64, in range: LoadedRange?
    ) -> (module: UInt16, start: UInt32) {
        if let range, range.module != Block.noModule,
            let start = UInt32(exactly: address &- range.base)
        {
            return (range.module, start)
        }
        return (Block.noModule, UInt32(truncatingIfNeeded: address))
    }

    // MARK: - Beginning and end

    /// Not at install: QEMU knows where the program lies only once there is a vCPU.
    private mutating func start(at block: borrowing TranslationBlock) {
        hasStarted = true
        if isSystem {
            if let first = finder.map.files.first { output.setProgram(first.path) }
        } else if let program = MainProgram(block.program) {
            is32Bit = program.is32Bit
            finder.start(with: program.file)
            output.setProgram(program.file.path)
        }
        table.journal.renew(at: output.journal)
        if is32Bit { table.journal.head.set32Bit() }
        if edges != nil { table.journal.head.setHoldsEdges() }
        noteCounts()
        journalModules()
        tellOfJournal()
    }

    /// Writes the trace; the journal goes then. Where that cannot be, says so.
    mutating func finish() {
        let trace = WrittenTrace(
            files: finder.map.rowsAtEnd(), is32Bit: is32Bit, form: form, table: table,
            executions: { instrumentation.executions(of: $0, counter: table[$0].executions) })
        do throws(Output.Failure) {
            try write(trace)
            table.journal.remove()
            tellOfUnused(isEmpty: trace.blockCount == 0)
            for path in searches.notExecuted { say(Message(notExecuted: path)) }
            if let reason = finder.failure { say(Message(unknownMap: reason)) }
        } catch {
            instrumentation.gather(into: &table)
            if table.journal.path == nil, output.takesJournal {
                table.journal.renew(at: output.lastResort)
            }
            table.journal.cut()
            say(
                Message(
                    error, blocks: trace.blockCount, journal: table.journal.path,
                    isWhole: table.journal.failure == nil))
        }
        table.journal.leaveMessages(at: output.lastResort)
    }

    private mutating func write(_ trace: borrowing WrittenTrace) throws(Output.Failure) {
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

    /// The end that was announced did not come: the old journal keeps what was brought into it.
    mutating func resume() {
        table.journal.renew(at: output.journal)
        noteCounts()
    }

    /// Begins anew in a forked child: what it records is its own.
    mutating func forked() {
        output.forked()
        if hasStarted { table.journal.renew(at: output.journal, keepsCounters: false) }
        hasBareBlocks = false
        table.clearCounters(isPrecise: isPrecise)
        instrumentation.forgetAll()
    }

    // MARK: - The journal

    /// Has the journal tell whether it holds the counts while it is recorded.
    private func noteCounts() { table.journal.head.setHoldsCounts(instrumentation.countsInJournal) }

    /// Modules stand in the journal before blocks of theirs.
    private mutating func journalModules() {
        while journaledModules < finder.map.rows.count {
            let file = finder.map.rows[journaledModules]
            let row = file.module(id: journaledModules)
            journaledModules += 1
            table.journal.append(row, buildID: file.build?.id ?? [], count: journaledModules)
        }
    }

    // MARK: - What the user is told

    @inline(never)
    private mutating func tellOfJournal() {
        guard let reason = table.journal.failure, !hasToldOfJournal, let place = output.journal
        else { return }
        hasToldOfJournal = true
        say(Message(noJournal: place, reason: reason))
    }

    /// Tells of what was asked for and was not there. A forked child, which has its parent's options and
    /// most of its modules, tells only if it has nothing at all.
    private mutating func tellOfUnused(isEmpty: Bool) {
        if !Callback.hasRecorded {
            if isEmpty { say(Message(empty: output.path, isStarted: false, unused: [])) }
            return
        }
        let hasStopPlace = switches?.hasStopPlace ?? true
        guard !takesAll || !hasStopPlace, isEmpty || !output.isChilds else { return }
        let unused = selection.unused(
            paths: finder.map.files.map { $0.path }, hasStopPlace: hasStopPlace
        ) { start, end in
            (0..<table.count).contains { index in
                let address = table[index].address
                return start <= address && address < end
            }
        }
        if isEmpty {
            say(Message(empty: output.path, isStarted: true, unused: unused))
        } else if !unused.isEmpty {
            say(Message(unused: unused))
        }
    }

    @inline(never)
    private mutating func noteOutOfMemory() {
        guard !hasRunOutOfMemory else { return }
        hasRunOutOfMemory = true
        say(Message("out of memory: new blocks are not recorded any more"))
    }

    /// Says it, or keeps it for who reads the journal.
    private mutating func say(_ message: Message) {
        if let unsaid = message.say() { table.journal.head.keep(unsaid) }
    }
}
