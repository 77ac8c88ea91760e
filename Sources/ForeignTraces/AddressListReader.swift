public import Trace

extension TraceFormat {
    /// Lines of addresses.
    public static let addressList = TraceFormat("list of addresses")
}

/// Reads lists of hexadecimal addresses, a line each, with `0x` or without, as Lighthouse reads them, syzkaller's
/// `/rawcover` writes them, and debuggers' scripts. Empty lines say nothing, nor do those that begin with `;` or `#`.
/// An address that is there several times was executed as often.
public enum AddressListReader: TraceReader {
    /// Lists of addresses.
    public static var format: TraceFormat { .addressList }

    /// Whether the bytes begin with addresses. Numbers of files that are something else would do as well, so without
    /// `0x` they have at least five digits, and some of them are letters.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        var isHexadecimal = false
        let areAddresses = TextLines.areEntries(bytes) { line in
            guard bytes.hexadecimal(line) != nil else { return false }
            let hasPrefix = bytes.hasHexadecimalPrefix(line)
            isHexadecimal =
                isHexadecimal || hasPrefix || line.contains { bytes[$0] > UInt8(ascii: "9") }
            return hasPrefix || line.count >= 5
        }
        return areAddresses && isHexadecimal
    }

    /// The one recording that a list is.
    ///
    /// - Parameter diagnose: Called for lines that are something else.
    /// - Throws: `ReadError` where all are.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        var lines = TextLines()
        var places = PlaceCounter()
        var bad = LeftOutLines()
        var found = 0
        while let line = lines.next(bytes) {
            guard !TextLines.isSilent(line, bytes) else { continue }
            guard let address = bytes.hexadecimal(line) else {
                bad.add(lines.position)
                continue
            }
            found += 1
            places.add(address)
        }
        bad.report(ListDamage.notAddresses, diagnose)
        guard found > 0 else { throw ReadError(cause: ListFault.noAddress, position: bad.first) }
        return [Recording(format: format, places: places.places())]
    }
}
