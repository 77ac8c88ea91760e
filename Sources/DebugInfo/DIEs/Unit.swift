/// A unit whose DIEs can be read.
///
/// What its first DIE says is worked out here: numbers, addresses and bytes, which mean the same
/// in every file. A ``AttributeValue`` means something in its own unit only, where its forms belong to the
/// unit's sections; so a split unit is given its skeleton as a unit, and none of its attributes.
@safe
final class Unit {
    let header: UnitHeader
    let table: AbbreviationTable
    /// The file's number in ``DIEReader``.
    let file: Int
    /// Whether it stands for a unit that was split off.
    let isSkeleton: Bool
    let isCompileUnit: Bool
    let language: UnitLanguage
    /// Whether it says that it has code.
    let hasCode: Bool
    /// Whether GCC made it of C, C++ or Objective-C.
    fileprivate(set) var isOfGCC = false
    /// The offset of the first DIE's first child in `.debug_info`; nil where it has none.
    let firstChild: Int?
    /// Where the unit's own parts of the tables of addresses, of offsets of texts, of lists of ranges and,
    /// before DWARF 5, of ranges begin.
    let addressBase, stringOffsetsBase, rangeListsBase, rangesBase: UInt64
    /// What ranges count from at first; nil where it is not said.
    fileprivate(set) var lowPC: UInt64?
    /// The folder that the compiler ran in; empty where it is not known. The bytes stay as long as the
    /// sections do.
    fileprivate(set) var folder: UnsafeRawBufferPointer
    /// The unit's line program, by its number in ``DIEReader``; nil where it has none.
    fileprivate(set) var lineProgram: Int32?

    fileprivate init(
        _ root: UnitDIE, _ abbreviation: AbbreviationTable.Abbreviation, header: UnitHeader,
        table: AbbreviationTable, file: Int, firstChild: Int?, skeleton: Unit?
    ) {
        self.header = header
        self.table = table
        self.file = file
        isSkeleton = !root.splitFile.isNone
        isCompileUnit = abbreviation.isCompileUnit
        hasCode = abbreviation.hasCode || skeleton?.hasCode == true
        language = UnitLanguage(root.language)
        self.firstChild = firstChild
        // Right behind the header of the section's one table, unless it is said.
        func base(_ value: AttributeValue, headerLength: UInt64) -> UInt64 {
            let shape = header.shape
            let first = headerLength + (shape.offsetSize == 8 ? 8 : 0)
            return value.number ?? (shape.version < 5 ? 0 : first)
        }
        stringOffsetsBase = base(root.stringOffsetsBase, headerLength: 8)
        rangeListsBase = base(root.rangeListsBase, headerLength: 12)
        // Both tables are in the skeleton's file.
        addressBase = skeleton?.addressBase ?? root.addressBase.number ?? 0
        rangesBase = skeleton?.rangesBase ?? root.rangesBase.number ?? 0
        lowPC = skeleton?.lowPC
        unsafe folder = skeleton?.folder ?? UnsafeRawBufferPointer(start: nil, count: 0)
        lineProgram = skeleton?.lineProgram
    }
}

extension DIEReader {
    /// How the names begin under which GCC's compilers for C, C++ and Objective-C make units.
    private static let gccs = ["GNU C", "GNU Objective-C"]
    /// The same of its link-time optimiser, which is the same for all languages.
    private static let linkTimeGCC = "GNU GIMPLE"

    /// Reads the first DIE of a unit.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``
    mutating func readUnit(_ header: UnitHeader, _ table: AbbreviationTable, of file: Int)
        throws(DebugInfoError) -> Unit
    {
        var cursor = files[file].sections.cursor(.info, at: header.firstDIE)
        let code = cursor.unsignedLEB()
        guard code != 0, let index = table.index(of: code) else {
            throw DIEReader.broken("a unit without a first DIE", at: header.start)
        }
        let abbreviation = table.abbreviations[index]
        let root = UnitDIE(abbreviation, of: table, &cursor, header.shape)
        guard !cursor.isBroken else {
            throw DIEReader.broken("cut short", at: header.start)
        }
        let skeleton = files[file].skeleton
        let unit = Unit(
            root, abbreviation, header: header, table: table, file: file,
            firstChild: abbreviation.hasChildren ? cursor.offset : nil, skeleton: skeleton)
        if skeleton == nil { unit.lowPC = address(root.lowPC, in: unit) }
        if let folder = unsafe bytes(root.folder, in: unit) { unsafe unit.folder = unsafe folder }
        if let producer = unsafe bytes(root.producer, in: unit) {
            let isOfAny = unsafe producer.starts(with: DIEReader.linkTimeGCC.utf8)
            unit.isOfGCC =
                isOfAny && unit.language.isOfCFamily
                || DIEReader.gccs.contains { unsafe producer.starts(with: $0.utf8) }
        }
        if let offset = lineProgram(of: root, in: unit, isSplit: skeleton != nil) {
            unit.lineProgram = Int32(clamping: linePrograms.count)
            linePrograms.append(
                unsafe LineProgramReference(file: file, offset: offset, folder: unit.folder))
        }
        return unit
    }

    /// A split unit does not say where its list of files is: it is the only one there, or, where there
    /// is none, the skeleton's.
    private func lineProgram(of root: UnitDIE, in unit: Unit, isSplit: Bool) -> UInt64? {
        if let offset = root.lineProgram.number { return offset }
        return isSplit && files[unit.file].sections.count(.line) > 0 ? 0 : nil
    }
}

extension AttributeValue {
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
