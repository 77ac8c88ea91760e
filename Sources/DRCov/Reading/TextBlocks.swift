import Trace

/// The blocks of a text table, line by line: `module[  1]: 0x00001040,  12`.
struct TextBlocks: StoredBlocks {
    /// The bytes of the lines.
    private let range: Range<Int>
    let count: Int

    init(_ range: Range<Int>, count: Int) { (self.range, self.count) = (range, count) }

    func forEach<E: Error>(in bytes: Span<UInt8>, _ body: (Block) throws(E) -> Void) throws(E) {
        try forEachLine(in: bytes) { (block, _) throws(E) in try body(block) }
    }

    func position(of index: Int, in bytes: Span<UInt8>) -> FilePosition {
        var (number, start) = (0, range.lowerBound)
        forEachLine(in: bytes) { _, line in
            if number == index { start = line }
            number += 1
        }
        return .byte(start)
    }

    /// Calls `body` with each block and its line's first byte.
    private func forEachLine<E: Error>(
        in bytes: Span<UInt8>, _ body: (Block, _ start: Int) throws(E) -> Void
    ) throws(E) {
        var cursor = LineScanner(offset: range.lowerBound)
        while cursor.offset < range.upperBound, let line = cursor.nextLine(bytes) {
            guard let block = TextBlocks.block(line, bytes) else { continue }
            try body(block, line.lowerBound)
        }
    }

    static func block(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Block? {
        guard let rest = Fields.rest(line, after: "module[", bytes),
            let bracket = rest.first(where: { bytes[$0] == UInt8(ascii: "]") }),
            let numbers = Fields.rest(bracket..<rest.upperBound, after: "]:", bytes),
            let id = Fields.decimal(Fields.trimmed(rest.lowerBound..<bracket, bytes), bytes),
            let module = UInt16(exactly: id),
            let comma = numbers.first(where: { bytes[$0] == UInt8(ascii: ",") }),
            let start = Fields.address(
                Fields.trimmed(numbers.lowerBound..<comma, bytes), .decimal, bytes),
            let size = Fields.decimal(
                Fields.trimmed(comma + 1..<numbers.upperBound, bytes), bytes)
        else { return nil }
        guard let start = UInt32(exactly: start), let size = UInt16(exactly: size) else {
            return nil
        }
        return Block(start: start, size: size, module: module)
    }
}
