import CElfutils

/// Where an ELF file's code and data go in memory, by its own addresses.
public struct Image: Equatable, Sendable {
    private static let pageSize: UInt64 = 0x1000
    /// Bytes of the largest module that a recorder makes one row of.
    private static let largest: UInt64 = 1 << 32

    /// The first address of the lowest loaded segment's page: the module's base in a trace.
    public let base: UInt64
    /// Bytes from ``base`` to the end of the highest segment's last page.
    public let size: UInt64
    /// Whether it is a relocatable file (a `.o`, a kernel module), which has no addresses of its own:
    /// they count from the beginning of its first executable section then, which is ``base``. The
    /// other sections follow as they do in the file, wherever a loader puts them.
    public let isRelocatable: Bool
    /// What to take off a relocatable file's address as libdwfl places it.
    let shift: UInt64
    /// Whether the program runs at the very addresses that the file says.
    public let isFixed: Bool
    /// The addresses of the segments, or sections, that are executable.
    let executable: [Range<UInt64>]
    /// Where code can be: in the executable sections, where the file has any, which is less than the
    /// segments. Those can begin with the file's headers, at address 0.
    private let code: [Range<UInt64>]

    /// Nil where the file has nothing to load.
    init?(_ elf: OpaquePointer) {
        var header = GElf_Ehdr()
        guard unsafe gelf_getehdr(elf, &header) != nil else { return nil }
        isRelocatable = header.e_type == ET_REL
        isFixed = header.e_type == ET_EXEC
        if isRelocatable {
            let sections = unsafe ELFSections.executable(elf)
            guard let first = sections.first else { return nil }
            let shift = first.addresses.lowerBound
            self.shift = shift
            base = 0
            executable = sections.compactMap { Image.moved($0.addresses, by: shift) }
            code = executable
            let end = executable.map(\.upperBound).max() ?? 0
            size = Image.pageEnd(end) ?? end
            return
        }
        shift = 0
        var count = 0
        guard unsafe elf_getphdrnum(elf, &count) == 0 else { return nil }
        var segments: [Range<UInt64>] = []
        var executable: [Range<UInt64>] = []
        for index in 0..<count {
            var header = GElf_Phdr()
            guard let index = Int32(exactly: index),
                unsafe gelf_getphdr(elf, index, &header) != nil,
                header.p_type == PT_LOAD
            else { continue }
            let (end, overflow) = header.p_vaddr.addingReportingOverflow(header.p_memsz)
            guard !overflow, Image.pageEnd(end) != nil else { continue }
            segments.append(header.p_vaddr..<end)
            if header.p_flags & UInt32(PF_X) != 0 { executable.append(header.p_vaddr..<end) }
        }
        guard var whole = Image.span(segments) else { return nil }
        // A kernel's data of each processor is at 0, far from all else, and no part of the module.
        if whole.upperBound - whole.lowerBound > Image.largest, let code = Image.span(executable) {
            whole = code
        }
        guard !whole.isEmpty, let end = Image.pageEnd(whole.upperBound) else { return nil }
        base = whole.lowerBound & ~(Image.pageSize - 1)
        size = end - base
        self.executable = executable
        let sections = unsafe ELFSections.executable(elf).map(\.addresses)
        code = sections.isEmpty ? executable : sections
    }

    /// Bytes from ``base`` to the first executable segment, which is where QEMU says that a program's
    /// code starts; nil where there is none.
    public var codeOffset: UInt64? { executable.map(\.lowerBound).min().map { $0 - base } }

    /// Whether code can stand at `address`.
    ///
    /// A linker that throws code away leaves what debug information says of it, at an address where
    /// no code begins: 0, 1, -1 or -2. So of a function, or of a sequence of rows, it is asked where it
    /// begins; what is behind can have any address, and be other code's.
    func isCode(_ address: UInt64) -> Bool { code.contains { $0.contains(address) } }

    /// The end of the section, or segment, that `address` is in.
    func codeEnd(behind address: UInt64) -> UInt64? {
        code.first { $0.contains(address) }?.upperBound
    }

    /// The file's own addresses for those that its section headers say, once libdwfl has placed them.
    func own(_ addresses: Range<UInt64>) -> Range<UInt64>? { Image.moved(addresses, by: shift) }

    private static func span(_ ranges: [Range<UInt64>]) -> Range<UInt64>? {
        guard let lowest = ranges.map(\.lowerBound).min(),
            let highest = ranges.map(\.upperBound).max()
        else { return nil }
        return lowest..<highest
    }

    private static func pageEnd(_ address: UInt64) -> UInt64? {
        let (sum, overflow) = address.addingReportingOverflow(pageSize - 1)
        return overflow ? nil : sum & ~(pageSize - 1)
    }

    private static func moved(_ range: Range<UInt64>, by shift: UInt64) -> Range<UInt64>? {
        range.lowerBound >= shift ? range.lowerBound - shift..<range.upperBound - shift : nil
    }
}
