/// Why runs cannot be brought together. A source is the number that the run's file was added with.
public enum MergeError: Error, Equatable, Sendable {
    /// Runs loaded files of one path but of different sizes in memory, given in bytes, or of
    /// different build-ids.
    case differentModules(
        path: String, size: UInt64, source: Int, other: UInt64, otherSource: Int)
    /// Runs loaded files of one path and size, but with segments that lie elsewhere.
    case differentSegments(path: String, source: Int, otherSource: Int)
    /// More than 65,533 modules.
    case tooManyModules
    /// A file that was read a second time has other blocks than before.
    case changed(source: Int)
}

/// Why coverage cannot be written as drcov.
public enum ExportError: Error, Equatable, Sendable {
    /// A block lies 4 GiB or more above the start of its module's last row, which an entry cannot
    /// express.
    case offsetTooLarge(path: String, offset: UInt64)
    /// More rows than the 65,535 that an entry can name.
    case tooManyModules(Int)
}
