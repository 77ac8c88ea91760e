/// What becomes of what is probably not as it should be: it is said, or it is an error where everything has to be
/// right (`--strict`).
public struct Warnings: Sendable {
    /// Whether a warning is an error.
    let isStrict: Bool
    private let say: @Sendable (String) -> Void

    /// Makes a value for the kinds of warnings.
    public init(
        isStrict: Bool = false, say: @escaping @Sendable (String) -> Void = Diagnostics.warn
    ) {
        self.isStrict = isStrict
        self.say = say
    }

    /// The same as errors, where the condition is met.
    public func asErrors(if condition: Bool) -> Warnings {
        Warnings(isStrict: isStrict || condition, say: say)
    }

    /// Warns of data that are not what they should be.
    ///
    /// - Throws: ``Failure`` where everything has to be right.
    public func warn(_ message: String) throws(Failure) { try warn(Failure(.badData, message)) }

    /// Warns of what could also be the end of the command.
    ///
    /// - Throws: the failure where everything has to be right.
    public func warn(_ failure: Failure) throws(Failure) {
        if isStrict { throw failure }
        say(failure.message)
    }
}
