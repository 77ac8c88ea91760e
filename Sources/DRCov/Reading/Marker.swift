/// The beginnings of lines by which a reader finds its way in a damaged file.
enum Marker {
    static let dump: StaticString = "DRCOV VERSION:"
    static let rows: StaticString = "Module Table:"
    static let blocks: StaticString = "BB Table:"
    static let text: StaticString = "module id, start, size:"
    static let hits: StaticString = "Hit Count Table:"
    static let edges: StaticString = "Edge Table:"

    /// Whether something begins at `offset` that can stand behind a table.
    static func isAt(_ offset: Int, _ bytes: Span<UInt8>) -> Bool {
        dump.matches(bytes, at: offset..<bytes.count)
            || hits.matches(bytes, at: offset..<bytes.count)
            || edges.matches(bytes, at: offset..<bytes.count)
    }

    /// The first such place from `offset` on; the end of the bytes where there is none.
    static func next(from offset: Int, _ bytes: Span<UInt8>) -> Int {
        for place in offset..<bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "D"), UInt8(ascii: "E"), UInt8(ascii: "H"):
                if isAt(place, bytes) { return place }
            default: break
            }
        }
        return bytes.count
    }
}
