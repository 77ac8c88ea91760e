/// A binary table: entries of one size, and where what follows them begins.
struct BinaryTable {
    /// The bytes of the entries that are there, a whole number of them.
    let range: Range<Int>
    /// Where the next table or dump begins, or the file ends.
    let end: Int
    let count: Int

    /// The table that begins at `start`.
    ///
    /// As many entries as are announced are believed where they are followed by something known, or
    /// by nothing. Where not, what is known can begin within them, after a table that was cut short.
    init(_ announced: Int?, size: Int, from start: Int, _ bytes: Span<UInt8>) {
        let room = (bytes.count - start) / size
        var most = bytes.count
        if let announced, announced <= room {
            most = start + announced * size
            guard most < bytes.count, !Marker.isAt(most, bytes) else {
                (range, end, count) = (start..<most, most, announced)
                return
            }
        }
        end = Marker.next(from: start, bytes)
        count = (min(end, most) - start) / size
        range = start..<start + count * size
    }
}
