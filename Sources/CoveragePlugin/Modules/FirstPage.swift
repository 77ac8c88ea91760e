/// The beginning of a file, in which mostly all stands that is asked of it: it is read by one call.
struct FirstPage {
    static let size = Int(ELFLayout.pageSize)
    /// As many bytes as there are, up to a page.
    let bytes: [UInt8]

    /// Bytes from an offset in the file, from `rest` where they are not in the page.
    func read(
        _ offset: UInt64, _ count: Int, else rest: (UInt64, Int) -> [UInt8]?
    ) -> [UInt8]? {
        guard let start = Int(exactly: offset), count >= 0, start <= bytes.count,
            count <= bytes.count - start
        else { return rest(offset, count) }
        return [UInt8](bytes[start..<(start + count)])
    }
}
