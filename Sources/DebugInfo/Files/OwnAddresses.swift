import CElfutils

/// The addresses of an ELF file, for those that libdwfl gives and those that stand in another file with
/// its debug information or symbols.
@safe
struct OwnAddresses {
    private let elf: OpaquePointer
    private let image: Image
    /// What libdwfl added to the file's own addresses.
    let libdwflBias: UInt64
    /// Whether the lowest bit of a function's address says that it is in Thumb code.
    let hasThumbBit: Bool

    /// - Parameter bias: what libdwfl added to the addresses that the file says.
    init(_ elf: OpaquePointer, _ image: Image, bias: UInt64) {
        unsafe self.elf = unsafe elf
        self.image = image
        libdwflBias = bias &+ image.shift
        var header = GElf_Ehdr()
        hasThumbBit = unsafe gelf_getehdr(elf, &header) != nil && header.e_machine == EM_ARM
    }

    /// What to add to an address in `other` to get the file's own.
    ///
    /// libdwfl compares the two files' first segments. But programs are worked over after they were
    /// linked (patchelf), and can have another first segment then; code stays in its sections.
    ///
    /// - Parameter bias: what libdwfl adds to an address there.
    func bias(of other: OpaquePointer?, _ bias: UInt64) -> UInt64 {
        guard let other = unsafe other, unsafe other != elf, !image.isRelocatable else {
            return bias &- libdwflBias
        }
        let theirs = unsafe ELFSections.executable(other)
        for section in unsafe ELFSections.executable(elf) {
            guard let same = theirs.first(where: { $0.name == section.name }) else { continue }
            return section.addresses.lowerBound &- same.addresses.lowerBound
        }
        return image.isFixed ? 0 : bias &- libdwflBias
    }
}
