/// How a run on an input ended.
public enum End: Equatable, Sendable {
    /// The program has ended itself, with this exit status.
    case done(status: Int32)
    /// A signal has ended it, by its number.
    case crashed(signal: Int32)
    /// It took longer than it may, and was killed.
    case timedOut
    /// It took more memory than it may, and was killed.
    case outOfMemory
    /// It was not run; a line says why.
    case notRun(String)
}

/// What a run may take at most.
public struct Limits: Sendable {
    /// Milliseconds from its start to its end; nil for no limit.
    public var milliseconds: Int?
    /// Bytes of memory that are in use, QEMU's own among them; nil for no limit.
    public var bytes: Int?

    /// Makes limits.
    public init(milliseconds: Int? = nil, bytes: Int? = nil) {
        (self.milliseconds, self.bytes) = (milliseconds, bytes)
    }
}

/// A run that is over.
public struct EndedRun: Sendable {
    /// How it ended.
    public var end: End
    /// How long it took.
    public var milliseconds: Int

    /// Makes a run that is over.
    public init(end: End, milliseconds: Int) { (self.end, self.milliseconds) = (end, milliseconds) }
}
