import Coverage

/// Folders whose source files are the same, `FROM,TO` in llvm-cov's words.
public struct PathEquivalence: Sendable {
    /// The option's value.
    public let text: String
    let mapping: PathMapping

    /// Reads the option's value.
    public init(_ argument: String) throws(InvalidValue) {
        text = argument
        let given = try PathMapping(pair: argument)
        // '.' becomes the empty path.
        mapping = PathMapping(
            from: SourcePath.normalised(given.from), to: SourcePath.normalised(given.to))
    }
}

extension PathMapping {
    /// Reads `FROM,TO`.
    public init(pair: String) throws(InvalidValue) {
        let parts = pair.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw InvalidValue("use FROM,TO: two paths with one comma between them")
        }
        self.init(from: String(parts[0]), to: String(parts[1]))
    }
}
