/// Finds the source line and the function of addresses.
public struct Locator: Sendable {
    /// A place in the source.
    public struct Location: Equatable, Sendable {
        /// The function, nil where none is known.
        public var function: String?
        /// The source file's path, nil where no line is known.
        public var file: String?
        /// The line, 0 where none is known.
        public var line: Int

        /// Makes a place of what is known of it.
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

    private let table: LineTable
    private let extents: [Extent]

    /// Prepares the look-up in `table`.
    public init(_ table: LineTable) {
        self.table = table
        extents = table.functions.enumerated()
            .flatMap { index, function in
                function.ranges.map { Extent(range: $0, function: index) }
            }
            .sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The function and line of an address of the ELF file.
    public func location(of address: UInt64) -> Location {
        var location = Location(function: nil, file: nil, line: 0)
        let nextRow = table.rows.partitioningIndex { $0.address > address }
        if nextRow > 0, address < table.rows[nextRow - 1].end {
            let row = table.rows[nextRow - 1]
            location.file = table.files[Int(row.file)]
            location.line = Int(row.line)
        }
        let nextExtent = extents.partitioningIndex { $0.range.lowerBound > address }
        if nextExtent > 0, extents[nextExtent - 1].range.contains(address) {
            location.function = table.functions[extents[nextExtent - 1].function].name
        }
        return location
    }
}
