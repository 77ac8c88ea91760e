import Coverage
import Synchronization

/// Reads the line programs of one file, several at once.
@safe
final class LineReader: Sendable {
    /// A line program that a unit names.
    @safe
    struct Program {
        /// Bytes from the start of `.debug_line`.
        var offset: UInt64
        /// The folder that the unit was compiled in; empty where it does not say.
        var unitFolder: UnsafeRawBufferPointer
    }

    private struct Results {
        var parts: [LineRows] = []
        var fault: (program: Int, error: DebugInfoError)?
    }

    /// Bytes of a program that a row takes at the least, in programs that are worth it: 3 and more in
    /// all that compilers write.
    private static let bytesPerRow = 2
    private static let mostReserved = 1 << 22

    // The bytes are only read, and outlive this.
    private nonisolated(unsafe) let programs: [Program]
    private let sections: DebugSections
    private let image: Image
    private let bias: UInt64
    private let files: SourcePathTable
    private let doubtful: UInt64?
    private let next = Atomic(0)
    private let results = Mutex(Results())

    /// - Parameters:
    ///   - programs: each once; the bytes of their folders and the sections must outlive this.
    ///   - bias: what to add to an address of the debug information to get the ELF file's own.
    ///   - doubtful: where sequences begin that ``rows(without:)`` asks for.
    init(
        _ programs: [Program], in sections: DebugSections, image: Image, bias: UInt64,
        files: SourcePathTable, doubtful: UInt64?
    ) {
        unsafe self.programs = programs
        self.sections = sections
        self.image = image
        self.bias = bias
        self.files = files
        self.doubtful = doubtful
    }

    /// Reads programs until none is left. Each thread that helps calls this once.
    func work() {
        let names = FileNumbering(sections, files: files)
        let capacity = min(sections.count(.line) / LineReader.bytesPerRow, LineReader.mostReserved)
        var rows: LineRows?
        while true {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard unsafe number < programs.count else { break }
            do throws(DebugInfoError) {
                let program = unsafe programs[number]
                let header = try LineProgramHeader(sections, at: program.offset)
                let files = unsafe UnitFiles(names, header, unitFolder: program.unitFolder)
                var run = LineProgram(number: number, bias: bias, files: files)
                var collected =
                    rows.take() ?? LineRows(image, doubtful: doubtful, capacity: capacity)
                defer { rows = collected }
                try run.run(into: &collected)
            } catch {
                results.withLock { results in
                    if results.fault.map({ number < $0.program }) ?? true {
                        results.fault = (number, error)
                    }
                }
            }
        }
        if let rows { results.withLock { $0.parts.append(rows) } }
    }

    /// The rows of all programs, when all threads have returned.
    ///
    /// - Parameter isWrong: whether to leave out a doubtful sequence, by its first row, the address
    ///   behind its last one, and the lowest at which one begins that is not doubtful.
    /// - Throws: ``DebugInfoError/broken(_:)`` of the first program that is.
    func rows(without isWrong: (LineTable.Row, UInt64, UInt64?) -> Bool) throws(DebugInfoError)
        -> [LineTable.Row]
    {
        let results = results.withLock { results in
            defer { results = Results() }
            return results
        }
        if let fault = results.fault { throw fault.error }
        return LineRows.joined(results.parts, without: isWrong)
    }
}
