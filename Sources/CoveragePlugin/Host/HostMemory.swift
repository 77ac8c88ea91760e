import CHost

/// Memory of this process, in which the guest's lies.
enum HostMemory {
    /// Bytes of a row of the process's map, nil where the row cannot be read or is too short, or its
    /// file has become so.
    @inline(never)
    static func read(_ row: ProcessMapRow, at offset: UInt64, count: Int) -> [UInt8]? {
        let length = row.end - row.start
        guard row.isReadable, count > 0, offset <= length, UInt64(count) <= length - offset
        else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = Int(
                max(0, unsafe host_read_memory(row.start + offset, buffer.baseAddress, count)))
        }
        return bytes.count == count ? bytes : nil
    }

    /// The text that begins at an address of this process, without its NUL; nil where no memory is, and where it
    /// is longer than a path can be.
    static func text(at address: UInt64) -> [UInt8]? {
        let longest = 4096
        var text: [UInt8] = []
        while text.count < longest {
            // Not beyond a page, behind which there may be nothing.
            let next = address &+ UInt64(text.count)
            let count = Int(HostProcess.pageSize - next % HostProcess.pageSize)
            let part = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = Int(max(0, unsafe host_read_memory(next, buffer.baseAddress, count)))
            }
            guard !part.isEmpty else { return nil }
            if let end = part.firstIndex(of: 0) { return text + part[..<end] }
            text += part
        }
        return nil
    }

    /// Whether the page at the address is in memory and is not a file's, by its entry in
    /// `/proc/self/pagemap` (the kernel's admin-guide/mm/pagemap); false where the kernel does not say.
    ///
    /// It costs some microseconds, however much is mapped. A file's page that was privately written
    /// to counts as not a file's.
    static func isAnonymous(at address: UInt64) -> Bool {
        let index = address / HostProcess.pageSize
        var entry: [UInt8] = []
        HostFile.apart {
            let file = try? HostFile(reading: HostPath("/proc/self/pagemap"))
            entry = (try? file?.read(at: index &* 8, count: 8)) ?? []
        }
        guard entry.count == 8 else { return false }
        // The entry's highest byte: bit 63 for a page in memory, bit 61 for a file's or shared.
        let (isPresent, isFile): (UInt8, UInt8) = (0x80, 0x20)
        return entry[7] & (isPresent | isFile) == isPresent
    }
}
