#if canImport(Glibc)
    import Glibc
#endif

/// Looks again and again which inputs a corpus has that it had not.
struct LiveCorpus {
    /// What tells a file from what it was before.
    private struct Stamp: Equatable {
        var number: ino_t
        var size, seconds, nanoseconds: Int

        /// Nil where there is no file.
        init?(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            (number, size) = (status.st_ino, Int(status.st_size))
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    private let names: [String]
    private var taken: [String: Stamp] = [:]
    /// Those that were new when they were looked at last.
    private var pending: [String: Stamp] = [:]

    /// - Parameter names: files, folders and lists, as ``CorpusInputs`` takes them.
    init(_ names: [String]) { self.names = names }

    /// The inputs that are new, or have changed, and that have not changed any more since the last look: a fuzzer may
    /// write them piece by piece.
    mutating func look() -> [ReplayInput] {
        var found: [ReplayInput] = []
        var next: [String: Stamp] = [:]
        for name in names {
            // It may have none yet.
            guard let inputs = try? CorpusInputs([name]).inputs else { continue }
            for input in inputs {
                guard let stamp = Stamp(input.name), taken[input.name] != stamp else { continue }
                if pending[input.name] == stamp {
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
