/// Why a dump cannot be added to what is there.
public enum MergeError: Error, Equatable, Sendable {
    /// Two runs loaded files of one name but of different sizes in memory, given in bytes.
    case differentModules(path: String, size: UInt64, other: UInt64)
}

/// Why coverage cannot be written as drcov.
public enum ExportError: Error, Equatable, Sendable {
    /// A block lies 4 GiB or more above its module's base, which an entry cannot express.
    case offsetTooLarge(path: String, offset: UInt64)
    /// More modules than the 65,535 that an entry can name.
    case tooManyModules(Int)
}
