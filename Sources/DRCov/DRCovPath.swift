#if hasFeature(Embedded)
    import TraceEmbedded
#else
    import Trace
#endif

extension TextBuffer {
    /// Replaces by `?` each byte that is not part of well-formed UTF-8 and each control character.
    mutating func append(path: [UInt8]) {
        let unknown = UInt8(ascii: "?")
        var index = 0
        while index < path.count {
            let length = UTF8Sequence.length(in: path, at: index)
            if length == 0 || path[index] < 0x20 || path[index] == 0x7F {
                append([unknown])
                index += 1
            } else {
                append(path[index..<index + length])
                index += length
            }
        }
        if path.isEmpty { append([unknown]) }
    }
}

/// Well-formed byte sequences of UTF-8 (Unicode 15, table 3-7).
enum UTF8Sequence {
    /// The length of the character at `index`, 0 where no well-formed one begins.
    static func length(in bytes: [UInt8], at index: Int) -> Int {
        let first = bytes[index]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        default: return 0
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for next in bytes[(index + 1)..<(index + length)] where next & 0xC0 != 0x80 { return 0 }
        return length
    }
}
