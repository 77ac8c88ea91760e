/// A kind of file that holds recordings. Each reader declares its own.
public struct TraceFormat: Equatable, Sendable {
    /// The format's name, a noun in lower case.
    public let name: String

    /// Makes a format of its name.
    public init(_ name: String) { self.name = name }
}

/// Reads files of one format.
public protocol TraceReader: SendableMetatype {
    /// The format that is read.
    static var format: TraceFormat { get }

    /// Whether the bytes begin as files of the format do, well or badly.
    static func recognises(_ bytes: Span<UInt8>) -> Bool

    /// All recordings of a file.
    ///
    /// - Parameter diagnose: Called for each thing that is damaged, in no particular order; the file is
    ///   used as far as it is sound.
    /// - Throws: ``ReadError`` if nothing can be read.
    static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void) throws(ReadError)
        -> [Recording]

    /// The recordings with what the file's name says of them.
    ///
    /// - Parameter fileName: without folders.
    static func completed(_ recordings: [Recording], fileName: [UInt8]) -> [Recording]
}

extension TraceReader {
    /// The recordings as they are: in most formats, the name says nothing.
    public static func completed(_ recordings: [Recording], fileName: [UInt8]) -> [Recording] {
        recordings
    }
}
