/// Values by file and line, for a module's many lines: neighbours share a page, and pages are found by
/// one look-up in a dictionary, mostly by none. Memory grows with the lines that have a value, whatever
/// their numbers are.
struct LinePages<Value> {
    private struct Page {
        var key: UInt64
        /// The lines that have a value.
        var known: UInt8 = 0
    }

    private static var lineBits: UInt64 { 3 }
    private static var linesPerPage: Int { 8 }

    private let empty: Value
    private var indices: [UInt64: Int] = [:]
    private var pages: [Page] = []
    /// Page by page.
    private var values: [Value] = []
    private var last: (key: UInt64, index: Int) = (.max, 0)

    /// - Parameters:
    ///   - empty: what a line has that was not changed before.
    ///   - capacity: so many pages do not make the arrays move.
    init(empty: Value, capacity: Int) {
        self.empty = empty
        indices.reserveCapacity(capacity)
        pages.reserveCapacity(capacity)
        values.reserveCapacity(capacity * Self.linesPerPage)
    }

    /// Changes a line's value.
    ///
    /// - Parameters:
    ///   - file: the file's number.
    ///   - line: the line's.
    @inline(__always)
    mutating func change(file: Int32, line: Int32, _ body: (inout Value) -> Void) {
        let place = UInt64(UInt32(bitPattern: file)) << 32 | UInt64(UInt32(bitPattern: line))
        let key = place >> Self.lineBits
        if key != last.key { last = (key, index(of: key)) }
        let slot = Int(truncatingIfNeeded: place) & (Self.linesPerPage - 1)
        pages[last.index].known |= 1 << UInt8(slot)
        body(&values[last.index * Self.linesPerPage + slot])
    }

    private mutating func index(of key: UInt64) -> Int {
        if let known = indices[key] { return known }
        indices[key] = pages.count
        pages.append(Page(key: key))
        for _ in 0..<Self.linesPerPage { values.append(empty) }
        return pages.count - 1
    }

    /// Calls `body` with each line that was changed, by file, then line.
    func forEach(_ body: (_ file: Int32, _ line: Int32, Value) -> Void) {
        let order = pages.indices.sorted { pages[$0].key < pages[$1].key }
        for index in order {
            let first = pages[index].key << Self.lineBits
            for slot in 0..<Self.linesPerPage where pages[index].known & 1 << UInt8(slot) != 0 {
                body(
                    Int32(truncatingIfNeeded: first >> 32),
                    Int32(truncatingIfNeeded: first | UInt64(slot)),
                    values[index * Self.linesPerPage + slot])
            }
        }
    }
}
