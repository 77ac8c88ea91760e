/// The module tables that can be written, by their columns on Unix; a table of version 1 can only be
/// read.
public enum TableVersion: Int, Sendable {
    /// `id, base, end, entry, path`
    case two = 2
    /// `id, containing_id, start, end, entry, path`
    case three = 3
    /// `id, containing_id, start, end, entry, offset, path`
    case four = 4
    /// `id, containing_id, start, end, entry, offset, preferred_base, path`
    case five = 5

    /// The columns' names, as they stand in the file.
    var columns: StaticString {
        switch self {
        case .two: "id, base, end, entry, path"
        case .three: "id, containing_id, start, end, entry, path"
        case .four: "id, containing_id, start, end, entry, offset, path"
        case .five: "id, containing_id, start, end, entry, offset, preferred_base, path"
        }
    }
}
