/// A place of an entry: the file's number in ``EntryReader``, and the bytes from the start of its
/// `.debug_info`.
struct EntryPlace: Hashable {
    var file: Int
    var offset: UInt64
}

/// A unit's line program, whose table of files the entries' numbers of files belong to.
@safe
struct LineProgramPlace {
    /// The file's number in ``EntryReader``.
    var file: Int
    /// Bytes from the start of `.debug_line`.
    var offset: UInt64
    /// The folder that the compiler ran in; empty where it is not known. The bytes stay as long as
    /// the sections do.
    var folder: UnsafeRawBufferPointer
}

extension EntryReader {
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
        let key = EntryFile.TableKey(offset: header.abbreviations, shape: header.shape)
        if let known = files[file].tables[key] { return known }
        var cursor = files[file].sections.cursor(.abbrev, at: header.abbreviations)
        let start = cursor.offset
        let table = try AbbreviationTable(&cursor, header.shape)
        try ReadingLimits.take(cursor.offset - start, from: &limits.abbreviations)
        files[file].tables[key] = table
        return table
    }

    /// Where the entry is that an attribute refers to.
    func place(of value: FormValue, in unit: Unit) -> EntryPlace? {
        switch value {
        case .unitEntry(let distance):
            let (offset, overflow) = distance.addingReportingOverflow(UInt64(unit.header.start))
            return overflow ? nil : EntryPlace(file: unit.file, offset: offset)
        case .entry(let offset): return EntryPlace(file: unit.file, offset: offset)
        case .sharedEntry(let offset):
            return hasShared ? EntryPlace(file: EntryReader.sharedFile, offset: offset) : nil
        default: return nil
        }
    }

    /// The entry at a place, and its unit; nil where none can be.
    mutating func entry(at place: EntryPlace) throws(DebugInfoError) -> (Entry, Unit)? {
        guard let index = files[place.file].unit(around: place.offset) else { return nil }
        let unit = try unit(index, of: place.file)
        var cursor = files[place.file].sections.cursor(.info, at: place.offset)
        let code = cursor.unsignedLEB()
        guard code != 0, let abbreviation = unit.table.index(of: code) else { return nil }
        let entry = Entry(
            unit.table.abbreviations[abbreviation], of: unit.table, &cursor, unit.header.shape)
        return cursor.isBroken ? nil : (entry, unit)
    }
}
