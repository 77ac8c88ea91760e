/// A segment of a module as a row of a table of segments, in whole pages.
struct FileSegment: BitwiseCopyable {
    /// Bytes from the module's base to its first byte, and to the one behind its last.
    var start: UInt64
    var end: UInt64
    /// Where it begins in the file, in bytes.
    var offset: UInt64

    /// The rows in the order of addresses, none overlapping another: of two segments that meet in one
    /// page, the page is the lower one's.
    static func rows(of layout: ELFLayout) -> [FileSegment] {
        let mask = ELFLayout.pageSize - 1
        var rows: [FileSegment] = []
        for segment in layout.segments.sorted(by: { $0.address < $1.address }) {
            let start = max(segment.address & ~mask &- layout.start, rows.last?.end ?? 0)
            let end = ((segment.end &+ mask) & ~mask) &- layout.start
            guard start < end else { continue }
            rows.append(
                FileSegment(
                    start: start, end: end,
                    offset: segment.offset &+ (layout.start &+ start &- segment.address)))
        }
        return rows
    }
}
