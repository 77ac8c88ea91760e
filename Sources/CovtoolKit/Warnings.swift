import Synchronization

/// Where the library says what people should know: it prints nothing itself. And what becomes of what is probably not
/// as it should be: it is said, or it is an error where everything has to be right (`--strict`).
public struct Warnings: Sendable {
    /// One message, a line.
    public enum Message: Hashable, Sendable {
        /// What there is to know.
        case note(String)
        /// What is probably not as it should be.
        case warning(String)
    }

    /// Whether a warning is an error.
    public let isStrict: Bool
    private let tell: @Sendable (Message) -> Void

    /// Messages go to `tell`, which any thread may call.
    public init(isStrict: Bool = false, tell: @escaping @Sendable (Message) -> Void) {
        self.isStrict = isStrict
        self.tell = tell
    }

    /// The same as errors, where the condition is met.
    public func asErrors(if condition: Bool) -> Warnings {
        Warnings(isStrict: isStrict || condition, tell: tell)
    }

    /// The same, where several works that follow one another could say the same: each message is said once.
    func sayingOnce() -> Warnings {
        let said = SaidMessages()
        let tell = tell
        return Warnings(isStrict: isStrict) { message in
            if said.isNew(message) { tell(message) }
        }
    }

    /// Says what there is to know.
    public func say(_ message: String) { tell(.note(message)) }

    /// Warns of data that are not what they should be.
    ///
    /// - Throws: ``Failure`` where everything has to be right.
    public func warn(_ message: String) throws(Failure) { try warn(Failure(.badData, message)) }

    /// Warns of what could also be the end of the command.
    ///
    /// - Throws: the failure where everything has to be right.
    public func warn(_ failure: Failure) throws(Failure) {
        if isStrict { throw failure }
        tell(.warning(failure.message))
    }

    /// Warns of what is no error, even where everything has to be right.
    public func warnAnyway(_ message: String) { tell(.warning(message)) }
}

/// The messages that were said already.
private final class SaidMessages: Sendable {
    private let messages = Mutex<Set<Warnings.Message>>([])

    func isNew(_ message: Warnings.Message) -> Bool {
        messages.withLock { $0.insert(message).inserted }
    }
}
