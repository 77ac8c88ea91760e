import CElfutils
import Coverage

/// Collects the line rows and functions of all compilation units of one file.
struct UnitReader {
    private let image: Image
    /// What to add to an address of the debug information to get the ELF file's own.
    private let bias: UInt64
    private var files: [String] = []
    private var fileIndices: [String: Int32] = [:]
    private var rows: [LineTable.Row] = []
    private var functions: [LineTable.Function] = []

    init(image: Image, bias: UInt64) {
        self.image = image
        self.bias = bias
    }

    func table() -> LineTable { LineTable(files: files, rows: rows, functions: functions) }

    mutating func readAll(_ dwarf: OpaquePointer) throws(DebugInfoError) {
        var unit: OpaquePointer? = nil
        while true {
            var next: OpaquePointer? = nil
            var (unitDIE, splitDIE) = unsafe (Dwarf_Die(), Dwarf_Die())
            var type: UInt8 = 0
            let status = unsafe dwarf_get_units(
                dwarf, unit, &next, nil, &type, &unitDIE, &splitDIE)
            guard status == 0 else {
                if status < 0 { throw .broken(UnitReader.lastError()) }
                return
            }
            unsafe unit = next
            guard type == DW_UT_compile || type == DW_UT_skeleton else { continue }
            try unsafe read(&unitDIE, split: &splitDIE)
        }
    }

    private mutating func read(_ unit: inout Dwarf_Die, split: inout Dwarf_Die)
        throws(DebugInfoError)
    {
        let folder = unsafe DIE.string(&unit, DW_AT_comp_dir) ?? ""
        var sourceFiles = unsafe UnitFiles(&unit, folder: folder)
        try unsafe readLines(&unit, &sourceFiles)
        // A skeleton's functions stand in the split unit; libdw leaves `addr` nil without one.
        if unsafe split.addr != nil {
            var splitFiles = unsafe UnitFiles(&split, folder: folder)
            unsafe readFunctions(&split, &splitFiles)
        } else {
            unsafe readFunctions(&unit, &sourceFiles)
        }
    }

    private mutating func readLines(_ unit: inout Dwarf_Die, _ sourceFiles: inout UnitFiles)
        throws(DebugInfoError)
    {
        var lines: OpaquePointer? = nil
        var count = 0
        // A unit without lines (of data alone, say) is no fault.
        guard unsafe dwarf_hasattr(&unit, UInt32(DW_AT_stmt_list)) != 0 else { return }
        guard unsafe dwarf_getsrclines(&unit, &lines, &count) == 0 else {
            throw .broken(UnitReader.lastError())
        }
        var pending: LineTable.Row? = nil
        for index in 0..<count {
            guard let line = unsafe dwarf_onesrcline(lines, index) else { continue }
            var address: Dwarf_Addr = 0
            var endsSequence = false
            unsafe dwarf_lineaddr(line, &address)
            unsafe dwarf_lineendsequence(line, &endsSequence)
            address &+= bias
            if var row = pending {
                // Of several rows at one address, the last has its code; the others still stand
                // for what is executed there.
                row.end = max(address, row.address &+ 1)
                append(row)
            }
            pending = endsSequence ? nil : unsafe row(line, at: address, &sourceFiles)
        }
    }

    private mutating func row(
        _ line: OpaquePointer, at address: UInt64, _ sourceFiles: inout UnitFiles
    ) -> LineTable.Row? {
        var number: Int32 = 0
        var isStatement = false
        unsafe dwarf_lineno(line, &number)
        unsafe dwarf_linebeginstatement(line, &isStatement)
        var table: OpaquePointer? = nil
        var fileNumber = 0
        // Line 0 is code of no source line.
        guard number > 0, unsafe dwarf_line_file(line, &table, &fileNumber) == 0,
            let path = sourceFiles.path(fileNumber)
        else { return nil }
        return LineTable.Row(
            address: address, end: address, file: index(of: path), line: number,
            isStatement: isStatement)
    }

    private mutating func append(_ row: LineTable.Row) {
        if row.end > row.address, image.isExecutable(row.address) { rows.append(row) }
    }

    private mutating func readFunctions(_ unit: inout Dwarf_Die, _ sourceFiles: inout UnitFiles) {
        unsafe DIE.forEachFunction(in: &unit) { die in
            let ranges = unsafe DIE.ranges(&die).map {
                ($0.lowerBound &+ bias)..<($0.upperBound &+ bias)
            }
            guard let first = ranges.first, image.isExecutable(first.lowerBound),
                let name = unsafe DIE.functionName(&die)
            else { return }
            let path = unsafe DIE.number(&die, DW_AT_decl_file).flatMap { sourceFiles.path($0) }
            let line = unsafe DIE.number(&die, DW_AT_decl_line).flatMap(Int32.init(exactly:)) ?? 0
            functions.append(
                LineTable.Function(
                    name: Demangler.readable(name), linkageName: name,
                    file: path.map { index(of: $0) }, line: line,
                    entry: unsafe DIE.entry(&die).map { $0 &+ bias } ?? first.lowerBound,
                    ranges: ranges))
        }
    }

    private mutating func index(of path: String) -> Int32 {
        if let known = fileIndices[path] { return known }
        let index = Int32(files.count)
        files.append(path)
        fileIndices[path] = index
        return index
    }

    private static func lastError() -> String {
        unsafe dwarf_errmsg(-1).map { unsafe String(cString: $0) } ?? "unknown error"
    }
}
