/// Values by file and line, for a module's many lines: neighbours share a page, and pages are found by
/// one look into a hash table, mostly by none. Memory grows with the lines that have a value, whatever
/// their numbers are.
struct LineMap<Value> {
    private static var lineBits: UInt64 { 3 }
    private static var linesPerPage: Int { 8 }

    private let empty: Value
    private var pages: PageNumbers
    /// By page, the lines that have a value, a bit each.
    private var known: [UInt8] = []
    /// Page by page.
    private var values: [Value] = []
    private var last: (key: UInt64, page: Int) = (.max, 0)

    /// - Parameters:
    ///   - empty: what a line has that was not changed before.
    ///   - capacity: so many pages do not make the arrays move.
    init(empty: Value, capacity: Int) {
        self.empty = empty
        pages = PageNumbers(capacity: capacity)
        known.reserveCapacity(capacity)
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
        if key != last.key { last = (key, page(of: key)) }
        let slot = Int(truncatingIfNeeded: place) & (Self.linesPerPage - 1)
        known[last.page] |= 1 << UInt8(slot)
        body(&values[last.page * Self.linesPerPage + slot])
    }

    private mutating func page(of key: UInt64) -> Int {
        let page = pages.number(of: key)
        if page == known.count {
            known.append(0)
            for _ in 0..<Self.linesPerPage { values.append(empty) }
        }
        return page
    }

    /// What `element` makes of each line that was changed, if it makes something, file by file, by line.
    ///
    /// - Parameter fileCount: one more than the highest number of a file.
    func elements<Element>(
        fileCount: Int, _ element: (_ line: Int32, Value) -> Element?
    ) -> [[Element]] {
        var counts = [Int](repeating: 0, count: fileCount)
        for (key, lines) in zip(pages.keys, known) {
            counts[Self.file(of: key)] += lines.nonzeroBitCount
        }
        var result: [[Element]] = counts.map { count in
            var elements: [Element] = []
            elements.reserveCapacity(count)
            return elements
        }
        for page in pages.keys.indices.sorted(by: { pages.keys[$0] < pages.keys[$1] }) {
            let (key, lines) = (pages.keys[page], known[page])
            let (file, first) = (
                Self.file(of: key), Int32(truncatingIfNeeded: key << Self.lineBits)
            )
            for slot in 0..<Self.linesPerPage where lines & 1 << UInt8(slot) != 0 {
                let value = values[page * Self.linesPerPage + slot]
                if let made = element(first | Int32(slot), value) { result[file].append(made) }
            }
        }
        return result
    }

    private static func file(of key: UInt64) -> Int { Int(key >> (32 - lineBits)) }
}
