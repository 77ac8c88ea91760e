/// Numbers as users write them.
enum Number {
    /// Decimal, or hexadecimal behind `0x`; nil for anything else and for what needs more than 64
    /// bits.
    static func parse(_ text: some Collection<UInt8>) -> UInt64? {
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
            guard let digit = digit(byte), digit < base else { return nil }
            let (product, tooBig) = value.multipliedReportingOverflow(by: base)
            let (sum, overflow) = product.addingReportingOverflow(digit)
            guard !tooBig, !overflow else { return nil }
            value = sum
        }
        return value
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
