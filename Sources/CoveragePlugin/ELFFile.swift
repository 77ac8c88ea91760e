/// ELF files on the disk.
enum ELFFile {
    /// What the file says of where it wants to lie; nil where it is not an ELF file.
    static func layout(of path: HostPath) throws(HostError) -> ELFLayout? {
        layout(of: try HostFile(reading: path))
    }

    /// The same for what was mapped from the file some time ago; nil where it has become another, or
    /// is gone, or is not an ELF file.
    ///
    /// - Parameters:
    ///   - bytes: what stands in memory.
    ///   - offset: where in the file it was mapped from, in bytes.
    static func layout(of path: HostPath, with bytes: [UInt8], at offset: UInt64) -> ELFLayout? {
        guard let file = try? HostFile(reading: path),
            let now = try? file.read(at: offset, count: bytes.count), !now.isEmpty,
            // In memory zeroes follow the file's end.
            bytes.starts(with: now)
        else { return nil }
        return layout(of: file)
    }

    private static func layout(of file: borrowing HostFile) -> ELFLayout? {
        ELFLayout { offset, count in
            guard let bytes = try? file.read(at: offset, count: count), bytes.count == count
            else { return nil }
            return bytes
        }
    }
}
