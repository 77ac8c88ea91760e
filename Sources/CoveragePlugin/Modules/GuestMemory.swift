import CQEMUPlugin

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
}
