/// A unit whose entries can be read.
final class Unit {
    let header: UnitHeader
    let table: AbbreviationTable
    /// The file's number in ``EntryReader``.
    let file: Int
    /// The unit's line program, by its number in ``EntryReader``; nil where it has none.
    let lineProgram: Int32?
    let isCompileUnit: Bool
    /// The place of the first entry's first child in `.debug_info`; nil where it has none.
    let firstChild: Int?
    /// The first entry, with what a split unit has from its skeleton.
    let root: UnitEntry

    init(
        header: UnitHeader, table: AbbreviationTable, file: Int, lineProgram: Int32?,
        isCompileUnit: Bool, firstChild: Int?, root: UnitEntry
    ) {
        self.header = header
        self.table = table
        self.file = file
        self.lineProgram = lineProgram
        self.isCompileUnit = isCompileUnit
        self.firstChild = firstChild
        self.root = root
    }
}

extension UnitEntry {
    /// Where a unit without an attribute that says it has its string offsets and range lists: right
    /// behind the header of the section's one table.
    func base(_ value: FormValue, _ shape: UnitShape, headerLength: UInt64) -> UInt64 {
        if let base = value.number { return base }
        return shape.version < 5 ? 0 : headerLength + (shape.offsetSize == 8 ? 8 : 0)
    }
}

extension FormValue {
    /// A constant, or an offset: DWARF 2 and 3 have no form of its own for those.
    var number: UInt64? {
        switch self {
        case .constant(let number), .offset(let number): number
        default: nil
        }
    }

    var isNone: Bool {
        if case .none = self { true } else { false }
    }
}
