/// Why a file could not be read as drcov, and where in it.
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
        /// No line `Columns: …`, or one without the columns that the table needs.
        case badColumns
        /// The file ends within the module table.
        case moduleTableCutShort
        /// A row of the module table with too few fields or a field that is no number.
        case badRow
        /// No line `BB Table: … bbs` where it belongs.
        case noBlockTable
        /// The file ends before as many blocks as the table says; `found` are there.
        case blocksCutShort(expected: Int, found: Int)
        /// A line of a text block table that is no block.
        case badBlock
        /// Something that is no further dump stands behind the blocks.
        case unknownTail
    }

    /// Where in the file.
    public enum Place: Equatable, Sendable {
        /// A line, counted from 1.
        case line(Int)
        /// A byte, counted from 0.
        case byte(Int)
    }

    /// What is wrong.
    public var cause: Cause
    /// Where in the file.
    public var place: Place
}
