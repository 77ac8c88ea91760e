import DRCov

extension ReadError {
    /// The error as a sentence with its place.
    var text: String { "\(place.text): \(cause.text)" }
}

extension Place {
    /// The place as it stands before what is there.
    var text: String {
        switch self {
        case .line(let line): "line \(line)"
        case .byte(let offset): "byte \(offset)"
        }
    }
}

extension ReadError.Cause {
    var text: String {
        switch self {
        case .notDRCov: "not a drcov file: it does not begin with 'DRCOV VERSION:'"
        case .unknownVersion: "a drcov version other than 2 and 3"
        case .noFlavor: "no 'DRCOV FLAVOR:'"
        case .noModuleTable: "no 'Module Table:' with a count of rows"
        case .unknownTableVersion: "a module table version other than 1 to 5"
        case .badColumns: "no 'Columns:' line with id, start or base, end, and path last"
        }
    }
}
