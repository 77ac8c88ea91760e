import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// What a linker wrote into an ELF file to tell it from all others: `NT_GNU_BUILD_ID`.
public enum BuildID {
    private static let pageSize: UInt64 = 0x1000

    /// The build-id of the ELF file at `path`, nil where there is none.
    ///
    /// - Parameter size: the bytes that the file is said to take in memory, to the byte or to the
    ///   page; a file that takes others is not the one that is meant.
    public static func ofFile(at path: String, size: UInt64) -> [UInt8]? {
        ofFile(at: path) { image in image.size >= size && image.size - size < pageSize }
    }

    /// The build-id of the ELF file at `path`, nil where there is none.
    public static func ofFile(at path: String) -> [UInt8]? { ofFile(at: path) { _ in true } }

    private static func ofFile(at path: String, isMeant: (Image) -> Bool) -> [UInt8]? {
        guard path.hasPrefix("/") else { return nil }
        // A device or a pipe must not be waited for.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            elf_version(UInt32(EV_CURRENT)) != 0,
            let elf = unsafe elf_begin(descriptor, ELF_C_READ_MMAP, nil)
        else { return nil }
        defer { unsafe elf_end(elf) }
        guard let image = unsafe Image(elf), isMeant(image) else { return nil }
        var bytes: UnsafeRawPointer?
        let count = unsafe dwelf_elf_gnu_build_id(elf, &bytes)
        guard count > 0, let start = unsafe bytes else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
