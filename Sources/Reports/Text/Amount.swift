/// A number of things, as people read it.
public enum Amount {
    /// `1 module`, `2 modules`.
    ///
    /// - Parameters:
    ///   - one: the word for one of them.
    ///   - many: the word for any other number; nil for `one` with an s.
    public static func text(_ count: some BinaryInteger, _ one: String, _ many: String? = nil)
        -> String
    {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
}
