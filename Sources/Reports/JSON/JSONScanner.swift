/// Reads a JSON document (RFC 8259) value by value, as its reader asks for them, so that the document never stands
/// in memory as values.
struct JSONScanner {
    /// The document is damaged, or has another value than its reader asked for.
    struct Fault: Error {
        /// The byte.
        var place: Int
    }

    /// Deeper than any document that is written on purpose, and less deep than the stack.
    private static let mostDepth = 128

    private let bytes: [UInt8]
    private(set) var place = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads an object; `member` is called behind each name, and reads or skips the value.
    mutating func object(_ member: (inout JSONScanner, String) throws(Fault) -> Void) throws(Fault)
    {
        try list(UInt8(ascii: "{"), UInt8(ascii: "}")) { (scanner) throws(Fault) in
            let name = try scanner.string()
            try scanner.take(UInt8(ascii: ":"))
            try member(&scanner, name)
        }
    }

    /// Reads an array; `element` is called for each value, and reads or skips it.
    mutating func array(_ element: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
        try list(UInt8(ascii: "["), UInt8(ascii: "]"), element)
    }

    private mutating func list(
        _ opening: UInt8, _ closing: UInt8, _ element: (inout JSONScanner) throws(Fault) -> Void
    ) throws(Fault) {
        try take(opening)
        depth += 1
        guard depth < JSONScanner.mostDepth else { throw Fault(place: place) }
        if next() != closing {
            try element(&self)
            while next() == UInt8(ascii: ",") {
                place += 1
                try element(&self)
            }
        }
        try take(closing)
        depth -= 1
    }

    /// Reads a whole number that is not negative.
    mutating func integer() throws(Fault) -> Int {
        guard let first = next(), JSONScanner.digits.contains(first) else { throw fault }
        var value = 0
        while place < bytes.count, JSONScanner.digits.contains(bytes[place]) {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(
                Int(bytes[place] - UInt8(ascii: "0")))
            guard !isTooLarge, !isStillTooLarge else { throw fault }
            value = sum
            place += 1
        }
        return value
    }

    /// Reads true or false.
    mutating func boolean() throws(Fault) -> Bool {
        _ = next()
        for (text, value) in [("true", true), ("false", false)]
        where bytes[place...].starts(with: text.utf8) {
            place += text.utf8.count
            return value
        }
        throw fault
    }

    /// Reads a string.
    mutating func string() throws(Fault) -> String {
        try take(quote)
        let start = place
        while place < bytes.count, bytes[place] != quote, bytes[place] != backslash { place += 1 }
        var text = Array(bytes[start..<place])
        while place < bytes.count, bytes[place] != quote {
            if bytes[place] == backslash {
                try takeEscape(into: &text)
            } else {
                text.append(bytes[place])
                place += 1
            }
        }
        guard place < bytes.count else { throw fault }
        place += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func takeEscape(into text: inout [UInt8]) throws(Fault) {
        guard place + 1 < bytes.count else { throw fault }
        let letter = bytes[place + 1]
        place += 2
        switch letter {
        case quote, backslash, UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]), place + 1 < bytes.count, bytes[place] == backslash,
                bytes[place + 1] == UInt8(ascii: "u")
            {
                place += 2
                units.append(try unit())
            }
            text += String(decoding: units, as: UTF16.self).utf8
        default: throw fault
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(Fault) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard place < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
            else { throw fault }
            value = value << 4 | UInt16(digit)
            place += 1
        }
        return value
    }

    /// Passes over a value.
    mutating func skip() throws(Fault) {
        switch next() {
        case UInt8(ascii: "{"): try object { (scanner, _) throws(Fault) in try scanner.skip() }
        case UInt8(ascii: "["): try array { (scanner) throws(Fault) in try scanner.skip() }
        case quote: _ = try string()
        default:
            let start = place
            while place < bytes.count, JSONScanner.isPlain(bytes[place]) { place += 1 }
            guard place > start else { throw fault }
        }
    }

    /// Makes sure that nothing is left.
    mutating func finish() throws(Fault) {
        guard next() == nil else { throw fault }
    }

    /// What numbers, true, false and null are made of.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), digits, UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private var fault: Fault { Fault(place: place) }

    private mutating func take(_ byte: UInt8) throws(Fault) {
        guard next() == byte else { throw fault }
        place += 1
    }

    /// The next byte that is no blank, which is not taken; nil at the end.
    private mutating func next() -> UInt8? {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return bytes[place]
            }
        }
        return nil
    }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
