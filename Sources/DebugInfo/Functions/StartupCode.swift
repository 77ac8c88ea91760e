import CElfutils

/// Code that is called before `main`, or behind it: where the program is entered, the sections of code that C libraries
/// call, and what stands in lists of constructors.
enum StartupCode {
    /// The lists, by their sections' names.
    static let lists: Set<String> = [".preinit_array", ".init_array", ".fini_array"]
    /// The sections that are a function each.
    private static let sections: Set<String> = [".init", ".fini"]

    /// The addresses of an ELF file, as it has them: of ARM, the lowest bit says that it is Thumb code. The first is
    /// where the program is entered, if it is.
    ///
    /// - Parameter pointer: what a loader leaves at an address.
    static func addresses(
        _ elf: OpaquePointer, _ image: Image, pointer: (UInt64) -> UInt64?
    ) -> [UInt64] {
        var header = GElf_Ehdr()
        guard !image.isRelocatable, unsafe gelf_getehdr(elf, &header) != nil else { return [] }
        var found = header.e_entry > 0 ? [header.e_entry] : []
        let wordSize: UInt64 = header.e_ident.4 == UInt8(ELFCLASS64) ? 8 : 4
        unsafe ELFSections.forEach(elf) { _, section, name in
            guard lists.contains(name), section.sh_type != UInt32(SHT_NOBITS) else { return }
            for index in 0..<section.sh_size / wordSize {
                guard let address = pointer(section.sh_addr &+ index * wordSize) else { break }
                // Some are marked as none: 0, or -1.
                found.append(address)
            }
        }
        return found.filter { image.isCode($0 & ~1) }
    }

    /// The sections' beginnings.
    static func sections(_ elf: OpaquePointer) -> [UInt64] {
        unsafe ELFSections.executable(elf).filter { sections.contains($0.name) }
            .map(\.addresses.lowerBound)
    }
}
