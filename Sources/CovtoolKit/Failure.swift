#if canImport(Glibc)
    import Glibc
#endif

/// Why a command ends without its result.
public struct Failure: Error {
    /// The exit status, after sysexits.h; wrong usage is mostly the argument parser's.
    public enum Status: Int32, Sendable {
        case usage = 64
        case badData = 65
        case missingInput = 66
        case inputOutput = 74
    }

    /// The exit status.
    public var status: Status
    /// One line.
    public var message: String
    /// A line that follows it.
    public var hint: String?

    /// Makes a failure.
    public init(_ status: Status, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// The system's words for an error number.
    static func text(ofError number: Int32) -> String { unsafe String(cString: strerror(number)) }
}

/// What is wrong with a value that stands on the command line or in a configuration file.
public struct InvalidValue: Error {
    /// One line.
    public var message: String

    init(_ message: String) { self.message = message }
}
