import Trace

/// Addresses as text.
public enum AddressText {
    /// An address: 0x and up to 16 hexadecimal digits; `isBare` makes do without the 0x.
    public static func address(_ text: some StringProtocol, isBare: Bool = false) -> UInt64? {
        address(Array(text.utf8)[...], isBare: isBare)
    }

    /// Whether bytes begin as a list of addresses does.
    public static func isList(_ bytes: [UInt8]) -> Bool {
        let start = bytes.drop { isSpace($0) }
        return hasPrefix(start)
    }

    /// Calls `body` with each of the addresses that standard input has, one a line, and `pause` before
    /// more of them are waited for.
    ///
    /// - Throws: ``Failure`` that names the line that is no address.
    static func forEachOfStandardInput(
        isBare: Bool, _ body: (UInt64) -> Void, pause: () -> Void
    ) throws(Failure) {
        var (rest, number) = ([UInt8](), 0)
        func use(_ line: ArraySlice<UInt8>) throws(Failure) {
            number += 1
            var words = line[...]
            while let first = words.first, isSpace(first) { words.removeFirst() }
            while let last = words.last, isSpace(last) { words.removeLast() }
            guard !words.isEmpty else { return }
            guard let address = address(words, isBare: isBare) else {
                let text = String(decoding: words.prefix(40), as: UTF8.self)
                throw Failure(
                    .badData, "standard input: line \(number): '\(text)' is not an address")
            }
            body(address)
        }
        while true {
            let bytes = try StandardInput.read()
            if bytes.isEmpty { break }
            var start = 0
            for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
                if rest.isEmpty {
                    try use(bytes[start..<index])
                } else {
                    try use((rest + bytes[start..<index])[...])
                    rest = []
                }
                start = index + 1
            }
            rest += bytes[start...]
            pause()
        }
        if !rest.isEmpty { try use(rest[...]) }
    }

    private static func address(_ text: ArraySlice<UInt8>, isBare: Bool) -> UInt64? {
        guard hasPrefix(text) || isBare else { return nil }
        let digits = hasPrefix(text) ? text.dropFirst(2) : text
        return digits.count <= 16 ? UInt64(digits: digits, base: 16) : nil
    }

    private static func hasPrefix(_ text: ArraySlice<UInt8>) -> Bool {
        text.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")])
            || text.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "X")])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
}

/// `value` as it stands in drcov files and disassemblies.
func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
