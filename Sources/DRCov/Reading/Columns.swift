import Trace

/// Which field of a row is which, read from the `Columns:` line.
///
/// The names decide, not the table's version alone: Windows has columns that Unix has not, and a
/// writer may add its own before `path`.
struct Columns {
    private var id: Int?
    private var containingID: Int?
    private var start: Int?
    private var end: Int?
    private var size: Int?
    private var entry: Int?
    private var offset: Int?
    private var preferredBase: Int?
    private var path = 0

    private init() {}

    /// The columns that a table of that version has on Unix; version 1 never says them.
    static func unix(version: Int) -> Columns {
        var columns = Columns()
        columns.id = 0
        if version == 1 {
            (columns.size, columns.path) = (1, 2)
            return columns
        }
        var next = 1
        func take() -> Int {
            defer { next += 1 }
            return next
        }
        if version > 2 { columns.containingID = take() }
        (columns.start, columns.end, columns.entry) = (take(), take(), take())
        if version > 3 { columns.offset = take() }
        if version > 4 { columns.preferredBase = take() }
        columns.path = take()
        return columns
    }

    /// Nil where a column is missing that every table has.
    init?(_ list: Range<Int>, _ bytes: Span<UInt8>) {
        let names = Fields.split(list, bytes)
        func position(_ name: StaticString) -> Int? {
            names.firstIndex { $0.count == name.utf8CodeUnitCount && name.matches(bytes, at: $0) }
        }
        guard let path = position("path"), path == names.count - 1 else { return nil }
        (id, containingID) = (position("id"), position("containing_id"))
        (start, end) = (position("start") ?? position("base"), position("end"))
        (size, entry, offset) = (position("size"), position("entry"), position("offset"))
        preferredBase = position("preferred_base")
        self.path = path
        guard id != nil, size != nil || start != nil && end != nil else { return nil }
        if end != nil { size = nil }
    }

    /// What the addresses of a row show about how they are written; nil where they all have `0x`.
    func radix(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Fields.Radix? {
        let fields = Fields.split(line, most: path + 1, bytes)
        guard fields.count == path + 1, size == nil else { return nil }
        var found: Fields.Radix?
        for column in [start, end, entry] {
            guard let column, let radix = Fields.radix(fields[column], bytes) else { continue }
            // A zero is the same either way.
            if fields[column].count == 1, bytes[fields[column].lowerBound] == UInt8(ascii: "0") {
                continue
            }
            if radix == .hexadecimal { return radix }
            found = radix
        }
        return found
    }

    /// The row that stands in `line`; nil where a field is missing, no number, or out of its range.
    func module(
        _ line: Range<Int>, _ radix: Fields.Radix, _ bytes: Span<UInt8>, _ dialect: inout Dialect
    ) -> Module? {
        let fields = Fields.split(line, most: path + 1, bytes)
        guard fields.count == path + 1 else { return nil }
        func address(_ column: Int?) -> UInt64?? {
            guard let column else { return .some(nil) }
            return Fields.address(fields[column], radix, bytes).map(Optional.some)
        }
        guard let id = id.flatMap({ Fields.decimal(fields[$0], bytes) }), id < Block.noModule,
            let size = address(size), let start = address(start), let end = address(end),
            let entry = address(entry), let offset = address(offset),
            let preferredBase = address(preferredBase),
            let last = end ?? size, last >= start ?? 0
        else { return nil }
        var containing = id
        if let containingID {
            if fields[containingID].count == 2,
                ("-1" as StaticString).matches(bytes, at: fields[containingID])
            {
                dialect.insert(.negativeContainingIDs)
            } else if let value = Fields.decimal(fields[containingID], bytes) {
                containing = value
            } else {
                return nil
            }
        }
        let path = unquoted(fields[path], bytes, &dialect)
        return Module(
            id: id, containingID: containing, start: start ?? 0, end: last, entry: entry ?? 0,
            offset: offset ?? 0, preferredBase: preferredBase ?? 0, path: path.map { bytes[$0] })
    }

    private func unquoted(_ path: Range<Int>, _ bytes: Span<UInt8>, _ dialect: inout Dialect)
        -> Range<Int>
    {
        let mark = UInt8(ascii: "\"")
        guard path.count >= 2, bytes[path.lowerBound] == mark, bytes[path.upperBound - 1] == mark
        else { return path }
        dialect.insert(.quotedPaths)
        return path.lowerBound + 1..<path.upperBound - 1
    }
}
