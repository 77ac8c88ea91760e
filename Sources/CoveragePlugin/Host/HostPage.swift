/// A page of this process, as the kernel has it now.
enum HostPage {
    /// Whether the page at the address is in memory and is not a file's, by its entry in
    /// `/proc/self/pagemap` (the kernel's admin-guide/mm/pagemap); false where the kernel does not say.
    ///
    /// It costs two microseconds, however much is mapped. A file's page that was privately written
    /// to counts as not a file's.
    static func isAnonymous(at address: UInt64) -> Bool {
        let index = address / HostProcess.pageSize
        guard let file = try? HostFile(reading: HostPath("/proc/self/pagemap")),
            let entry = try? file.read(at: index &* 8, count: 8), entry.count == 8
        else { return false }
        // The entry's highest byte: bit 63 for a page in memory, bit 61 for a file's or shared.
        let (isPresent, isFile): (UInt8, UInt8) = (0x80, 0x20)
        return entry[7] & (isPresent | isFile) == isPresent
    }
}
