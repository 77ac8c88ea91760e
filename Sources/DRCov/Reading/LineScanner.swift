import Trace

/// A place in the bytes of a file, which moves on line by line.
struct LineScanner {
    private(set) var offset: Int
    /// The line that `nextLine` gave last: its number from 1, as long as there are only lines, and its
    /// first byte.
    private var line = 0
    private var lineStart: Int
    private var hasOnlyLines = true

    init(offset: Int = 0) { (self.offset, lineStart) = (offset, offset) }

    /// Where the line is that `nextLine` gave last.
    var position: FilePosition { hasOnlyLines ? .line(max(1, line)) : .byte(lineStart) }

    /// Where the line is that `nextLine` would give next; the end of the bytes where there is none.
    func nextPosition(_ bytes: Span<UInt8>) -> FilePosition {
        var copy = self
        return copy.nextLine(bytes) == nil ? .byte(bytes.count) : copy.position
    }

    /// Moves to a place that is not the end of a line.
    mutating func move(to offset: Int) {
        hasOnlyLines = hasOnlyLines && offset == self.offset
        self.offset = offset
        lineStart = offset
    }

    /// The bounds of the next line without its end (LF or CRLF); nil at the end of the bytes.
    mutating func nextLine(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard offset < bytes.count else { return nil }
        let start = offset
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        offset = min(end + 1, bytes.count)
        lineStart = start
        line += 1
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }

    /// The next line, which is not gone past.
    func peekLine(_ bytes: Span<UInt8>) -> Range<Int>? {
        var copy = self
        return copy.nextLine(bytes)
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
