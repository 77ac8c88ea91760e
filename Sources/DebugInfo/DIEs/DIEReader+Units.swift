/// Where a DIE stands: the file's number in ``DIEReader``, and the bytes from the start of its
/// `.debug_info`.
struct DIEPosition: Hashable {
    var file: Int
    var offset: UInt64
}

/// A unit's line program, whose table of files the DIEs' numbers of files belong to.
@safe
struct LineProgramReference {
    /// The file's number in ``DIEReader``.
    var file: Int
    /// Bytes from the start of `.debug_line`.
    var offset: UInt64
    /// The folder that the compiler ran in; empty where it is not known. The bytes stay as long as
    /// the sections do.
    var folder: UnsafeRawBufferPointer
}

extension DIEReader {
    static let sharedFile = 1

    /// The unit with a number, read when it is first asked for.
    mutating func unit(_ index: Int, of file: Int) throws(DebugInfoError) -> Unit {
        if let known = files[file].units[index] { return known }
        let header = files[file].headers[index]
        let unit = try readUnit(header, table(of: header, file), of: file)
        files[file].units[index] = unit
        return unit
    }

    private mutating func table(of header: UnitHeader, _ file: Int) throws(DebugInfoError)
        -> AbbreviationTable
    {
        let key = DIEFile.TableKey(offset: header.abbreviations, shape: header.shape)
        if let known = files[file].tables[key] { return known }
        var cursor = files[file].sections.cursor(.abbrev, at: header.abbreviations)
        let start = cursor.offset
        let table = try AbbreviationTable(&cursor, header.shape)
        try ReadingLimits.take(cursor.offset - start, from: &limits.abbreviations)
        files[file].tables[key] = table
        return table
    }

    /// Where the DIE is that an attribute refers to.
    func position(of value: AttributeValue, in unit: Unit) -> DIEPosition? {
        switch value {
        case .unitDIE(let distance):
            let (offset, overflow) = distance.addingReportingOverflow(UInt64(unit.header.start))
            return overflow ? nil : DIEPosition(file: unit.file, offset: offset)
        case .sectionDIE(let offset): return DIEPosition(file: unit.file, offset: offset)
        case .supplementaryDIE(let offset):
            return hasShared ? DIEPosition(file: DIEReader.sharedFile, offset: offset) : nil
        default: return nil
        }
    }

    /// The DIE at a position, and its unit; nil where none can be.
    mutating func die(at position: DIEPosition) throws(DebugInfoError) -> (FunctionDIE, Unit)? {
        guard let index = files[position.file].unit(around: position.offset) else { return nil }
        let unit = try unit(index, of: position.file)
        var cursor = files[position.file].sections.cursor(.info, at: position.offset)
        let code = cursor.unsignedLEB()
        guard code != 0, let abbreviation = unit.table.index(of: code) else { return nil }
        let die = FunctionDIE(
            unit.table.abbreviations[abbreviation], of: unit.table, &cursor, unit.header.shape)
        return cursor.isBroken ? nil : (die, unit)
    }
}
