import Trace

/// The ways in which drcov writes a number or a list, read without a copy of the text.
enum Fields {
    /// How a number is written that has no `0x`.
    enum Radix { case decimal, hexadecimal }

    private static let blank = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    /// `range` without blanks at its ends.
    static func trimmed(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] == blank || bytes[start] == tab { start += 1 }
        while end > start, bytes[end - 1] == blank || bytes[end - 1] == tab { end -= 1 }
        return start..<end
    }

    /// What stands behind `prefix` in the line, trimmed; nil for another line.
    static func rest(_ line: Range<Int>, after prefix: StaticString, _ bytes: Span<UInt8>)
        -> Range<Int>?
    {
        guard prefix.matches(bytes, at: line) else { return nil }
        return trimmed(line.lowerBound + prefix.utf8CodeUnitCount..<line.upperBound, bytes)
    }

    /// At most `most` fields between commas, trimmed; the last one is the rest of the line, since a
    /// path may hold commas itself.
    static func split(_ line: Range<Int>, most: Int = .max, _ bytes: Span<UInt8>) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = line.lowerBound
        for index in line where bytes[index] == UInt8(ascii: ",") && fields.count < most - 1 {
            fields.append(trimmed(start..<index, bytes))
            start = index + 1
        }
        fields.append(trimmed(start..<line.upperBound, bytes))
        return fields
    }

    /// A decimal number from 0 to the largest Int.
    static func decimal(_ field: Range<Int>, _ bytes: Span<UInt8>) -> Int? {
        digits(field, base: 10, bytes).flatMap(Int.init(exactly:))
    }

    /// An address or offset: hexadecimal with `0x`, and without it where it has 16 digits, as
    /// DynamoRIO writes offsets, or a letter; else of `radix`.
    static func address(_ field: Range<Int>, _ radix: Radix, _ bytes: Span<UInt8>) -> UInt64? {
        if hasPrefix(field, bytes) {
            return digits(field.lowerBound + 2..<field.upperBound, base: 16, bytes)
        }
        if radix == .hexadecimal || field.count == 16 { return digits(field, base: 16, bytes) }
        return digits(field, base: 10, bytes) ?? digits(field, base: 16, bytes)
    }

    /// What a number without `0x` shows about how it is written: a letter or a leading zero is a
    /// hexadecimal number's, other digits can be either's; nil where it has `0x` or is none.
    static func radix(_ field: Range<Int>, _ bytes: Span<UInt8>) -> Radix? {
        guard !hasPrefix(field, bytes), digits(field, base: 16, bytes) != nil else { return nil }
        let isDecimal = digits(field, base: 10, bytes) != nil
        let isPadded = field.count > 1 && bytes[field.lowerBound] == UInt8(ascii: "0")
        return isDecimal && !isPadded && field.count != 16 ? .decimal : .hexadecimal
    }

    private static func hasPrefix(_ field: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        ("0x" as StaticString).matches(bytes, at: field)
            || ("0X" as StaticString).matches(bytes, at: field)
    }

    private static func digits(_ field: Range<Int>, base: UInt64, _ bytes: Span<UInt8>) -> UInt64? {
        guard !field.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in field {
            guard let next = value.appending(bytes[index], base: base) else { return nil }
            value = next
        }
        return value
    }
}
