import Replay

/// The inputs that a user has named.
public struct CorpusInputs {
    /// Their paths; one that has nothing in it where none was named.
    public let paths: [String]

    /// Looks at files and folders, and at the lists that `@FILE` names.
    ///
    /// - Throws: ``Failure`` where one is not there, or has no input.
    public init(_ names: [String]) throws(Failure) {
        guard !names.isEmpty else {
            paths = ["/dev/null"]
            return
        }
        var all: [String] = []
        for name in names {
            all += name.hasPrefix("@") ? try TraceInputs.list(String(name.dropFirst())) : [name]
        }
        do throws(Corpus.Failure) {
            paths = try Corpus(all).paths
        } catch {
            guard let number = error.errno else {
                throw Failure(.missingInput, "\(error.path): no input is in this folder")
            }
            throw Failure.reading(error.path, number)
        }
    }
}
