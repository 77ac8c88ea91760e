/// Split units in the sections of a file that has other debug information, too: in objects, as
/// `clang -gsplit-dwarf=single` leaves them there. libdw takes none from such a file.
@safe
final class SplitObjects {
    private struct Object {
        // Its sections' bytes.
        let file: OpenedELF
        let sections: DebugSections
        /// Where each unit's first DIE is in `.debug_info`, by the unit's id.
        let units: [UInt64: Int]
    }

    /// By path; nil where nothing is to be had.
    private var objects: [String: Object?] = [:]

    /// The unit with an id, in the first of the files that has it; its bytes stay as long as this does.
    func unit(_ id: UInt64, at paths: [String]) -> DIEReader.SplitUnit? {
        for path in paths {
            if let object = object(path), let start = object.units[id] {
                return (object.sections, start)
            }
        }
        return nil
    }

    private func object(_ path: String) -> Object? {
        if let known = objects[path] { return known }
        let opened = OpenedELF(path).map { file in
            let sections = unsafe DebugSections(file.elf, isSplit: true)
            // A program can have more objects than a process may have files open.
            file.closeFile()
            return Object(file: file, sections: sections, units: SplitObjects.units(sections))
        }
        objects[path] = .some(opened)
        return opened
    }

    private static func units(_ sections: DebugSections) -> [UInt64: Int] {
        let file = DIEFile(sections)
        var limits = ReadingLimits(sections)
        var units: [UInt64: Int] = [:]
        for header in file.headers {
            let id = header.splitID ?? attribute(of: header, sections, &limits)
            if let id, units[id] == nil { units[id] = header.firstDIE }
        }
        return units
    }

    /// The id that the first DIE says.
    private static func attribute(
        of header: UnitHeader, _ sections: DebugSections, _ limits: inout ReadingLimits
    ) -> UInt64? {
        var abbreviations = sections.cursor(.abbrev, at: header.abbreviations)
        let start = abbreviations.offset
        guard let table = try? AbbreviationTable(&abbreviations, header.shape),
            (try? ReadingLimits.take(
                abbreviations.offset - start, from: &limits.abbreviations)) != nil
        else { return nil }
        var cursor = sections.cursor(.info, at: header.firstDIE)
        let code = cursor.unsignedLEB()
        guard code != 0, let index = table.index(of: code) else { return nil }
        let root = UnitDIE(table.abbreviations[index], of: table, &cursor, header.shape)
        return cursor.isBroken ? nil : root.splitID.number
    }
}
