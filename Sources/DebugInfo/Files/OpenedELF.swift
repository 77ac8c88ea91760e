import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// An ELF file with debug information, opened by libelf alone, for what libdw does not open. Sections are not
/// compressed any more.
@safe
final class OpenedELF {
    /// Valid as long as this is.
    let elf: OpaquePointer
    private var descriptor: Int32

    /// Nil where there is none at the path.
    init?(_ path: String) {
        guard let opened = try? RegularFile.open(path) else { return nil }
        descriptor = opened
        guard let elf = unsafe elf_begin(descriptor, ELF_C_READ, nil) else {
            close(descriptor)
            return nil
        }
        unsafe self.elf = unsafe elf
        unsafe ELFSections.decompress(elf)
    }

    /// Closes the file; what was looked at of its sections stays.
    func closeFile() {
        guard descriptor >= 0, unsafe elf_cntl(elf, ELF_C_FDDONE) == 0 else { return }
        close(descriptor)
        descriptor = -1
    }

    deinit {
        unsafe elf_end(elf)
        if descriptor >= 0 { close(descriptor) }
    }
}
