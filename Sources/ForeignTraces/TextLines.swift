import Trace

/// The lines of a text, one after the other.
struct TextLines {
    /// The number of the line that came last, from 1.
    private(set) var number = 0
    private var offset = 0

    var position: FilePosition { .line(max(1, number)) }

    /// The bounds of the next line without its end (LF or CRLF), and without blanks before and behind; nil at the end.
    mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard offset < bytes.count else { return nil }
        var start = offset
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        offset = min(end + 1, bytes.count)
        number += 1
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        while start < end, isBlank(bytes[start]) { start += 1 }
        return start..<end
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 || byte == 0x0D }

    /// Whether a line has nothing to say: it is empty, or a comment as lists have them.
    static func isSilent(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        line.isEmpty || bytes[line.lowerBound] == UInt8(ascii: ";")
            || bytes[line.lowerBound] == UInt8(ascii: "#")
    }

    /// Bytes by which a text is known.
    private static let most = 4096

    /// Whether a text begins as a list does: the first line that says something is an entry, and so are most of those
    /// that follow, as far as whole lines are among the first bytes.
    ///
    /// - Parameter isEntry: whether a line is one.
    static func areEntries(_ bytes: Span<UInt8>, _ isEntry: (Range<Int>) -> Bool) -> Bool {
        var lines = TextLines()
        var (good, bad) = (0, 0)
        let sample = bytes.extracting(0..<min(bytes.count, most))
        while let line = lines.next(sample) {
            // The last line may be cut off, if it is not the only one.
            if lines.offset == sample.count, sample[sample.count - 1] != UInt8(ascii: "\n"),
                bytes.count > sample.count || good + bad > 0
            {
                break
            }
            guard !isSilent(line, sample) else { continue }
            if isEntry(line) {
                good += 1
            } else {
                bad += 1
            }
            if good == 0 { return false }
        }
        return good > bad
    }
}

extension Span<UInt8> {
    /// Whether `text` stands at `offset`, within `range`.
    func has(_ text: StaticString, at offset: Int, in range: Range<Int>) -> Bool {
        guard offset >= range.lowerBound, range.upperBound - offset >= text.utf8CodeUnitCount else {
            return false
        }
        return text.withUTF8Buffer { text in
            for index in 0..<text.count where unsafe text[index] != self[offset + index] {
                return false
            }
            return true
        }
    }

    /// The number that the digits at `offset` say, as many as there are within `range`, and where they end; nil where
    /// there is none, or more than 64 bits.
    func number(at offset: Int, in range: Range<Int>, base: UInt64) -> (value: UInt64, end: Int)? {
        var (value, place): (UInt64, Int) = (0, offset)
        while place < range.upperBound, let digit = self[place].digit, digit < base {
            guard let next = value.appending(self[place], base: base) else { return nil }
            (value, place) = (next, place + 1)
        }
        return place > offset ? (value, place) : nil
    }

    /// The hexadecimal number that is all of `range`, with `0x` or without.
    func hexadecimal(_ range: Range<Int>) -> UInt64? {
        let start = range.lowerBound + (hasHexadecimalPrefix(range) ? 2 : 0)
        guard let (value, end) = number(at: start, in: range, base: 16), end == range.upperBound
        else { return nil }
        return value
    }

    func hasHexadecimalPrefix(_ range: Range<Int>) -> Bool {
        has("0x", at: range.lowerBound, in: range) || has("0X", at: range.lowerBound, in: range)
    }

    /// A copy of a part.
    func array(_ range: Range<Int>) -> [UInt8] { range.map { self[$0] } }
}
