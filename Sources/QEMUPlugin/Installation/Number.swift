extension FixedWidthInteger {
    /// A number as users write it: decimal, or hexadecimal behind `0x`, and behind a minus sign where the
    /// type has such. Nil for anything else and for what does not fit, or needs more than 64 bits.
    public init?(argument text: some Collection<UInt8>) {
        let isNegative = text.first == UInt8(ascii: "-")
        guard let size = UInt64(digitsOf: text.dropFirst(isNegative ? 1 : 0)),
            let number = isNegative ? Self(exactly: 0 - Int128(size)) : Self(exactly: size),
            !isNegative || size > 0
        else { return nil }
        self = number
    }

    /// Its decimal digits, behind a minus sign if need be.
    var decimal: [UInt8] {
        var digits: [UInt8] = []
        var rest = magnitude
        repeat {
            digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        if self < 0 { digits.append(UInt8(ascii: "-")) }
        return digits.reversed()
    }
}

extension UInt64 {
    fileprivate init?(digitsOf text: some Collection<UInt8>) {
        var base: UInt64 = 10
        var digits = text[...]
        if text.count > 2, text.first == UInt8(ascii: "0"),
            let letter = text.dropFirst().first, letter | 0x20 == UInt8(ascii: "x")
        {
            base = 16
            digits = text.dropFirst(2)
        }
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard let digit = UInt64.digit(byte), digit < base else { return nil }
            let (product, tooBig) = value.multipliedReportingOverflow(by: base)
            let (sum, overflow) = product.addingReportingOverflow(digit)
            guard !tooBig, !overflow else { return nil }
            value = sum
        }
        self = value
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
