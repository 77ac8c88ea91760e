import CElfutils

/// Where an ELF file's segments go in memory, by its own addresses.
public struct Image: Equatable, Sendable {
    private static let pageSize: UInt64 = 0x1000

    /// The first address of the lowest loaded segment's page: the module's base in a trace.
    public let base: UInt64
    /// Bytes from ``base`` to the end of the highest segment's last page.
    public let size: UInt64
    /// The addresses of the segments that are executable.
    let executable: [Range<UInt64>]

    /// Nil where the file has no segment to load.
    init?(_ elf: OpaquePointer) {
        var count = 0
        guard unsafe elf_getphdrnum(elf, &count) == 0 else { return nil }
        var (lowest, highest) = (UInt64.max, UInt64.min)
        var executable: [Range<UInt64>] = []
        for index in 0..<count {
            var header = GElf_Phdr()
            guard let index = Int32(exactly: index),
                unsafe gelf_getphdr(elf, index, &header) != nil,
                header.p_type == PT_LOAD
            else { continue }
            let (end, overflow) = header.p_vaddr.addingReportingOverflow(header.p_memsz)
            guard !overflow, end <= UInt64.max - Image.pageSize else { continue }
            (lowest, highest) = (min(lowest, header.p_vaddr), max(highest, end))
            if header.p_flags & UInt32(PF_X) != 0 { executable.append(header.p_vaddr..<end) }
        }
        guard lowest < highest else { return nil }
        base = lowest & ~(Image.pageSize - 1)
        size = ((highest + Image.pageSize - 1) & ~(Image.pageSize - 1)) - base
        self.executable = executable
    }

    /// Bytes from ``base`` to the first executable segment, which is where QEMU says that a program's
    /// code starts; nil where there is none.
    public var codeOffset: UInt64? { executable.map(\.lowerBound).min().map { $0 - base } }

    /// Whether code can stand at `address`: a linker that throws code away leaves its line tables,
    /// at address 0 and thereabouts.
    func isExecutable(_ address: UInt64) -> Bool {
        executable.contains { $0.contains(address) }
    }
}
