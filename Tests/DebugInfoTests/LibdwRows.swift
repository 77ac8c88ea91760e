import CElfutils
import Coverage

#if canImport(Glibc)
    import Glibc
#endif

/// A line row as one reader or the other gives it, with its path in full.
struct NamedRow: Equatable {
    var address: UInt64
    var end: UInt64
    var path: String
    var line: Int32
    var isStatement: Bool
}

/// The rows of a file as libdw reads them: the truth that our own reader is compared with.
struct LibdwRows {
    /// In no order.
    private(set) var rows: [NamedRow] = []
    /// Where sequences end. libdw sorts a unit's rows of one address behind an end there, which makes
    /// rows that have no code go on until the next sequence.
    private(set) var ends: Set<UInt64> = []
    /// The first address of a section with code. What was thrown away lies below.
    private(set) var lowest = UInt64.max

    init(_ file: String) {
        let descriptor = unsafe open(file, O_RDONLY)
        defer { close(descriptor) }
        guard let dwarf = unsafe dwarf_begin(descriptor, DWARF_C_READ) else { return }
        defer { unsafe dwarf_end(dwarf) }
        var (unit, next): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        var die = unsafe Dwarf_Die()
        while unsafe dwarf_get_units(dwarf, unit, &next, nil, nil, &die, nil) == 0 {
            unsafe unit = next
            unsafe read(&die)
        }
        var section: OpaquePointer?
        while let next = unsafe elf_nextscn(dwarf_getelf(dwarf), section) {
            var header = GElf_Shdr()
            if unsafe gelf_getshdr(next, &header) != nil,
                header.sh_flags & UInt64(SHF_EXECINSTR) != 0
            {
                lowest = min(lowest, header.sh_addr)
            }
            unsafe section = unsafe next
        }
    }

    private mutating func read(_ unit: inout Dwarf_Die) {
        var (lines, count): (OpaquePointer?, Int) = (nil, 0)
        guard unsafe dwarf_getsrclines(&unit, &lines, &count) == 0 else { return }
        var attribute = unsafe Dwarf_Attribute()
        let folder =
            unsafe dwarf_attr(&unit, UInt32(DW_AT_comp_dir), &attribute)
            .flatMap { unsafe dwarf_formstring($0) }.map { unsafe String(cString: $0) } ?? ""
        var pending: NamedRow?
        for index in 0..<count {
            let row = unsafe dwarf_onesrcline(lines, index)
            var (address, line): (Dwarf_Addr, Int32) = (0, 0)
            var (isEnd, isStatement) = (false, false)
            unsafe dwarf_lineaddr(row, &address)
            unsafe dwarf_lineno(row, &line)
            unsafe dwarf_lineendsequence(row, &isEnd)
            unsafe dwarf_linebeginstatement(row, &isStatement)
            if var last = pending {
                last.end = max(address, last.address + 1)
                rows.append(last)
            }
            pending = nil
            if isEnd { ends.insert(address) }
            guard !isEnd, line > 0, let name = unsafe dwarf_linesrc(row, nil, nil) else { continue }
            let given = unsafe String(cString: name)
            let path = SourcePath.normalised(given, in: given.hasPrefix(folder + "/") ? "" : folder)
            pending = NamedRow(
                address: address, end: address, path: path, line: line, isStatement: isStatement)
        }
    }
}
