import Coverage
import Trace

/// The bytes of a page of HTML while it is written.
struct PageBuffer {
    /// What was written so far, UTF-8.
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: how many bytes the page will have, by an estimate.
    init(capacity: Int = 4096) { bytes.reserveCapacity(capacity) }

    /// Appends markup.
    mutating func add(_ markup: StaticString) {
        markup.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends what is markup already.
    mutating func add(markup: [UInt8]) { bytes += markup }

    /// Appends a number, which is not negative.
    mutating func add(_ number: Int) {
        if number < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number.magnitude))
        } else {
            bytes.append(decimal: UInt64(number.magnitude))
        }
    }

    /// Appends text, or the value of an attribute in quotation marks: whatever it holds, no markup comes of it,
    /// and each character shows.
    mutating func add(text: String) {
        for byte in VisibleText.shown(text).utf8 {
            switch byte {
            case UInt8(ascii: "<"): add("&lt;")
            case UInt8(ascii: "&"): add("&amp;")
            case UInt8(ascii: "\""): add("&quot;")
            default: bytes.append(byte)
            }
        }
    }

    /// Appends bytes as they are.
    mutating func add(_ text: Span<UInt8>, _ range: Range<Int>) {
        bytes.append(addingCapacity: range.count) { output in
            for place in range { output.append(text[place]) }
        }
    }

    /// Appends one byte as it is.
    mutating func add(_ byte: UInt8) { bytes.append(byte) }

    /// Appends a string of a script, which cannot end the script where that is a part of a page.
    mutating func add(scriptString text: String) {
        var string: [UInt8] = []
        JSONText.append(text, to: &string)
        for byte in string {
            if byte == UInt8(ascii: "<") { add("\\u003c") } else { bytes.append(byte) }
        }
    }
}
