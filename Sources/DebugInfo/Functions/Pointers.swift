import CElfutils

/// Addresses that an ELF file's data holds once it is loaded where the file says.
@safe
struct Pointers {
    /// What the sections hold, with their addresses.
    private let contents: [(addresses: Range<UInt64>, section: ELFSections.Found)]
    /// What a loader writes, by place.
    private let written: [UInt64: UInt64]

    /// - Parameters:
    ///   - elf: must outlive this.
    ///   - sections: the names of those that are looked into.
    ///   - damage: takes relocations that cannot be read.
    init(_ elf: OpaquePointer, in sections: Set<String>, _ damage: TableDamage? = nil) {
        var contents: [(addresses: Range<UInt64>, section: ELFSections.Found)] = []
        unsafe ELFSections.forEach(elf) { section, header, name in
            let (end, overflow) = header.sh_addr.addingReportingOverflow(header.sh_size)
            guard sections.contains(name), !overflow,
                let found = unsafe ELFSections.found(section, header, elf)
            else { return }
            contents.append((header.sh_addr..<end, found))
        }
        self.contents = contents
        var written: [UInt64: UInt64] = [:]
        unsafe Relocations.forEach(elf, damage) { entry in
            guard contents.contains(where: { $0.addresses.contains(entry.place) }) else { return }
            // Without an addend, what stands at the place is the address already.
            guard let addend = entry.addend else {
                if let target = entry.target { written[entry.place] = target }
                return
            }
            if unsafe entry.name == nil {
                written[entry.place] = addend
            } else if let target = entry.target {
                written[entry.place] = target &+ addend
            }
        }
        self.written = written
    }

    /// The address at a place; nil where there is none.
    func callAsFunction(_ place: UInt64) -> UInt64? {
        if let address = written[place] { return address }
        guard let content = contents.first(where: { $0.addresses.contains(place) }) else {
            return nil
        }
        var cursor = content.section.cursor(at: Int(clamping: place - content.addresses.lowerBound))
        let word = content.section.word(&cursor)
        return cursor.isBroken ? nil : word
    }
}
