import CHost

/// Bytes of the guest, as they lie in this process.
enum GuestMemory {
    /// Bytes of a row of the process's map, nil where the row cannot be read or is too short, or its
    /// file has become so.
    static func read(_ row: MemoryRow, at offset: UInt64, count: Int) -> [UInt8]? {
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
}
