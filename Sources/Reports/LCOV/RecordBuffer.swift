/// Gathers the records of a tracefile as bytes, of which there are a hundred thousand and more: making
/// a string of each would take as long as finding out what is in them.
struct RecordBuffer<Output: TextOutputStream> {
    private static var enough: Int { 1 << 16 }

    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(Self.enough + 1024) }

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Adds a record of two numbers, which are not negative; `name` has its colon.
    mutating func add(_ name: String, _ number: Int, _ other: Int) {
        begin(name, number)
        add(other)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Adds a record of a number, which is not negative, and a text.
    mutating func add(_ name: String, _ number: Int, _ text: String) {
        begin(name, number)
        add(text)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func begin(_ name: String, _ number: Int) {
        for byte in name.utf8 { bytes.append(byte) }
        add(number)
        bytes.append(UInt8(ascii: ","))
    }

    private mutating func add(_ number: Int) {
        var (rest, low) = (number.magnitude, bytes.count)
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        var high = bytes.count - 1
        while low < high {
            bytes.swapAt(low, high)
            (low, high) = (low + 1, high - 1)
        }
    }

    /// Hands on what is there, if it is much or all.
    mutating func flush(to output: inout Output, isEnd: Bool = false) {
        guard isEnd || bytes.count >= Self.enough else { return }
        output.write(String(decoding: bytes, as: UTF8.self))
        bytes.removeAll(keepingCapacity: true)
    }
}
