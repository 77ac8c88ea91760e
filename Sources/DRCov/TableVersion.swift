/// The module tables that can be written, by their columns on Unix; a table of version 1 can only be
/// read.
public enum TableVersion: Int, CaseIterable, Sendable {
    /// `id, base, end, entry, path`
    case two = 2
    /// `id, containing_id, start, end, entry, path`
    case three = 3
    /// `id, containing_id, start, end, entry, offset, path`
    case four = 4
    /// `id, containing_id, start, end, entry, offset, preferred_base, path`
    case five = 5

    /// The names of the columns before the checksum and the path, as they stand in the file.
    var columns: StaticString {
        switch self {
        case .two: "id, base, end, entry"
        case .three: "id, containing_id, start, end, entry"
        case .four: "id, containing_id, start, end, entry, offset"
        case .five: "id, containing_id, start, end, entry, offset, preferred_base"
        }
    }
}
