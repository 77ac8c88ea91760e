/// One row of the module table: an executable or a library, or one segment of it.
public struct Module: Equatable, Sendable {
    /// The row's number, which blocks name.
    public var id: Int
    /// The `id` of the module's first row; equal to `id` in that row and in tables that have no such
    /// column.
    public var containingID: Int
    /// The guest address of the row's first byte.
    public var start: UInt64
    /// The guest address behind the row's last byte.
    public var end: UInt64
    /// The guest address of the entry point, 0 where it is not known.
    public var entry: UInt64
    /// Where the row begins in the file, in bytes (tables from 4 on).
    public var offset: UInt64
    /// The address that the file asks for itself (table 5).
    public var preferredBase: UInt64
    /// The file's path, as bytes: a path need not be UTF-8.
    public var path: [UInt8]

    /// Makes a row; what is left out is a row that stands for its whole module.
    public init(
        id: Int, containingID: Int? = nil, start: UInt64, end: UInt64, entry: UInt64 = 0,
        offset: UInt64 = 0, preferredBase: UInt64 = 0, path: [UInt8]
    ) {
        self.id = id
        self.containingID = containingID ?? id
        self.start = start
        self.end = end
        self.entry = entry
        self.offset = offset
        self.preferredBase = preferredBase
        self.path = path
    }

    /// Whether the row stands for the whole address space, as some recorders have one for what lies in
    /// no file. Its blocks are in no module.
    public var isAbsolute: Bool { start == 0 && end == .max }
}
