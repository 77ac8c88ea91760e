public import Trace

/// Why nothing of a file can be read as drcov.
public enum DRCovFault: Problem {
    /// The first line is not `DRCOV VERSION: …`.
    case notDRCov
    /// A format version other than 2 and 3.
    case unknownVersion
    /// No line `DRCOV FLAVOR: …` where it belongs.
    case noFlavor
    /// No line `Module Table: …` where it belongs, or one that says no count.
    case noModuleTable
    /// A module table version other than 1 to 5.
    case unknownTableVersion
    /// A line `Columns: …` without the columns that the table needs, or none where the file ends.
    case badColumns

    /// What is wrong, as a part of a sentence.
    public var text: String {
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

extension ReadError {
    init(_ cause: DRCovFault, at position: FilePosition) {
        self.init(cause: cause, position: position)
    }
}
