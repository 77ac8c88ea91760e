/// The blocks of a text table, line by line: `module[  1]: 0x00001040,  12`.
@usableFromInline
struct TextBlocks {
    private var cursor: Cursor
    private let end: Int

    @usableFromInline
    init(_ range: Range<Int>) {
        cursor = Cursor(offset: range.lowerBound)
        end = range.upperBound
    }

    /// Where the line is that `next` gave last.
    private(set) var lineStart = 0

    /// The next line that is a block.
    @usableFromInline
    mutating func next(_ bytes: Span<UInt8>) -> Block? {
        while cursor.offset < end, let line = cursor.nextLine(bytes) {
            guard let block = TextBlocks.block(line, bytes) else { continue }
            lineStart = line.lowerBound
            return block
        }
        return nil
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
