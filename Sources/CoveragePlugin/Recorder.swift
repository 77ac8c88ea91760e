import DRCovEmbedded
import QEMUPluginEmbedded
import Synchronization

/// One run's recording: sees each block when it is translated, gives it a counter, and writes out
/// those whose counter moved.
///
/// It needs no lock of its own. QEMU translates under its lock on the guest's memory map, which fork
/// takes as well; and at exit it has stopped all vCPUs, thrown away the translated code and taken
/// back the translation callback. What other threads touch is atomic.
final class Recorder: @unchecked Sendable {
    private let output: Output
    private let fault: TranslatorFault
    private var table: BlockTable
    private var finder = ModuleFinder()
    private let mappings = MappingWatch()
    private var hasStarted = false
    private var is32Bit = false
    private var hasRunOutOfMemory = false
    private let isWritten = Atomic(false)

    /// Nil where the system has no room.
    init?(output: Output, host: HostInformation) {
        guard let table = BlockTable() else { return nil }
        self.output = output
        self.table = table
        fault = TranslatorFault(host)
    }

    /// Sees to it that the block counts when it is executed.
    func translated(_ block: borrowing TranslationBlock) {
        if !hasStarted { start() }
        guard let first = block.instruction(at: 0),
            let last = block.instruction(at: block.instructionCount - 1)
        else { return }
        let address = first.address
        let size = UInt16(clamping: last.address &+ UInt64(last.size) &- address)
        guard
            let index = table.find(address: address, size: size)
                ?? insert(first, last: last, size: size)
        else { return noteOutOfMemory() }
        unsafe block.countExecutions(in: table.counters.address(of: index))
    }

    /// Tells of the result of a guest's system call.
    func systemCallReturned(_ result: Int64) { mappings.systemCallReturned(result) }

    /// Writes the trace, once.
    func finish() {
        guard !isWritten.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let trace = Trace(files: finder.map.files, is32Bit: is32Bit, table: table)
        do throws(Output.Failure) {
            try output.write(trace)
        } catch {
            Message(error).print()
        }
    }

    /// Not at install: QEMU knows where the program lies only once there is a vCPU.
    private func start() {
        hasStarted = true
        guard let program = MainProgram() else { return }
        is32Bit = program.is32Bit
        finder.start(with: program.file)
    }

    private func insert(
        _ first: borrowing Instruction, last: borrowing Instruction, size: UInt16
    ) -> Int? {
        if mappings.takeChange() { finder.suspectAnonymous() }
        let address = first.address
        var record = BlockRecord(
            address: address, start: UInt32(truncatingIfNeeded: address), size: size,
            module: Block.noModule,
            pageEnd: PageEnd(
                fault, first: (address, UInt64(first.size)),
                last: (last.address, UInt64(last.size))))
        if let range = finder.range(containing: address, hostAddress: first.hostAddress),
            let module = range.module, let start = UInt32(exactly: address &- range.base)
        {
            record.start = start
            record.module = module
        }
        return table.insert(record)
    }

    private func noteOutOfMemory() {
        guard !hasRunOutOfMemory else { return }
        hasRunOutOfMemory = true
        Message("out of memory: blocks that come from here on are not recorded").print()
    }
}
