import CElfutils

/// The sections of one ELF file that hold debugging information, by their names without `.debug_`;
/// what a file has not is empty.
///
/// libdw has opened the file before, so the bytes are decompressed and, in a relocatable file,
/// relocated. They stay as long as libdw's handle does, which must outlive all copies of this.
@safe
struct DebugSections {
    enum Name: String, CaseIterable {
        case info, abbrev, str, ranges, rnglists, addr, line
        case lineStrings = "line_str"
        case stringOffsets = "str_offsets"
    }

    private var sections = unsafe [UnsafeRawBufferPointer](
        repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: Name.allCases.count)
    let isBigEndian: Bool

    /// - Parameter isSplit: whether those of split units are meant, whose names end in `.dwo`.
    init(_ elf: OpaquePointer, isSplit: Bool) {
        var (count, names) = (0, 0)
        var header = GElf_Ehdr()
        isBigEndian =
            unsafe gelf_getehdr(elf, &header) != nil && header.e_ident.5 == UInt8(ELFDATA2MSB)
        guard unsafe elf_getshdrnum(elf, &count) == 0,
            unsafe elf_getshdrstrndx(elf, &names) == 0
        else { return }
        for index in 0..<count {
            var header = GElf_Shdr()
            guard let section = unsafe elf_getscn(elf, index),
                unsafe gelf_getshdr(section, &header) != nil, header.sh_type != UInt32(SHT_NOBITS),
                let text = unsafe elf_strptr(elf, names, Int(header.sh_name)),
                let name = DebugSections.name(unsafe String(cString: text), isSplit: isSplit),
                unsafe sections[name.index].isEmpty, let data = unsafe elf_getdata(section, nil),
                let start = unsafe data.pointee.d_buf
            else { continue }
            unsafe sections[name.index] = unsafe UnsafeRawBufferPointer(
                start: start, count: Int(clamping: data.pointee.d_size))
        }
    }

    /// `.zdebug_` is the older way to name what is compressed.
    private static func name(_ text: String, isSplit: Bool) -> Name? {
        guard text.hasPrefix(".debug_") || text.hasPrefix(".zdebug_"),
            text.hasSuffix(".dwo") == isSplit, let start = text.firstIndex(of: "_")
        else { return nil }
        let rest = text[text.index(after: start)...]
        return Name(rawValue: String(isSplit ? rest.dropLast(4) : rest))
    }

    /// Another file's `.debug_addr` and `.debug_ranges` in the place of these: a split unit's stand
    /// in the file with its skeleton.
    func with(addressesOf skeleton: DebugSections) -> DebugSections {
        var result = self
        for name in [Name.addr, .ranges] {
            unsafe result.sections[name.index] = unsafe skeleton.sections[name.index]
        }
        return result
    }

    /// With the parts alone that are one unit's, where several units' sections are put together.
    func cut(to parts: [Name: Range<Int>]) -> DebugSections {
        var result = self
        for name in [Name.info, .abbrev, .line, .stringOffsets, .rnglists] {
            let part = (parts[name] ?? 0..<0).clamped(to: 0..<count(name))
            unsafe result.sections[name.index] = unsafe UnsafeRawBufferPointer(
                rebasing: sections[name.index][part])
        }
        return result
    }

    func count(_ name: Name) -> Int { unsafe sections[name.index].count }

    /// A place in a section; one behind its end is a broken cursor.
    @inline(__always)
    func cursor(_ name: Name, at offset: Int) -> DWARFCursor {
        unsafe DWARFCursor(sections[name.index], isBigEndian: isBigEndian, at: offset)
    }

    func cursor(_ name: Name, at offset: UInt64) -> DWARFCursor {
        cursor(name, at: Int(clamping: offset))
    }
}

// The bytes are only read.
extension DebugSections: @unchecked Sendable {}

extension DebugSections.Name {
    fileprivate var index: Int {
        switch self {
        case .info: 0
        case .abbrev: 1
        case .str: 2
        case .ranges: 3
        case .rnglists: 4
        case .addr: 5
        case .line: 6
        case .lineStrings: 7
        case .stringOffsets: 8
        }
    }
}
