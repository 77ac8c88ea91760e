import CElfutils
import Coverage
import Synchronization
import Threading

/// Collects the line rows and functions of all compilation units of one file.
@safe
struct UnitReader {
    /// A unit's own entry, and its split unit's; the latter's `addr` is nil where there is none.
    @safe
    private struct Unit {
        var entry: Dwarf_Die
        var split: Dwarf_Die
        var program: LineReader.Program?
    }

    private let image: Image
    /// What to add to an address of the debug information to get the ELF file's own.
    private let bias: UInt64
    private let sections: DebugSections
    private let files = SourceFiles()
    private var units: [Unit] = []

    /// - Throws: ``DebugInfoError/broken(_:)``.
    init(_ dwarf: OpaquePointer, image: Image, bias: UInt64) throws(DebugInfoError) {
        self.image = image
        self.bias = bias
        sections = unsafe DebugSections(dwarf_getelf(dwarf), isSplit: false)
        var unit: OpaquePointer? = nil
        while true {
            var next: OpaquePointer? = nil
            var (entry, split) = unsafe (Dwarf_Die(), Dwarf_Die())
            var type: UInt8 = 0
            let status = unsafe dwarf_get_units(dwarf, unit, &next, nil, &type, &entry, &split)
            guard status == 0 else {
                if status < 0 { throw .broken(UnitReader.lastError()) }
                return
            }
            unsafe unit = next
            guard type == DW_UT_compile || type == DW_UT_skeleton else { continue }
            let program = unsafe UnitReader.program(of: &entry)
            unsafe units.append(Unit(entry: entry, split: split, program: program))
        }
    }

    /// Reads everything, on two threads where the machine has them.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``.
    func table() throws(DebugInfoError) -> LineTable {
        var seen: Set<UInt64> = []
        // A program that several units share has its rows once.
        let programs = units.compactMap(\.program).filter {
            seen.insert($0.offset).inserted
        }
        let lines = LineReader(
            programs, in: sections, image: image, bias: bias, files: files)
        let functions = Mutex<[LineTable.Function]>([])
        nonisolated(unsafe) let reader = self
        Threads.run(min(2, Threads.most)) { number in
            // One thread alone may use libdw's handle.
            if number == 0 {
                let found = unsafe reader.functions()
                functions.withLock { $0 = found }
            }
            lines.work()
        }
        let rows = try lines.rows()
        return LineTable(
            files: files.paths, rows: rows, functions: functions.withLock { $0 })
    }

    /// Nil for a unit without lines (of data alone, say).
    private static func program(of unit: inout Dwarf_Die) -> LineReader.Program? {
        var attribute = unsafe Dwarf_Attribute()
        var offset: Dwarf_Word = 0
        guard unsafe dwarf_attr(&unit, UInt32(DW_AT_stmt_list), &attribute) != nil,
            unsafe dwarf_formudata(&attribute, &offset) == 0
        else { return nil }
        return unsafe LineReader.Program(offset: offset, unitFolder: folder(of: &unit))
    }

    private static func folder(of unit: inout Dwarf_Die) -> UnsafeRawBufferPointer {
        unsafe DIE.bytes(&unit, DW_AT_comp_dir)
            ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private func functions() -> [LineTable.Function] {
        var functions: [LineTable.Function] = []
        let names = FileNames(sections, files: files)
        for var unit in units {
            // A skeleton's functions stand in the split unit.
            if unsafe unit.split.addr != nil {
                let folder = unsafe unit.program?.unitFolder
                var splitFiles = unsafe splitFiles(of: &unit.split, folder: folder)
                unsafe readFunctions(&unit.split, &splitFiles, &functions)
            } else {
                var files = unit.program.flatMap { unitFiles($0, names) }
                unsafe readFunctions(&unit.entry, &files, &functions)
            }
        }
        return functions
    }

    private func unitFiles(_ program: LineReader.Program, _ names: FileNames) -> UnitFiles? {
        guard let header = try? LineProgramHeader(names.sections, at: program.offset)
        else { return nil }
        return unsafe UnitFiles(names, header, unitFolder: program.unitFolder)
    }

    /// Split units have a line program of their own, for its list of files alone.
    private func splitFiles(of unit: inout Dwarf_Die, folder: UnsafeRawBufferPointer?) -> UnitFiles?
    {
        guard var program = unsafe UnitReader.program(of: &unit),
            let dwarf = unsafe dwarf_cu_getdwarf(unit.cu), let elf = unsafe dwarf_getelf(dwarf)
        else { return nil }
        if let folder = unsafe folder { unsafe program.unitFolder = unsafe folder }
        let sections = unsafe DebugSections(elf, isSplit: true)
        return unitFiles(program, FileNames(sections, files: files))
    }

    private func readFunctions(
        _ unit: inout Dwarf_Die, _ sourceFiles: inout UnitFiles?,
        _ functions: inout [LineTable.Function]
    ) {
        unsafe DIE.forEachFunction(in: &unit) { die in
            let ranges = unsafe DIE.ranges(&die).map {
                ($0.lowerBound &+ bias)..<($0.upperBound &+ bias)
            }
            guard let first = ranges.first, image.isExecutable(first.lowerBound),
                let name = unsafe DIE.functionName(&die)
            else { return }
            let file = unsafe DIE.number(&die, DW_AT_decl_file)
                .flatMap { sourceFiles?.index($0) }
            let line = unsafe DIE.number(&die, DW_AT_decl_line).flatMap(Int32.init(exactly:)) ?? 0
            functions.append(
                LineTable.Function(
                    name: Demangler.readable(name), linkageName: name, file: file, line: line,
                    entry: unsafe DIE.entry(&die).map { $0 &+ bias } ?? first.lowerBound,
                    ranges: ranges))
        }
    }

    private static func lastError() -> String {
        unsafe dwarf_errmsg(-1).map { unsafe String(cString: $0) } ?? "unknown error"
    }
}
