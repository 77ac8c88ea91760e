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

    /// Table version 1, which has no `Columns:` line.
    static let versionOne = {
        var columns = Columns()
        (columns.id, columns.size, columns.path) = (0, 1, 2)
        return columns
    }()

    private init() {}

    /// Nil where a column is missing that every table has.
    init?(_ list: Range<Int>, _ bytes: Span<UInt8>) {
        let names = Fields.split(list, bytes)
        func position(_ name: StaticString) -> Int? {
            names.firstIndex { $0.count == name.utf8CodeUnitCount && name.matches(bytes, at: $0) }
        }
        guard let path = position("path"), path == names.count - 1 else { return nil }
        (id, containingID) = (position("id"), position("containing_id"))
        (start, end) = (position("start") ?? position("base"), position("end"))
        (entry, offset, preferredBase) =
            (position("entry"), position("offset"), position("preferred_base"))
        self.path = path
        guard id != nil, start != nil, end != nil else { return nil }
    }

    /// The row that stands in `line`; nil where a field is missing or no number.
    func module(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Module? {
        let fields = Fields.split(line, most: path + 1, bytes)
        guard fields.count == path + 1 else { return nil }
        func address(_ column: Int?) -> UInt64?? {
            guard let column else { return .some(nil) }
            return Fields.address(fields[column], bytes).map(Optional.some)
        }
        guard let id = id.flatMap({ Fields.decimal(fields[$0], bytes) }), id <= Int(UInt16.max),
            let size = address(size), let start = address(start), let end = address(end),
            let entry = address(entry), let offset = address(offset),
            let preferredBase = address(preferredBase)
        else { return nil }
        var containing = id
        if let containingID {
            guard let value = Fields.decimal(fields[containingID], bytes) else { return nil }
            containing = value
        }
        guard let last = end ?? size, last >= start ?? 0 else { return nil }
        return Module(
            id: id, containingID: containing, start: start ?? 0, end: last, entry: entry ?? 0,
            offset: offset ?? 0, preferredBase: preferredBase ?? 0,
            path: fields[path].map { bytes[$0] })
    }
}
