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
        read(path) { image in image.size >= size && image.size - size < pageSize }?.id
    }

    /// The build-id of the ELF file at `path`, nil where there is none.
    public static func ofFile(at path: String) -> [UInt8]? { read(path) { _ in true }?.id }

    /// Where the ELF file at `path` goes in memory, nil where its build-id is another.
    public static func image(ofFile path: String, with id: [UInt8]) -> Image? {
        read(path) { _ in true }.flatMap { $0.id == id ? $0.image : nil }
    }

    private static func read(_ path: String, isMeant: (Image) -> Bool) -> (
        id: [UInt8], image: Image
    )? {
        guard path.hasPrefix("/") else { return nil }
        guard let descriptor = try? RegularFile.open(path) else { return nil }
        defer { close(descriptor) }
        guard elf_version(UInt32(EV_CURRENT)) != 0,
            let elf = unsafe elf_begin(descriptor, ELF_C_READ_MMAP, nil)
        else { return nil }
        defer { unsafe elf_end(elf) }
        guard let image = unsafe Image(elf), isMeant(image) else { return nil }
        var bytes: UnsafeRawPointer?
        let count = unsafe dwelf_elf_gnu_build_id(elf, &bytes)
        guard count > 0, let start = unsafe bytes else { return nil }
        return unsafe (Array(UnsafeRawBufferPointer(start: start, count: count)), image)
    }
}
