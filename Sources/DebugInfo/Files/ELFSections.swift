import CElfutils
import MachineCode

/// The sections of an ELF file.
enum ELFSections {
    /// A section that lies in memory.
    struct LoadedSection {
        var name: String
        /// Not empty.
        var addresses: Range<UInt64>
    }

    /// Those with code, in the file's order.
    static func executable(_ elf: OpaquePointer) -> [LoadedSection] {
        var found: [LoadedSection] = []
        unsafe forEach(elf) { _, header, name in
            let flags = UInt64(SHF_ALLOC | SHF_EXECINSTR)
            let (end, overflow) = header.sh_addr.addingReportingOverflow(header.sh_size)
            guard header.sh_flags & flags == flags, header.sh_size > 0, !overflow else { return }
            found.append(LoadedSection(name: name, addresses: header.sh_addr..<end))
        }
        return found
    }

    /// The instructions of those with code, without such as stand in another file.
    ///
    /// - Parameter isWanted: whether a section of this name is.
    static func code(
        _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet,
        isWanted: (String) -> Bool = { _ in true }
    ) -> [Code.Section] {
        var found: [Code.Section] = []
        unsafe forEach(elf) { section, header, name in
            let flags = UInt64(SHF_ALLOC | SHF_EXECINSTR)
            guard header.sh_flags & flags == flags, header.sh_type != UInt32(SHT_NOBITS),
                isWanted(name), let code = unsafe content(section, header, image, set)
            else { return }
            found.append(code)
        }
        return found
    }

    /// The data that programs only read, and what stands among their code.
    static func constants(
        _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet
    ) -> [Code.Section] {
        var found: [Code.Section] = []
        unsafe forEach(elf) { section, header, _ in
            guard header.sh_flags & UInt64(SHF_ALLOC) != 0,
                header.sh_flags & UInt64(SHF_WRITE) == 0,
                header.sh_type == UInt32(SHT_PROGBITS),
                let data = unsafe content(section, header, image, set)
            else { return }
            found.append(data)
        }
        return found
    }

    /// What a section holds, at its addresses; nil where it has none in the image, or the file has less of it.
    private static func content(
        _ section: OpaquePointer, _ header: GElf_Shdr, _ image: Image, _ set: InstructionSet
    ) -> Code.Section? {
        let (end, overflow) = header.sh_addr.addingReportingOverflow(header.sh_size)
        guard !overflow, let addresses = image.own(header.sh_addr..<end),
            let data = unsafe elf_getdata(section, nil), let bytes = unsafe data.pointee.d_buf,
            unsafe data.pointee.d_size == header.sh_size
        else { return nil }
        let all = unsafe UnsafeRawBufferPointer(
            start: bytes, count: Int(clamping: data.pointee.d_size))
        return unsafe Code.Section(set, start: addresses.lowerBound, bytes: [UInt8](all))
    }

    /// What a section holds, of whatever kind, at its address in the file.
    @safe
    struct Found {
        /// Where it lies; what counts from places in a relocatable file is not known.
        let address: UInt64
        /// Whether the processor is an x86.
        let isX86: Bool
        private let bytes: UnsafeRawBufferPointer
        private let isBigEndian, is64Bit: Bool

        /// The bytes stay as long as the file, which must outlive this.
        fileprivate init(_ bytes: UnsafeRawBufferPointer, address: UInt64, _ header: GElf_Ehdr) {
            unsafe self.bytes = unsafe bytes
            self.address = address
            isBigEndian = header.e_ident.5 == UInt8(ELFDATA2MSB)
            is64Bit = header.e_ident.4 == UInt8(ELFCLASS64)
            isX86 = [UInt16(EM_X86_64), UInt16(EM_386)].contains(header.e_machine)
        }

        /// The number of its bytes.
        var count: Int { unsafe bytes.count }

        /// The bits that an address can have.
        var mask: UInt64 { is64Bit ? .max : 0xFFFF_FFFF }

        /// A place in it; one behind its end is a broken cursor.
        func cursor(at offset: Int) -> DWARFCursor {
            unsafe DWARFCursor(bytes, isBigEndian: isBigEndian, at: offset)
        }

        /// The next number that is as wide as an address.
        func word(_ cursor: inout DWARFCursor) -> UInt64 {
            is64Bit ? cursor.fixed(UInt64.self) : UInt64(cursor.fixed(UInt32.self))
        }
    }

    /// The section of a name, which is in the file; nil where there is none.
    static func found(_ name: String, _ elf: OpaquePointer) -> Found? {
        var found: Found?
        unsafe forEach(elf) { section, header, other in
            guard found == nil, other == name else { return }
            found = unsafe self.found(section, header, elf)
        }
        return found
    }

    /// The same of a table that says where functions are.
    ///
    /// - Parameter damage: takes that the file has a part of it, or nothing.
    static func found(_ name: String, _ elf: OpaquePointer, _ damage: TableDamage) -> Found? {
        let found = unsafe self.found(name, elf)
        unsafe forEach(elf) { _, header, other in
            guard other == name, header.sh_type != UInt32(SHT_NOBITS),
                header.sh_size > UInt64(found?.count ?? 0)
            else { return }
            damage.add(name, at: found?.count, "it goes on behind the file's end")
        }
        return found
    }

    /// What a section holds; nil where that is not in the file.
    static func found(_ section: OpaquePointer, _ header: GElf_Shdr, _ elf: OpaquePointer) -> Found?
    {
        var file = GElf_Ehdr()
        guard header.sh_type != UInt32(SHT_NOBITS), unsafe gelf_getehdr(elf, &file) != nil,
            let data = unsafe elf_getdata(section, nil), let start = unsafe data.pointee.d_buf
        else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: start, count: Int(clamping: data.pointee.d_size))
        return unsafe Found(bytes, address: header.sh_addr, file)
    }

    /// What stands in the section of a name; nil where there is none.
    static func bytes(of name: String, _ elf: OpaquePointer) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        unsafe forEach(elf) { section, header, other in
            guard unsafe found == nil, other == name, header.sh_type != UInt32(SHT_NOBITS),
                let data = unsafe elf_getdata(section, nil), let start = unsafe data.pointee.d_buf
            else { return }
            unsafe found = unsafe UnsafeRawBufferPointer(
                start: start, count: Int(clamping: data.pointee.d_size))
        }
        return unsafe found
    }

    /// The first section with debug information that this libelf cannot decompress.
    static func unreadable(_ elf: OpaquePointer) -> String? {
        var found: String?
        unsafe forEach(elf) { section, header, name in
            guard found == nil, name.hasPrefix(".debug_"),
                header.sh_flags & UInt64(SHF_COMPRESSED) != 0
            else { return }
            var compression = GElf_Chdr()
            guard unsafe gelf_getchdr(section, &compression) != nil,
                compression.ch_type != UInt32(ELFCOMPRESS_ZLIB)
            else { return }
            if unsafe elf_compress(section, 0, 0) < 0 { found = name }
        }
        return found
    }

    /// Makes the debug information what it is without compression, as libdw does with files that it
    /// opens itself.
    static func decompress(_ elf: OpaquePointer) {
        unsafe forEach(elf) { section, header, name in
            guard name.hasPrefix(".debug_"), header.sh_flags & UInt64(SHF_COMPRESSED) != 0 else {
                return
            }
            unsafe elf_compress(section, 0, 0)
        }
    }

    /// Calls `body` with each section, its header and its name.
    static func forEach(
        _ elf: OpaquePointer, _ body: (OpaquePointer, GElf_Shdr, String) -> Void
    ) {
        var names = 0
        guard unsafe elf_getshdrstrndx(elf, &names) == 0 else { return }
        var section: OpaquePointer? = unsafe elf_nextscn(elf, nil)
        while let current = unsafe section {
            var header = GElf_Shdr()
            if unsafe gelf_getshdr(current, &header) != nil {
                let name = unsafe elf_strptr(elf, names, Int(header.sh_name))
                unsafe body(current, header, name.map { unsafe String(cString: $0) } ?? "")
            }
            unsafe section = unsafe elf_nextscn(elf, current)
        }
    }
}
