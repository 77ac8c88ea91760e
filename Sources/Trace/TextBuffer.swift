/// Bytes of text, or of a file's head, with few ways of writing, without String: the plugin's build of this module has no Unicode
/// tables.
public struct TextBuffer {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes a buffer without a byte.
    public init() {}

    /// Appends the bytes of `text`.
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    public mutating func append(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
    }

    /// Appends the bytes of a number of at most 64 bits, the low one first.
    public mutating func append(littleEndian value: some FixedWidthInteger) {
        append(UInt64(truncatingIfNeeded: value), size: value.bitWidth / 8)
    }

    @inline(never)
    private mutating func append(_ value: UInt64, size: Int) {
        for place in 0..<size {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(place))))
        }
    }

    /// Appends a number, filled up with blanks on the left.
    ///
    /// - Parameters:
    ///   - value: not negative.
    ///   - width: how many bytes it takes at least.
    public mutating func append(decimal value: Int, width: Int = 0) {
        let number = UInt64(value.magnitude)
        var missing = width - number.digitCount
        while missing > 0 {
            bytes.append(UInt8(ascii: " "))
            missing -= 1
        }
        bytes.append(decimal: number)
    }

    /// Appends a number in hexadecimal digits, filled up with zeros on the left.
    ///
    /// - Parameter width: how many bytes it takes at least.
    public mutating func append(hex value: UInt64, width: Int = 0) {
        var count = max(1, width)
        while count < 16, value >> (4 * UInt64(count)) != 0 { count += 1 }
        for place in (0..<count).reversed() {
            let digit =
                place < 16 ? UInt8(truncatingIfNeeded: value >> (4 * UInt64(place))) & 15 : 0
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension [UInt8] {
    /// Appends the decimal digits of a number.
    public mutating func append(decimal value: UInt64) {
        let end = count + value.digitCount
        while count < end { append(0) }
        var place = end
        var rest = value
        repeat {
            place -= 1
            self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }
}

extension UInt64 {
    /// How many decimal digits it has.
    fileprivate var digitCount: Int {
        var (count, limit) = (1, UInt64(10))
        while count < 20, self >= limit { (count, limit) = (count + 1, limit &* 10) }
        return count
    }
}
