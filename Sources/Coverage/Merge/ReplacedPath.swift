import Trace

/// The name of a module whose file was replaced by another build while the program ran, as libcov.so
/// writes it (`ReplacedModule`).
public struct ReplacedPath: Equatable, Sendable {
    /// The path at which another file is now.
    public let path: String
    /// What tells the build that ran; empty where it has no build-id.
    public let buildID: [UInt8]

    /// Nil where the module's path is a path like any other.
    public init?(_ name: String) {
        guard name.last == ")", let start = name.lastIndex(of: "(") else { return nil }
        let words = name[name.index(after: start)...].dropLast().split(
            separator: " ", omittingEmptySubsequences: false)
        guard words.first == "replaced", words.count <= 2, name[..<start].last == " " else {
            return nil
        }
        path = String(name[..<start].dropLast())
        guard words.count == 2, words[1].first != "#" else {
            buildID = []
            return
        }
        let digits = words[1].utf8.map { $0.digit ?? 16 }
        guard digits.count % 2 == 0, digits.allSatisfy({ $0 < 16 }) else { return nil }
        buildID = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
