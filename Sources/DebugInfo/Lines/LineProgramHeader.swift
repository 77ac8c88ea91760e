import CElfutils

/// The head of a line program (DWARF 5, 6.2.4, and 2 to 4 likewise): how its operations are meant, and
/// the names of its source files.
struct LineProgramHeader {
    /// A text that stands in a section.
    struct TextLocation {
        var section: DebugSections.Name
        var offset: UInt64
    }

    struct FileEntry {
        var name: TextLocation
        /// An index into ``LineProgramHeader/folders``.
        var folder: UInt64
    }

    /// Bytes from the start of `.debug_line`.
    let offset: UInt64
    let version: UInt16
    let minimumInstructionLength: UInt8
    /// Operations in one instruction, at least 1.
    let operationsPerInstruction: UInt8
    let isStatementAtFirst: Bool
    let lineBase: Int8
    /// At least 1.
    let lineRange: UInt8
    /// The first of the special opcodes.
    let opcodeBase: UInt8
    /// By opcode, from 1.
    let operandCounts: [UInt8]
    /// By their numbers; nil for one without a name, which up to DWARF 4 is the unit's own.
    private(set) var folders: [TextLocation?] = []
    /// By their numbers; nil for one without a name, and up to DWARF 4 for number 0.
    private(set) var files: [FileEntry?] = []
    /// At the first operation, and ends behind the last.
    let operations: DWARFCursor

    /// Reads what stands at `offset` of `.debug_line`.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``.
    init(_ sections: DebugSections, at offset: UInt64) throws(DebugInfoError) {
        self.offset = offset
        var cursor = sections.cursor(.line, at: offset)
        var length = UInt64(cursor.fixed(UInt32.self))
        let isWide = length == 0xFFFF_FFFF
        if isWide { length = cursor.fixed(UInt64.self) }
        guard !cursor.isBroken, length <= cursor.count - cursor.offset else {
            throw LineProgramHeader.fault("goes past the section's end", at: offset)
        }
        cursor.limit(to: cursor.offset + Int(length))
        version = cursor.fixed(UInt16.self)
        guard (2...5).contains(version) else {
            throw LineProgramHeader.fault("is of version \(version)", at: offset)
        }
        // The sizes of an address, which each operation that sets one tells too, and of a segment's
        // number.
        if version >= 5 { cursor.skip(2) }
        let rest = cursor.offsetNumber(isWide: isWide)
        var operations = cursor
        operations.skip(Int(clamping: rest))
        minimumInstructionLength = cursor.byte()
        operationsPerInstruction = version >= 4 ? max(1, cursor.byte()) : 1
        isStatementAtFirst = cursor.byte() != 0
        lineBase = Int8(bitPattern: cursor.byte())
        lineRange = cursor.byte()
        opcodeBase = cursor.byte()
        var operandCounts: [UInt8] = [0]
        for _ in 0..<max(1, opcodeBase) - 1 { operandCounts.append(cursor.byte()) }
        self.operandCounts = operandCounts
        self.operations = operations
        guard !cursor.isBroken, !operations.isBroken, lineRange > 0, opcodeBase > 0 else {
            throw LineProgramHeader.fault("has a broken header", at: offset)
        }
        if version >= 5 {
            readLists(&cursor, isWide: isWide)
        } else {
            readOldLists(&cursor)
        }
        guard !cursor.isBroken else {
            throw LineProgramHeader.fault("has a broken list of files", at: offset)
        }
    }

    static func fault(_ what: String, at offset: UInt64) -> DebugInfoError {
        .broken("the line program at 0x\(String(offset, radix: 16)) of .debug_line \(what)")
    }

    /// Adds a file as an operation of the program does.
    mutating func defineFile(_ cursor: inout DWARFCursor) { files.append(oldFile(&cursor)) }

    private mutating func readOldLists(_ cursor: inout DWARFCursor) {
        folders.append(nil)
        while let folder = oldText(&cursor) { folders.append(folder) }
        files.append(nil)
        while let file = oldFile(&cursor) { files.append(file) }
    }

    /// Nil for the empty text that ends a list.
    private func oldText(_ cursor: inout DWARFCursor) -> TextLocation? {
        let offset = UInt64(cursor.offset)
        let isEmpty = unsafe cursor.text().isEmpty
        return isEmpty || cursor.isBroken ? nil : TextLocation(section: .line, offset: offset)
    }

    private func oldFile(_ cursor: inout DWARFCursor) -> FileEntry? {
        guard let name = oldText(&cursor) else { return nil }
        let folder = cursor.unsignedLEB()
        _ = (cursor.unsignedLEB(), cursor.unsignedLEB())  // its time and its size
        return FileEntry(name: name, folder: folder)
    }

    private mutating func readLists(_ cursor: inout DWARFCursor, isWide: Bool) {
        forEachEntry(&cursor, isWide: isWide) { this, name, _ in this.folders.append(name) }
        forEachEntry(&cursor, isWide: isWide) { this, name, folder in
            this.files.append(name.map { FileEntry(name: $0, folder: folder) })
        }
    }

    private mutating func forEachEntry(
        _ cursor: inout DWARFCursor, isWide: Bool,
        _ body: (inout LineProgramHeader, TextLocation?, UInt64) -> Void
    ) {
        var columns: [(content: UInt64, form: UInt64)] = []
        for _ in 0..<cursor.byte() {
            columns.append((cursor.unsignedLEB(), cursor.unsignedLEB()))
        }
        var left = cursor.unsignedLEB()
        // An entry of no bytes could be there any number of times.
        guard !columns.isEmpty else { return }
        while left > 0, !cursor.isBroken {
            var (name, folder): (TextLocation?, UInt64) = (nil, 0)
            for column in columns {
                switch Int(clamping: column.content) {
                case DW_LNCT_path:
                    name = LineProgramHeader.text(column.form, &cursor, isWide: isWide)
                case DW_LNCT_directory_index:
                    folder = LineProgramHeader.number(column.form, &cursor)
                default: LineProgramHeader.skip(column.form, &cursor, isWide: isWide)
                }
            }
            body(&self, name, folder)
            left -= 1
        }
    }

    /// A text, by the forms that DWARF allows here; nil where it stands in no section of this file.
    private static func text(_ form: UInt64, _ cursor: inout DWARFCursor, isWide: Bool)
        -> TextLocation?
    {
        switch Int(clamping: form) {
        case DW_FORM_string:
            let text = TextLocation(section: .line, offset: UInt64(cursor.offset))
            _ = unsafe cursor.text()
            return text
        case DW_FORM_strp:
            return TextLocation(section: .str, offset: cursor.offsetNumber(isWide: isWide))
        case DW_FORM_line_strp:
            return TextLocation(section: .lineStrings, offset: cursor.offsetNumber(isWide: isWide))
        default:
            skip(form, &cursor, isWide: isWide)
            return nil
        }
    }

    private static func number(_ form: UInt64, _ cursor: inout DWARFCursor) -> UInt64 {
        switch Int(clamping: form) {
        case DW_FORM_data1: return UInt64(cursor.byte())
        case DW_FORM_data2: return UInt64(cursor.fixed(UInt16.self))
        case DW_FORM_udata: return cursor.unsignedLEB()
        default:
            skip(form, &cursor, isWide: false)
            return 0
        }
    }

    /// Passes over what has no use: times, sizes, checksums, whole sources.
    private static func skip(_ form: UInt64, _ cursor: inout DWARFCursor, isWide: Bool) {
        switch Int(clamping: form) {
        case DW_FORM_string: _ = unsafe cursor.text()
        case DW_FORM_data1, DW_FORM_flag, DW_FORM_strx1: cursor.skip(1)
        case DW_FORM_data2, DW_FORM_strx2: cursor.skip(2)
        case DW_FORM_strx3: cursor.skip(3)
        case DW_FORM_data4, DW_FORM_strx4: cursor.skip(4)
        case DW_FORM_data8: cursor.skip(8)
        case DW_FORM_data16: cursor.skip(16)
        case DW_FORM_sdata, DW_FORM_udata, DW_FORM_strx: _ = cursor.unsignedLEB()
        case DW_FORM_strp, DW_FORM_sec_offset, DW_FORM_strp_sup, DW_FORM_line_strp:
            _ = cursor.offsetNumber(isWide: isWide)
        case DW_FORM_block1: cursor.skip(Int(cursor.byte()))
        case DW_FORM_block2: cursor.skip(Int(cursor.fixed(UInt16.self)))
        case DW_FORM_block4: cursor.skip(Int(cursor.fixed(UInt32.self)))
        case DW_FORM_block: cursor.skip(Int(clamping: cursor.unsignedLEB()))
        default: cursor.skip(.max)
        }
    }
}

extension DWARFCursor {
    /// An offset, of eight bytes in the 64-bit form of DWARF, else of four.
    fileprivate mutating func offsetNumber(isWide: Bool) -> UInt64 {
        isWide ? fixed(UInt64.self) : UInt64(fixed(UInt32.self))
    }
}
