import CElfutils

/// Addresses that an ELF file's data holds once it is loaded where the file says.
@safe
struct Pointers {
    private let elf: OpaquePointer
    /// What a loader writes, by place.
    private let written: [UInt64: UInt64]

    /// - Parameters:
    ///   - elf: must outlive this.
    ///   - sections: the names of those that are looked into.
    init(_ elf: OpaquePointer, in sections: Set<String>) {
        unsafe self.elf = unsafe elf
        var ranges: [Range<UInt64>] = []
        unsafe ELFSections.forEach(elf) { _, header, name in
            let (end, overflow) = header.sh_addr.addingReportingOverflow(header.sh_size)
            if sections.contains(name), !overflow { ranges.append(header.sh_addr..<end) }
        }
        var written: [UInt64: UInt64] = [:]
        unsafe Relocations.forEach(elf) { entry in
            guard ranges.contains(where: { $0.contains(entry.place) }) else { return }
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
        var found: UInt64?
        unsafe ELFSections.forEach(elf) { section, header, _ in
            guard found == nil, header.sh_flags & UInt64(SHF_ALLOC) != 0, place >= header.sh_addr,
                place - header.sh_addr < header.sh_size,
                let content = unsafe ELFSections.found(section, header, elf)
            else { return }
            var cursor = content.cursor(at: Int(clamping: place - header.sh_addr))
            let word = content.word(&cursor)
            if !cursor.isBroken { found = word }
        }
        return found
    }
}
