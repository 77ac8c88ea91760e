/// How long a run may take.
public struct TimeLimit: Sendable {
    /// Nil for no limit.
    public let milliseconds: Int?

    /// A limit.
    public init(milliseconds: Int?) { self.milliseconds = milliseconds }

    /// As a user gives it: `1000`, `1000ms`, `5s`, `none`.
    ///
    /// - Throws: ``InvalidValue``.
    public init(text: String) throws(InvalidValue) {
        guard text != "none" else {
            milliseconds = nil
            return
        }
        let (digits, factor) =
            text.hasSuffix("ms")
            ? (text.dropLast(2), 1) : text.hasSuffix("s") ? (text.dropLast(), 1000) : (text[...], 1)
        guard let number = Int(digits), number > 0, number < 1 << 31 else {
            throw InvalidValue(
                "'\(text)' is not a time: write milliseconds from 1 on, seconds as 5s, or none")
        }
        milliseconds = number * factor
    }
}

/// How much memory a run may use.
public struct MemoryLimit: Sendable {
    /// Nil for no limit.
    public let bytes: Int?

    /// A limit.
    public init(bytes: Int?) { self.bytes = bytes }

    /// As a user gives it: MiB, or `none`.
    ///
    /// - Throws: ``InvalidValue``.
    public init(text: String) throws(InvalidValue) {
        guard text != "none" else {
            bytes = nil
            return
        }
        guard let number = Int(text), number > 0, number < 1 << 31 else {
            throw InvalidValue("'\(text)' is not a size: write MiB from 1 on, or none")
        }
        bytes = number << 20
    }
}
