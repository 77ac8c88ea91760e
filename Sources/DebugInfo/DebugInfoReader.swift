import CElfutils
import Coverage
import Synchronization
import Threading

/// Collects the line rows and functions of all compilation units of one file.
@safe
struct DebugInfoReader {
    private let image: Image
    /// What to add to an address of the debug information to get the ELF file's own.
    private let bias: UInt64
    private let sources: SupplementaryFiles
    private let symbols: SymbolFile
    private let discarded: DiscardedCode
    private let sections: DebugSections
    private let files = SourcePathTable()
    private var programs: [LineReader.Program] = []

    /// What is read.
    struct Result {
        var table: LineTable
        /// Whether there is a unit with code of which no function has a place in the source.
        var hasBareUnits: Bool
        /// Whether there are line programs, be they of code that the file has not.
        var hasLinePrograms: Bool
    }

    /// - Parameters:
    ///   - bias: what to add to an address of the debug information to get the ELF file's own.
    ///   - symbols: the file's symbols.
    /// - Throws: ``DebugInfoError/broken(_:)``.
    init(
        _ dwarf: OpaquePointer, _ sources: SupplementaryFiles, image: Image, bias: UInt64,
        symbols: SymbolFile
    ) throws(DebugInfoError) {
        self.sources = sources
        self.symbols = symbols
        self.image = image
        self.bias = bias
        discarded = DiscardedCode(image, bias: bias, symbols)
        sections = unsafe DebugSections(dwarf_getelf(dwarf), isSplit: false)
        var unit: OpaquePointer? = nil
        var place = "in the first unit"
        while true {
            var next: OpaquePointer? = nil
            var die = unsafe Dwarf_Die()
            var type: UInt8 = 0
            let status = unsafe dwarf_get_units(dwarf, unit, &next, nil, &type, &die, nil)
            guard status == 0 else {
                if status < 0 {
                    throw .broken("\(DebugInfoReader.lastError()), \(place) of .debug_info")
                }
                return
            }
            unsafe unit = next
            place = "behind the unit at 0x\(String(unsafe dwarf_dieoffset(&die), radix: 16))"
            guard type == DW_UT_compile || type == DW_UT_skeleton else { continue }
            if let program = unsafe DebugInfoReader.program(of: &die, sources) {
                programs.append(program)
            }
        }
    }

    /// Reads everything, on two threads where the machine has them.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``.
    func read(_ parts: LineTableParts) throws(DebugInfoError) -> Result {
        var seen: Set<UInt64> = []
        // A program that several units share has its rows once.
        let programs = programs.filter { seen.insert($0.offset).inserted }
        let lines = LineReader(
            programs, in: sections, image: image, bias: bias, files: files,
            doubtful: discarded.address)
        let functions = Mutex<Swift.Result<FunctionTable, DebugInfoError>>(
            .success(FunctionTable()))
        nonisolated(unsafe) let reader = self
        Threads.run(min(2, Threads.most)) { number in
            // One thread alone may use libdw's handle.
            if number == 0, !parts.isDisjoint(with: [.functions, .inlinedCalls]) {
                let found = Swift.Result { () throws(DebugInfoError) in
                    try unsafe reader.functions(parts)
                }
                functions.withLock { $0 = found }
            }
            lines.work()
        }
        var found = try functions.withLock { $0 }.get()
        let read = try lines.rows { discarded.includes(rowsFrom: $0, to: $1, next: $2, found) }
        let rows = LineTable(files: [], rows: read, functions: []).rows
        found.fillLines(by: rows)
        var table = LineTable(
            files: files.paths, rows: rows, functions: found.functions,
            inlinedFunctions: found.inlinedFunctions, inlinedCalls: found.inlinedCalls)
        table.labels = found.labels
        table.filesOfC = found.filesOfC
        return Result(
            table: table, hasBareUnits: found.hasBareUnits,
            hasLinePrograms: sections.count(.line) > 0)
    }

    /// Nil for a unit without lines (of data alone, say).
    private static func program(of unit: inout Dwarf_Die, _ sources: SupplementaryFiles)
        -> LineReader.Program?
    {
        var attribute = unsafe Dwarf_Attribute()
        var offset: Dwarf_Word = 0
        guard unsafe dwarf_attr(&unit, UInt32(DW_AT_stmt_list), &attribute) != nil,
            unsafe dwarf_formudata(&attribute, &offset) == 0
        else { return nil }
        let folder =
            unsafe sources.bytes(&unit, DW_AT_comp_dir)
            ?? UnsafeRawBufferPointer(start: nil, count: 0)
        return unsafe LineReader.Program(offset: offset, unitFolder: folder)
    }

    private func functions(_ parts: LineTableParts) throws(DebugInfoError) -> FunctionTable {
        var reader = DIEReader(
            sections, shared: sources.shared, readsInlinedCalls: parts.contains(.inlinedCalls),
            isCode: { image.isCode($0 &+ bias) },
            isDiscarded: { $0 &+ bias == discarded.address && discarded.includes($1) },
            splitUnit: sources.splitUnit)
        try reader.readAll()
        let names = reader.files.map { FileNumbering($0.sections, files: files) }
        var units = reader.linePrograms.map { program in
            (try? LineProgramHeader(names[program.file].sections, at: program.offset)).map {
                unsafe UnitFiles(names[program.file], $0, unitFolder: program.folder)
            }
        }
        return FunctionTable(
            reader, image: image, bias: bias, parts,
            symbols: symbols.names
        ) { reference in
            units[Int(reference.program)]?.index(Int(reference.number))
        }
    }

    private static func lastError() -> String {
        unsafe dwarf_errmsg(-1).map { unsafe String(cString: $0) } ?? "unknown error"
    }
}
