import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A replay beside a fuzzer: inputs are run as they come, and what was reached is told again and again.
public struct LiveReplay: Sendable {
    /// Seconds from one look at the corpus to the next, and from one result to the next.
    private static let interval = 1.0
    /// At most one part of so many is spent on looks and on results.
    private static let most = 10.0

    private let names: [String]
    private let results: ReplayResults
    private let seconds: Double?
    private let publish: @Sendable (CorpusReplay.Result) throws(Failure) -> Void

    /// - Parameters:
    ///   - names: of the corpus, as ``CorpusInputs`` takes them; they need not have an input yet.
    ///   - results: what is no input.
    ///   - limit: how long it goes on; without a limit, until the program is asked to end.
    ///   - publish: called with what was reached so far.
    /// - Throws: ``Failure`` where a name is not there, or a result would replace an input.
    public init(
        _ names: [String], without results: ReplayResults, for limit: TimeLimit,
        publish: @escaping @Sendable (CorpusReplay.Result) throws(Failure) -> Void
    ) throws(Failure) {
        for name in names {
            let path = name.hasPrefix("@") ? String(name.dropFirst()) : name
            guard FilePath.exists(path) else { throw Failure.reading(path, ENOENT) }
            if ArchiveReader.isArchive(path), FilePath.isRegular(path) {
                throw Failure(.usage, "\(path): --live does not watch archives: name the folder")
            }
            // It may have none yet.
            if let inputs = try? CorpusInputs([name]).inputs { try results.checkInputs(inputs) }
        }
        (self.names, self.results, self.publish) = (names, results, publish)
        seconds = limit.milliseconds.map { Double($0) / 1000 }
    }

    /// Adds inputs to a queue until the time is over, or there is another reason to end.
    ///
    /// - Parameter folder: has what is not for long; it can be below the corpus.
    /// - Throws: ``Failure`` where results cannot be written.
    func watch(
        _ queue: ReplayQueue, _ tally: ReplayTally, _ line: Progress.Line?, besides folder: String,
        isOver: () -> Bool
    ) throws(Failure) {
        let end = seconds.map { Progress.now() + $0 } ?? .infinity
        var corpus = LiveCorpus(names, without: results.with(folder: folder))
        var (toldCount, nextLook, nextResult) = (0, 0.0, 0.0)
        func hasEnded() -> Bool { Interruption.isAsked || isOver() || Progress.now() >= end }
        // What is there is run, however short the time is.
        repeat {
            let start = Progress.now()
            if start >= nextLook {
                queue.add(corpus.look())
                nextLook = LiveReplay.next(after: start)
                let found = tally.found
                line?(
                    """
                    Live: \(tally.endedCount) of \(queue.inputs.count) inputs, \(found.blocks) blocks, \
                    \(found.crashes) crashes
                    """)
            }
            let ended = tally.endedCount
            if start >= nextResult, ended != toldCount {
                var result = try tally.result()
                result.inputs = queue.inputs
                try publish(result)
                (toldCount, nextResult) = (ended, LiveReplay.next(after: start))
            }
            LiveReplay.pause()
        } while !hasEnded()
        line?(nil)
    }

    /// Waits a little.
    static func pause() { usleep(50_000) }

    private static func next(after start: Double) -> Double {
        let now = Progress.now()
        return now + max(interval - (now - start), (now - start) * most)
    }
}
