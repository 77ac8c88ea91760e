/// Why nothing of a file could be read as drcov, and where in it.
public struct ReadError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Cause: Equatable, Sendable {
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
    }

    /// What is wrong.
    public var cause: Cause
    /// Where in the file.
    public var place: Place
}
