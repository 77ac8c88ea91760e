import CElfutils

/// The functions in the table that Go's runtime unwinds with, `.gopclntab`, which is in stripped programs too. Its form is
/// described by the package `debug/gosym`, and by the runtime's `pcHeader` and `_func`.
struct GoTable {
    /// The names that its section can have.
    static let sections: Set<String> = [".gopclntab", ".data.rel.ro.gopclntab"]

    /// What differs between Go's versions.
    private enum Version {
        /// From 1.2, 1.16, and 1.18 on.
        case addresses, offsets, offsetsFromText
    }

    private let section: ELFSections.Found
    private let sectionName: String
    private let damage: TableDamage
    private let version: Version
    private let wordSize: Int
    private let count: Int
    /// Where functions' offsets count from.
    private let text: UInt64
    /// Offsets in the section: of names, and of the list of functions.
    private let names, list: Int

    /// Nil where there is none, or it is of a version that is not known.
    ///
    /// - Parameter pointer: what a loader leaves at an address.
    init?(
        _ elf: OpaquePointer, _ image: Image, _ damage: TableDamage,
        pointer: (UInt64) -> UInt64?
    ) {
        guard !image.isRelocatable,
            let (sectionName, section) = GoTable.sections.sorted().lazy.compactMap({ name in
                unsafe ELFSections.found(name, elf, damage).map { (name, $0) }
            }).first
        else { return nil }
        (self.section, self.sectionName, self.damage) = (section, sectionName, damage)
        var cursor = section.cursor(at: 0)
        switch cursor.fixed(UInt32.self) {
        case 0xFFFF_FFFB: version = .addresses
        case 0xFFFF_FFFA: version = .offsets
        case 0xFFFF_FFF0, 0xFFFF_FFF1: version = .offsetsFromText
        default:
            damage.add(sectionName, at: 0, "it is of a version of Go that is not known")
            return nil
        }
        cursor.skip(3)
        let width = Int(cursor.byte())
        guard [4, 8].contains(width) else {
            damage.add(sectionName, at: 7, "an address cannot have \(width) bytes")
            return nil
        }
        wordSize = width
        func word() -> UInt64 {
            width == 8 ? cursor.fixed(UInt64.self) : UInt64(cursor.fixed(UInt32.self))
        }
        count = Int(clamping: word())
        switch version {
        case .addresses: (text, names, list) = (0, 0, cursor.offset)
        case .offsets, .offsetsFromText:
            _ = word()
            let place = section.address &+ UInt64(cursor.offset)
            var start: UInt64 = 0
            if version == .offsetsFromText {
                let written = word()
                start = written > 0 ? written : pointer(place) ?? 0
                // Later versions leave it to the linker's own variables.
                if start == 0 { start = unsafe ELFSections.found(".text", elf)?.address ?? 0 }
            }
            text = start
            names = Int(clamping: word())
            for _ in 0..<3 { _ = word() }
            list = Int(clamping: word())
        }
        let entrySize = version == .offsetsFromText ? 4 : width
        guard !cursor.isBroken, list <= section.count, names <= section.count,
            count < (section.count - list) / (2 * entrySize)
        else {
            damage.add(sectionName, at: 8, "its lists go on behind the section's end")
            return nil
        }
    }

    /// The functions, each up to the next.
    func functions() -> [FoundFunction] {
        var found: [FoundFunction] = []
        var cursor = section.cursor(at: list)
        func number() -> UInt64 {
            version == .offsetsFromText || wordSize == 4
                ? UInt64(cursor.fixed(UInt32.self)) : cursor.fixed(UInt64.self)
        }
        var start = text &+ number()
        for _ in 0..<count {
            let entry = cursor.offset
            let place = Int(clamping: number())
            let end = text &+ number()
            if end < start {
                damage.add(sectionName, at: entry, "a function ends before it begins")
            } else if end > start {
                found.append(
                    FoundFunction(
                        address: start, size: end - start, name: name(at: place), source: .goTable))
            }
            start = end
        }
        return found
    }

    /// - Parameter place: of what is said of the function, from ``list`` or, in the first version, from the section's
    ///   beginning.
    private func name(at place: Int) -> String? {
        let start = version == .addresses ? 0 : list
        let (offset, overflow) = start.addingReportingOverflow(place)
        guard !overflow else { return nil }
        var cursor = section.cursor(at: offset)
        cursor.skip(version == .offsetsFromText ? 4 : wordSize)
        let own = Int(cursor.fixed(Int32.self))
        guard !cursor.isBroken, own > 0 || version != .addresses, own >= 0 else { return nil }
        var text = section.cursor(at: names + min(own, section.count))
        let bytes = unsafe [UInt8](text.text())
        return text.isBroken || bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
