import Coverage

/// A table in a Parquet file, as it is written: group by group of rows. Each column of a group is one page, compressed by gzip.
///
/// The format is that of Apache's parquet-format (README, Encodings, parquet.thrift).
struct ParquetFile {
    // Values of parquet.thrift's enumerations.
    private enum Encoding {
        static let (plain, runLength, delta) = (0, 3, 5)
    }
    private static let (required, optional) = (0, 1)
    private static let utf8 = 0
    private static let gzip = 2

    /// What stands at the beginning and at the end.
    private static let mark = Array("PAR1".utf8)

    private let columns: [ExportTable.Column]
    private var position: Int
    private var rowCount = 0
    private var groups: [CompactStruct] = []

    /// A table without rows.
    init(_ columns: [ExportTable.Column]) {
        self.columns = columns
        position = ParquetFile.mark.count
    }

    /// What comes before the rows.
    var beginning: [UInt8] { ParquetFile.mark }

    /// The bytes of the next rows.
    mutating func bytes(of rows: ExportRows) -> [UInt8] {
        guard rows.count > 0 else { return [] }
        var bytes: [UInt8] = []
        var chunks: [CompactStruct] = []
        var total = 0
        for (column, cells) in zip(columns, rows.columns) {
            let page = ParquetFile.page(of: cells, column)
            var data = CompactStruct()
            data.set(1, number32: cells.count)
            data.set(2, number32: ParquetFile.encoding(of: column))
            data.set(3, number32: Encoding.runLength)
            data.set(4, number32: Encoding.runLength)
            let packed = Gzip.deflate(page.span)
            var head = CompactStruct()
            head.set(1, number32: 0)
            head.set(2, number32: page.count)
            head.set(3, number32: packed.count)
            head.set(5, data)
            var facts = CompactStruct()
            facts.set(1, number32: ParquetFile.type(of: column))
            facts.set(2, numbers: [ParquetFile.encoding(of: column), Encoding.runLength])
            facts.set(3, texts: [column.name])
            facts.set(4, number32: ParquetFile.gzip)
            facts.set(5, number64: cells.count)
            facts.set(6, number64: head.bytes.count + page.count)
            facts.set(7, number64: head.bytes.count + packed.count)
            facts.set(9, number64: position + bytes.count)
            facts.set(12, ParquetFile.statistics(of: cells))
            var chunk = CompactStruct()
            chunk.set(2, number64: position + bytes.count)
            chunk.set(3, facts)
            chunks.append(chunk)
            total += head.bytes.count + page.count
            bytes += head.bytes
            bytes += packed
        }
        var group = CompactStruct()
        group.set(1, chunks)
        group.set(2, number64: total)
        group.set(3, number64: rows.count)
        groups.append(group)
        position += bytes.count
        rowCount += rows.count
        return bytes
    }

    /// What comes behind the rows.
    var end: [UInt8] {
        var root = CompactStruct()
        root.set(4, "schema".utf8)
        root.set(5, number32: columns.count)
        var facts = CompactStruct()
        facts.set(1, number32: 2)
        facts.set(2, [root] + columns.map(ParquetFile.schema))
        facts.set(3, number64: rowCount)
        facts.set(4, groups)
        facts.set(6, "covtool".utf8)
        // The least and the largest values are those by the columns' own order.
        var order = CompactStruct()
        order.set(1, CompactStruct())
        facts.set(7, columns.map { _ in order })
        let bytes = facts.bytes
        return bytes + ParquetFile.word(bytes.count) + ParquetFile.mark
    }

    private static func schema(of column: ExportTable.Column) -> CompactStruct {
        var element = CompactStruct()
        element.set(1, number32: type(of: column))
        element.set(3, number32: column.isOptional ? optional : required)
        element.set(4, column.name.utf8)
        if column.kind == .text { element.set(6, number32: utf8) }
        return element
    }

    /// INT64 or BYTE_ARRAY.
    private static func type(of column: ExportTable.Column) -> Int {
        column.kind == .number ? 2 : 6
    }

    private static func encoding(of column: ExportTable.Column) -> Int {
        column.kind == .number ? Encoding.delta : Encoding.plain
    }

    private static func page(of cells: [ExportCell], _ column: ExportTable.Column) -> [UInt8] {
        var page = column.isOptional ? presence(of: cells) : []
        switch column.kind {
        case .number: page += DeltaNumbers.bytes(of: cells.compactMap(\.number))
        case .text:
            for text in cells.lazy.compactMap(\.text) {
                page += word(text.utf8.count)
                page += text.utf8
            }
        }
        return page
    }

    /// Which cells have a value: runs of 1 and of 0, a bit wide, behind the number of their bytes.
    private static func presence(of cells: [ExportCell]) -> [UInt8] {
        var levels: [UInt8] = []
        var start = 0
        for index in cells.indices.dropFirst() + [cells.count]
        where index == cells.count || cells[index].isMissing != cells[start].isMissing {
            VariableNumber.append(UInt64(index - start) << 1, to: &levels)
            levels.append(cells[start].isMissing ? 0 : 1)
            start = index
        }
        return word(levels.count) + levels
    }

    private static func statistics(of cells: [ExportCell]) -> CompactStruct {
        var facts = CompactStruct()
        facts.set(3, number64: cells.count(where: \.isMissing))
        let numbers = cells.lazy.compactMap(\.number)
        if let least = numbers.min(), let largest = numbers.max() {
            facts.set(5, bytes(largest))
            facts.set(6, bytes(least))
        }
        return facts
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(8 * $0)) }
    }

    private static func word(_ number: Int) -> [UInt8] { Array(bytes(Int64(number)).prefix(4)) }
}
