/// Gathers the records of a tracefile as bytes, of which there are a hundred thousand and more: making
/// a string of each would take as long as finding out what is in them.
struct RecordBuffer {
    private static let enough = 1 << 16
    /// Of a number that is not negative: 19, and what is written behind them.
    private static let mostDigits = 24

    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(RecordBuffer.enough + 1024) }

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Adds a record of two numbers, which are not negative; `name` has its colon.
    mutating func add(_ name: StaticString, _ number: Int, _ other: Int) {
        bytes.append(addingCapacity: name.utf8CodeUnitCount + 2 * RecordBuffer.mostDigits + 2) {
            output in
            RecordBuffer.begin(name, number, &output)
            RecordBuffer.add(other, &output)
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Adds a record of a number, which is not negative, and a text.
    mutating func add(_ name: StaticString, _ number: Int, _ text: String) {
        bytes.append(addingCapacity: name.utf8CodeUnitCount + RecordBuffer.mostDigits + 1) {
            output in
            RecordBuffer.begin(name, number, &output)
        }
        add(text)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Adds a record of four numbers, which are not negative; `-` in place of the last one for nil.
    mutating func add(_ name: StaticString, _ one: Int, _ two: Int, _ three: Int, _ last: Int?) {
        bytes.append(addingCapacity: name.utf8CodeUnitCount + 4 * RecordBuffer.mostDigits + 4) {
            output in
            RecordBuffer.begin(name, one, &output)
            RecordBuffer.add(two, &output)
            output.append(UInt8(ascii: ","))
            RecordBuffer.add(three, &output)
            output.append(UInt8(ascii: ","))
            if let last {
                RecordBuffer.add(last, &output)
            } else {
                output.append(UInt8(ascii: "-"))
            }
            output.append(UInt8(ascii: "\n"))
        }
    }

    private static func begin(
        _ name: StaticString, _ number: Int, _ output: inout OutputSpan<UInt8>
    ) {
        for place in 0..<name.utf8CodeUnitCount { output.append(unsafe name.utf8Start[place]) }
        add(number, &output)
        output.append(UInt8(ascii: ","))
    }

    private static func add(_ number: Int, _ output: inout OutputSpan<UInt8>) {
        if number < 10 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number.magnitude))
            return
        }
        let (rest, first) = number.quotientAndRemainder(dividingBy: 100_000_000)
        guard rest == 0 else {
            add(rest, &output)
            addEight(digits(UInt64(first)), count: 8, &output)
            return
        }
        let all = digits(UInt64(first))
        let missing = all.trailingZeroBitCount / 8
        addEight(all >> (8 * UInt64(missing)), count: 8 - missing, &output)
    }

    /// The digits of a number below 10⁸, a byte each, the first one lowest: its halves, their halves, and theirs, each
    /// time all at once.
    private static func digits(_ number: UInt64) -> UInt64 {
        var parts = number / 10_000 | (number % 10_000) << 32
        let hundreds = (parts &* 10_486) >> 20 & 0x7F_0000_007F
        parts = hundreds | (parts &- hundreds &* 100) << 16
        let tens = (parts &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (parts &- tens &* 10) << 8
    }

    private static func addEight(
        _ digits: UInt64, count: Int, _ output: inout OutputSpan<UInt8>
    ) {
        let text = (digits | 0x3030_3030_3030_3030).littleEndian
        unsafe output.withUnsafeMutableBufferPointer { bytes, end in
            precondition(bytes.count - end >= 8)
            unsafe UnsafeMutableRawBufferPointer(bytes).storeBytes(
                of: text, toByteOffset: end, as: UInt64.self)
            end += count
        }
    }

    /// Hands on what is there, if it is much or all.
    @inline(__always)
    mutating func flush(to output: inout some TextOutputStream, isEnd: Bool = false) {
        if isEnd || bytes.count >= RecordBuffer.enough { handOn(to: &output) }
    }

    private mutating func handOn(to output: inout some TextOutputStream) {
        output.write(String(decoding: bytes, as: UTF8.self))
        bytes.removeAll(keepingCapacity: true)
    }
}

/// Text in a tracefile, which has no way to escape anything.
enum RecordText {
    /// `text` as the last field of a record: a line's end in it would be a record's end.
    static func line(_ text: String) -> String { replacing(in: text, fitLine) }

    /// `text` as a field that a comma ends.
    static func field(_ text: String) -> String {
        replacing(in: text) { $0 == UInt8(ascii: ",") ? UInt8(ascii: ";") : fitLine($0) }
    }

    private static func fitLine(_ byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: "_") : byte
    }

    @inline(__always)
    private static func replacing(in text: String, _ fit: (UInt8) -> UInt8) -> String {
        let bytes = text.utf8Span.span
        for place in bytes.indices where fit(bytes[place]) != bytes[place] {
            return String(decoding: text.utf8.map(fit), as: UTF8.self)
        }
        return text
    }
}
