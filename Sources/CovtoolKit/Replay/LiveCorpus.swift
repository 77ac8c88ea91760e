/// Looks again and again which inputs a corpus has that it had not.
struct LiveCorpus {
    /// A file that nobody has written to for so many seconds is not being written.
    private static let quietSeconds = 1

    private let names: [String]
    private let results: ReplayResults
    private var taken: [String: FileVersion] = [:]
    /// Those that were new when they were looked at last.
    private var pending: [String: FileVersion] = [:]

    /// - Parameters:
    ///   - names: files, folders and lists, as ``CorpusInputs`` takes them.
    ///   - results: what is no input.
    init(_ names: [String], without results: ReplayResults) {
        (self.names, self.results) = (names, results)
    }

    /// The inputs that are new, or have changed, and that have not changed any more for a while, or since the last look:
    /// a fuzzer may write them piece by piece, and its machine's clock need not be this one's.
    mutating func look() -> [ReplayInput] {
        var found: [ReplayInput] = []
        var next: [String: FileVersion] = [:]
        for name in names {
            // It may have none yet.
            guard let inputs = try? CorpusInputs([name]).inputs else { continue }
            for input in results.left(of: inputs) {
                guard let stamp = FileVersion(input.name), taken[input.name] != stamp else {
                    continue
                }
                if stamp.isOlder(than: LiveCorpus.quietSeconds) || pending[input.name] == stamp {
                    taken[input.name] = stamp
                    found.append(input)
                } else {
                    next[input.name] = stamp
                }
            }
        }
        pending = next
        return found
    }
}
