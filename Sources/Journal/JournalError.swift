/// Why a journal cannot be read; places are byte offsets.
public enum JournalError: Error, Equatable, Sendable {
    /// The file does not begin like a journal of a version that is known.
    case notAJournal
    /// The file, or its list of modules, ends before what it says is there.
    case cutShort(at: Int)
    /// A module ends before it begins.
    case badModule(at: Int)
    /// A block names a module that is not there.
    case unknownModule(at: Int)
}
