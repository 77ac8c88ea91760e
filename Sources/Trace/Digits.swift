extension UInt8 {
    /// The value of the byte as a digit in text, hexadecimal ones among them; nil for another byte.
    @inlinable
    public var digit: UInt64? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension UInt64 {
    /// The number that one more digit in text makes of this one; nil if it is no digit of that base, or the
    /// number would be too large.
    @inlinable
    public func appending(_ byte: UInt8, base: UInt64) -> UInt64? {
        guard let digit = byte.digit, digit < base else { return nil }
        let (product, isTooLarge) = multipliedReportingOverflow(by: base)
        let (sum, overflow) = product.addingReportingOverflow(digit)
        return isTooLarge || overflow ? nil : sum
    }

    /// The number that text of digits alone says; nil for no text, other text, and a number that is too large.
    public init?(digits: some Collection<UInt8>, base: UInt64) {
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard let next = value.appending(byte, base: base) else { return nil }
            value = next
        }
        self = value
    }
}

extension Sequence<UInt8> {
    /// The bytes in hexadecimal, two digits each.
    public var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
