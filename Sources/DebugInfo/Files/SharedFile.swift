import CElfutils

/// The file into which dwz has put what several files have (DWARF 5, 7.3.6, and GNU's before it), opened
/// without libdw: that takes none without units, and there are such of strings alone; and it does not know
/// `.debug_sup`.
@safe
final class SharedFile {
    let sections: DebugSections
    private let id: [UInt8]
    private let file: OpenedELF

    /// What an ELF file says of the file that it shares.
    struct Reference {
        /// In `.debug_sup` and not in `.gnu_debugaltlink`.
        let isStandard: Bool
        let name: String
        /// The file's build-id, or what stands for it in its own `.debug_sup`.
        let id: [UInt8]

        /// Nil where it says nothing of any.
        init?(_ elf: OpaquePointer) {
            if let link = unsafe ELFSections.bytes(of: ".gnu_debugaltlink", elf) {
                let end = unsafe link.firstIndex(of: 0) ?? link.endIndex
                isStandard = false
                name = unsafe String(decoding: link[..<end], as: UTF8.self)
                id = unsafe Array(link[end...].dropFirst())
            } else if let own = unsafe SharedFile.identity(of: elf), !own.isShared {
                (isStandard, name, id) = (true, own.name, own.id)
            } else {
                return nil
            }
        }
    }

    /// Opens the file that is referred to, at the first of the paths where it is.
    ///
    /// - Returns: the file, or nil and the first one that is there and has another id.
    static func open(_ reference: Reference, at paths: [String]) -> (
        SharedFile?, stranger: (path: String, id: [UInt8])?
    ) {
        var stranger: (path: String, id: [UInt8])?
        for path in paths {
            guard let file = SharedFile(path, isStandard: reference.isStandard) else { continue }
            if file.id == reference.id { return (file, nil) }
            if stranger == nil { stranger = (path, file.id) }
        }
        return (nil, stranger)
    }

    private init?(_ path: String, isStandard: Bool) {
        guard let file = OpenedELF(path) else { return nil }
        self.file = file
        let elf = unsafe file.elf
        sections = unsafe DebugSections(elf, isSplit: false)
        if isStandard {
            id = unsafe SharedFile.identity(of: elf).map { $0.isShared ? $0.id : [] } ?? []
        } else {
            id = unsafe SharedFile.buildID(of: elf)
        }
    }

    /// Empty where there is none.
    static func buildID(of elf: OpaquePointer) -> [UInt8] {
        var bytes: UnsafeRawPointer?
        let count = unsafe dwelf_elf_gnu_build_id(elf, &bytes)
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: max(0, Int(count))))
    }

    /// What `.debug_sup` says; nil where there is none.
    private static func identity(of elf: OpaquePointer) -> (
        isShared: Bool, name: String, id: [UInt8]
    )? {
        var header = GElf_Ehdr()
        guard let bytes = unsafe ELFSections.bytes(of: ".debug_sup", elf),
            unsafe gelf_getehdr(elf, &header) != nil
        else { return nil }
        let isBigEndian = header.e_ident.5 == UInt8(ELFDATA2MSB)
        var cursor = unsafe DWARFCursor(bytes, isBigEndian: isBigEndian)
        let version = cursor.fixed(UInt16.self)
        let isShared = cursor.byte() == 1
        let name = unsafe String(decoding: cursor.text(), as: UTF8.self)
        let count = Int(clamping: cursor.unsignedLEB())
        guard version == 5, !cursor.isBroken, count <= bytes.count - cursor.offset else {
            return nil
        }
        let id = unsafe Array(bytes[cursor.offset..<cursor.offset + count])
        return (isShared, name, id)
    }
}
