import CElfutils

/// What a loader writes into a program's memory before the program runs.
enum Relocations {
    /// One of them.
    @safe
    struct Entry {
        /// The address that is written to, by the ELF file.
        var place: UInt64
        /// What is added to the symbol's address, or to the file's place in memory; nil if it stands at the place.
        var addend: UInt64?
        /// The symbol's name, whose bytes stay as long as the file; nil without a symbol.
        var name: UnsafePointer<CChar>?
        /// The symbol's address in the file; nil without a symbol, or for one of another file.
        var target: UInt64?
    }

    /// The addresses of code that a loader writes into data, ascending; nil where these are not all that data has: in a
    /// program of fixed addresses, and where relocations are packed or have their numbers elsewhere.
    static func codeAddresses(_ elf: OpaquePointer, _ image: Image) -> [UInt64]? {
        guard !image.isFixed else { return nil }
        var isWhole = true
        unsafe ELFSections.forEach(elf) { _, header, _ in
            isWhole = isWhole && header.sh_type != UInt32(SHT_RELR)
        }
        let code = unsafe ELFSections.executable(elf).map(\.addresses)
        var found: [UInt64] = []
        unsafe forEach(elf) { entry in
            guard let addend = entry.addend else {
                isWhole = false
                return
            }
            let address: UInt64
            if unsafe entry.name == nil {
                address = addend
            } else if let target = entry.target {
                address = target &+ addend
            } else {
                return
            }
            guard code.contains(where: { $0.contains(address) }),
                let own = image.own(address..<address &+ 1)
            else { return }
            found.append(own.lowerBound)
        }
        guard isWhole else { return nil }
        found.sort()
        return found
    }

    /// Calls `body` with each that is of a part of the file that is loaded.
    ///
    /// - Parameter damage: takes what cannot be read.
    static func forEach(
        _ elf: OpaquePointer, _ damage: TableDamage? = nil, _ body: (Entry) -> Void
    ) {
        unsafe ELFSections.forEach(elf) { section, header, name in
            let isLong = header.sh_type == UInt32(SHT_RELA)
            guard isLong || header.sh_type == UInt32(SHT_REL), header.sh_size > 0,
                header.sh_flags & UInt64(SHF_ALLOC) != 0
            else { return }
            guard header.sh_entsize > 0, let data = unsafe elf_getdata(section, nil) else {
                damage?.add(name, at: nil, "it cannot be read")
                return
            }
            let link = unsafe elf_getscn(elf, Int(header.sh_link))
            let symbols = unsafe link.flatMap { unsafe elf_getdata($0, nil) }
            var table = GElf_Shdr()
            let hasTable = unsafe link.map { unsafe gelf_getshdr($0, &table) != nil } ?? false
            for index in 0..<Int32(clamping: header.sh_size / header.sh_entsize) {
                var long = GElf_Rela()
                var short = GElf_Rel()
                let isThere =
                    isLong
                    ? unsafe gelf_getrela(data, index, &long) != nil
                    : unsafe gelf_getrel(data, index, &short) != nil
                let offset = Int(index) * Int(clamping: header.sh_entsize)
                guard isThere else {
                    damage?.add(name, at: offset, "an entry cannot be read")
                    break
                }
                let info = isLong ? long.r_info : short.r_info
                var entry = unsafe Entry(
                    place: isLong ? long.r_offset : short.r_offset,
                    addend: isLong ? UInt64(bitPattern: long.r_addend) : nil, name: nil,
                    target: nil)
                let number = Int32(truncatingIfNeeded: info >> 32)
                var symbol = GElf_Sym()
                if number != 0 {
                    guard hasTable, let symbols = unsafe symbols,
                        unsafe gelf_getsym(symbols, number, &symbol) != nil,
                        let text = unsafe elf_strptr(elf, Int(table.sh_link), Int(symbol.st_name))
                    else {
                        damage?.add(name, at: offset, "an entry's symbol cannot be read")
                        continue
                    }
                    unsafe entry.name = UnsafePointer(text)
                    if symbol.st_shndx != UInt16(SHN_UNDEF) { entry.target = symbol.st_value }
                }
                body(entry)
            }
        }
    }
}
