import CElfutils
import MachineCode

/// The names of functions by the addresses at which code calls them: their own, or those of the stubs that a linker
/// makes for functions of other files.
struct CalledNames {
    /// What is called at an address.
    private(set) var names: [UInt64: String] = [:]
    private let isWanted: (String) -> Bool

    /// - Parameter isWanted: whether a name is of interest.
    init(
        _ file: SymbolFile, _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet,
        isWanted: @escaping (String) -> Bool
    ) {
        self.isWanted = isWanted
        // Of a static program, the functions that choose an implementation have the name, and stubs lead to it.
        unsafe file.forEach { symbol, address, text in
            let type = Int32(symbol.st_info) & 0xF
            guard type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE else { return }
            add(unsafe String(cString: text), at: address)
        }
        let slots = unsafe slots(elf)
        guard !slots.isEmpty else { return }
        unsafe addStubs(elf, image, set, slots)
    }

    private mutating func add(_ name: String, at address: UInt64) {
        // `name@@VERSION` in some symbol tables.
        let own = name.utf8.firstIndex(of: UInt8(ascii: "@")).map { String(name[..<$0]) } ?? name
        if isWanted(own) { names[address] = own }
    }

    /// The names of what is called through a place in memory.
    private func slots(_ elf: OpaquePointer) -> [UInt64: String] {
        var found: [UInt64: String] = [:]
        unsafe ELFSections.forEach(elf) { section, header, name in
            let isLong = header.sh_type == UInt32(SHT_RELA)
            guard isLong || header.sh_type == UInt32(SHT_REL), header.sh_entsize > 0,
                header.sh_flags & UInt64(SHF_ALLOC) != 0,
                let data = unsafe elf_getdata(section, nil)
            else { return }
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
                guard isThere else { break }
                let (place, info) =
                    isLong ? (long.r_offset, long.r_info) : (short.r_offset, short.r_info)
                let number = Int32(truncatingIfNeeded: info >> 32)
                var symbol = GElf_Sym()
                if number == 0 {
                    if isLong, let own = names[UInt64(bitPattern: long.r_addend)] {
                        found[place] = own
                    }
                } else if hasTable, let symbols = unsafe symbols,
                    unsafe gelf_getsym(symbols, number, &symbol) != nil,
                    let text = unsafe elf_strptr(elf, Int(table.sh_link), Int(symbol.st_name))
                {
                    let own = unsafe String(cString: text)
                    if isWanted(own) { found[place] = own }
                }
            }
        }
        return found
    }

    private mutating func addStubs(
        _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet, _ slots: [UInt64: String]
    ) {
        var table: UInt64?
        unsafe ELFSections.forEach(elf) { _, header, name in
            if name == ".got.plt" || (name == ".got" && table == nil) { table = header.sh_addr }
        }
        for section in unsafe ELFSections.code(elf, image, set, isWanted: { $0.contains("plt") }) {
            let bytes = section.bytes.span
            // A stub can begin with a landing mark; what is called is its beginning.
            var start = 0
            for offset in stride(from: 0, to: bytes.count, by: set.stubStep) {
                if offset % 16 == 0 || set == .arm { start = offset }
                let address = section.addresses.lowerBound &+ UInt64(offset)
                guard
                    let slot = set.stubSlot(bytes, at: offset, address: address, table: table),
                    let name = slots[slot]
                else { continue }
                names[section.addresses.lowerBound &+ UInt64(start)] = name
                names[address] = name
            }
        }
    }
}

extension InstructionSet {
    /// The bytes between places where instructions can begin.
    fileprivate var stubStep: Int {
        switch self {
        case .x8664, .i386, .s390x: 1
        case .thumb: 2
        default: 4
        }
    }
}
