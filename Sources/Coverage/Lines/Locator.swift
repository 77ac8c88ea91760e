import Trace

/// Finds the functions and source lines of addresses.
public struct Locator: Sendable {
    /// A function that an address belongs to, and where in its source.
    public struct Frame: Equatable, Sendable {
        /// The function's name as the table has it, nil where none is known.
        public var function: String?
        /// The source file's path, nil where no line is known.
        public var file: String?
        /// The line, 0 where none is known.
        public var line: Int

        /// Makes a frame of what is known of it.
        public init(function: String?, file: String?, line: Int) {
            self.function = function
            self.file = file
            self.line = line
        }
    }

    private struct Extent: Sendable {
        var range: Range<UInt64>
        var function: Int
    }

    /// Source does not inline deeper; what a broken file says has an end here.
    private static let deepest = 256

    private let table: LineTable
    private let extents: [Extent]
    private let segments: CallSegments

    /// Prepares the look-up in `table`.
    public init(_ table: LineTable) {
        self.table = table
        extents = table.functions.enumerated()
            .flatMap { index, function in
                function.ranges.map { Extent(range: $0, function: index) }
            }
            .sorted { $0.range.lowerBound < $1.range.lowerBound }
        segments = CallSegments(table.inlinedCalls)
    }

    /// What an address of the ELF file belongs to, the innermost function first: the line at the
    /// address belongs to that one. Each of the others is where the one before it was inlined, with
    /// the line of the call; the last is the function whose code it is. There is always one frame.
    public func frames(of address: UInt64) -> [Frame] {
        var frame = Frame(function: nil, file: nil, line: 0)
        let (row, function) = numbers(of: address)
        if let row = row.map({ table.rows[$0] }) {
            frame.file = table.files[Int(row.file)]
            frame.line = Int(row.line)
        }
        var frames: [Frame] = []
        var next = segments.call(at: address)
        while let index = next, frames.count < Locator.deepest {
            let call = table.inlinedCalls[index]
            frame.function = table.inlinedFunctions[Int(call.function)].name
            frames.append(frame)
            frame = Frame(
                function: nil, file: call.file.map { table.files[Int($0)] }, line: Int(call.line))
            next = call.parent.map { Int($0) }
        }
        if let function { frame.function = table.functions[function].name }
        frames.append(frame)
        return frames
    }

    /// The numbers in the table of the row that has an address of the ELF file, and of the function whose code it is.
    public func numbers(of address: UInt64) -> (row: Int?, function: Int?) {
        let row = table.rows.partitioningIndex { $0.address > address } - 1
        let extent = extents.partitioningIndex { $0.range.lowerBound > address } - 1
        return (
            row >= 0 && address < table.rows[row].end ? row : nil,
            extent >= 0 && extents[extent].range.contains(address)
                ? extents[extent].function : nil
        )
    }
}
