/// A place in the bytes of a file, which moves on line by line.
struct Cursor {
    private(set) var offset = 0
    /// The number, from 1, of the line that `nextLine` gave last.
    private(set) var line = 0

    mutating func skip(_ count: Int) { offset += count }

    /// The bounds of the next line without its end (LF or CRLF); nil at the end of the bytes.
    mutating func nextLine(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard offset < bytes.count else { return nil }
        let start = offset
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        offset = min(end + 1, bytes.count)
        line += 1
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }

    /// Whether the bytes go on with `text`.
    func isAt(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        text.matches(bytes, at: offset..<bytes.count)
    }
}

extension StaticString {
    /// Whether the bytes of `range` begin with this text.
    func matches(_ bytes: Span<UInt8>, at range: Range<Int>) -> Bool {
        guard range.count >= utf8CodeUnitCount else { return false }
        return withUTF8Buffer { text in
            for index in 0..<text.count where unsafe text[index] != bytes[range.lowerBound + index]
            {
                return false
            }
            return true
        }
    }
}
