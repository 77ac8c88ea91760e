/// What is wrong with a value that stands on the command line or in a configuration file.
public struct InvalidValue: Error {
    /// One line.
    public var message: String

    init(_ message: String) { self.message = message }
}
