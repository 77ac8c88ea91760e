/// The text of a source file as a part of a page. It may be in any encoding: no byte of it becomes markup, and each
/// shows.
public enum SourceText {
    /// How many lines bytes are; what stands behind the last line's end is one more.
    public static func lineCount(_ source: [UInt8]) -> Int {
        let bytes = source.span
        // Of a form that the compiler makes vector instructions of.
        var ends: UInt32 = 0
        for place in 0..<bytes.count {
            let isEnd: UInt8 = bytes[place] == UInt8(ascii: "\n") ? 1 : 0
            ends &+= UInt32(isEnd)
        }
        let isOpen = !bytes.isEmpty && bytes[bytes.count - 1] != UInt8(ascii: "\n")
        return Int(ends) + (isOpen ? 1 : 0)
    }

    /// 1 for a byte at which more is to be done than to copy it, else 0.
    @inline(__always)
    private static func needsCare(_ byte: UInt8) -> UInt8 {
        let isControl: UInt8 = byte < 0x20 ? 1 : 0
        let isNoTab: UInt8 = byte != UInt8(ascii: "\t") ? 1 : 0
        let isAbove: UInt8 = byte >= 0x7F ? 1 : 0
        let isLess: UInt8 = byte == UInt8(ascii: "<") ? 1 : 0
        let isAmpersand: UInt8 = byte == UInt8(ascii: "&") ? 1 : 0
        return isControl & isNoTab | isAbove | isLess | isAmpersand
    }

    /// Writes a part of a line.
    static func write(_ line: Span<UInt8>, _ range: Range<Int>, to page: inout PageBuffer) {
        let part = line.extracting(range)
        // Most parts need none, which vector instructions see.
        var care: UInt8 = 0
        for place in 0..<part.count { care |= needsCare(part[place]) }
        guard care != 0 else { return page.add(line, range) }
        var (start, place) = (range.lowerBound, range.lowerBound)
        while place < range.upperBound {
            guard needsCare(line[place]) != 0 else {
                place += 1
                continue
            }
            let character = UTF8Character(line, at: place, end: range.upperBound)
            let next = place + character.width
            let follower = next < range.upperBound ? line[next] : 0
            if !character.isPlain, character.value != 0x26 || beginsReference(follower) {
                page.add(line, start..<place)
                write(character, to: &page)
                start = next
            }
            place = next
        }
        page.add(line, start..<range.upperBound)
    }

    /// Whether this behind an ampersand makes of it what stands for another character; any other is text.
    private static func beginsReference(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "#"):
            true
        default: false
        }
    }

    private static func write(_ character: UTF8Character, to page: inout PageBuffer) {
        switch character.value {
        case 0x3C: page.add("&lt;")
        case 0x26: page.add("&amp;")
        case .some(let value):
            page.add("<kbd>")
            page.add(text: (value < 16 ? "0" : "") + String(value, radix: 16, uppercase: true))
            page.add("</kbd>")
        case nil: page.add("\u{FFFD}")
        }
    }
}

/// One character, or what is none, among bytes.
struct UTF8Character {
    /// How many bytes it has.
    var width = 1
    /// Its number in Unicode; nil for a byte that begins no character of UTF-8.
    var value: UInt32?

    /// The character that begins at `place`, before `end`.
    init(_ bytes: Span<UInt8>, at place: Int, end: Int) {
        let lead = bytes[place]
        guard lead >= 0x80 else {
            value = UInt32(lead)
            return
        }
        func continuation(_ index: Int, _ least: UInt8 = 0x80, _ most: UInt8 = 0xBF) -> UInt32? {
            guard place + index < end else { return nil }
            let byte = bytes[place + index]
            return byte >= least && byte <= most ? UInt32(byte & 0x3F) : nil
        }
        switch lead {
        case 0xC2...0xDF:
            guard let one = continuation(1) else { return }
            (width, value) = (2, UInt32(lead & 0x1F) << 6 | one)
        case 0xE0...0xEF:
            // Neither longer than need be, nor half of a UTF-16 pair.
            guard let one = continuation(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF),
                let two = continuation(2)
            else { return }
            (width, value) = (3, UInt32(lead & 0x0F) << 12 | one << 6 | two)
        case 0xF0...0xF4:
            guard let one = continuation(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF),
                let two = continuation(2), let three = continuation(3)
            else { return }
            (width, value) = (4, UInt32(lead & 0x07) << 18 | one << 12 | two << 6 | three)
        default: return
        }
    }

    /// Whether it can stand in a page as it is.
    var isPlain: Bool {
        switch value {
        case nil, 0x3C, 0x26: false
        case 0x09: true
        // Those that do something in place of being seen, to the order of others too.
        case .some(0..<0x20), .some(0x7F..<0xA0), .some(0x202A...0x202E), .some(0x2066...0x2069):
            false
        default: true
        }
    }
}
