/// Bytes of the guest, as they lie in this process.
enum GuestMemory {
    /// Bytes of a row of the process's map, nil where the row cannot be read or is too short.
    ///
    /// Call it only inside a translation callback, where QEMU keeps the guest's map as it is.
    static func read(_ row: MemoryRow, at offset: UInt64, count: Int) -> [UInt8]? {
        let length = row.end - row.start
        guard row.isReadable, count > 0, offset <= length, UInt64(count) <= length - offset,
            let start = unsafe UnsafeRawPointer(bitPattern: UInt(row.start + offset))
        else { return nil }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
