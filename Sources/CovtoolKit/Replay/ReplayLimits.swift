/// How long a run may take.
public struct TimeLimit: Sendable {
    /// Nil for no limit.
    public let milliseconds: Int?

    /// A limit.
    public init(milliseconds: Int?) { self.milliseconds = milliseconds }

    /// As a user gives it: `1000`, `1000ms`, `5s`, `0.5s`, `none`.
    ///
    /// - Throws: ``InvalidValue``.
    public init(text: String) throws(InvalidValue) {
        guard text != "none" else {
            milliseconds = nil
            return
        }
        let number =
            text.hasSuffix("ms")
            ? TimeLimit.number(text.dropLast(2), decimals: 0)
            : text.hasSuffix("s")
                ? TimeLimit.number(text.dropLast(), decimals: 3)
                : TimeLimit.number(text[...], decimals: 0)
        guard let number, number > 0 else {
            throw InvalidValue(
                "'\(text)' is not a time: write milliseconds from 1 on, seconds as 5s or 0.5s, or none"
            )
        }
        milliseconds = number
    }

    /// A number below 2³¹ with so many digits behind its point at most, times ten for each that it can have.
    private static func number(_ text: Substring, decimals: Int) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : ""
        guard !parts[0].isEmpty, parts.count == 1 || !fraction.isEmpty,
            fraction.utf8.count <= decimals,
            parts.joined().utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let units = Int(parts[0]), units < 1 << 31
        else { return nil }
        let padding = String(repeating: "0", count: decimals - fraction.utf8.count)
        return Int(parts[0] + fraction + padding)
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
