public import Trace

/// Why a journal cannot be read.
public enum JournalFault: Problem {
    /// The file does not begin like a journal of a version that is known.
    case notAJournal
    /// The file, or its list of modules, ends before what it says is there.
    case cutShort
    /// A module ends before it begins.
    case badModule
    /// A block names a module that is not there.
    case unknownModule

    /// What is wrong, as a part of a sentence.
    public var text: String {
        switch self {
        case .notAJournal: "not a journal of a version that is known"
        case .cutShort: "the journal ends before all that it counts"
        case .badModule: "a module that ends before it begins"
        case .unknownModule: "a block names a module that is not in the journal"
        }
    }
}

extension ReadError {
    init(_ cause: JournalFault, at offset: Int) { self.init(cause: cause, position: .byte(offset)) }
}
