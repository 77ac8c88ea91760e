import Replay

/// How the runs on the inputs of a corpus ended, by the inputs' numbers.
struct EndedRuns: Sendable {
    private struct Entry {
        /// Nil where it has not ended; of those that could not be run, why stands in ``reasons``.
        var ending: EndCode?
        var value: Int32 = 0
        var milliseconds: UInt32 = 0
    }

    private var entries: [Entry] = []
    private var reasons: [Int: String] = [:]
    /// How many have ended.
    private(set) var count = 0

    /// The inputs that have ended, in their order.
    var inputs: some Collection<Int> { entries.indices.lazy.filter { entries[$0].ending != nil } }

    /// Nil where it has not ended.
    subscript(input: Int) -> EndedRun? {
        guard entries.indices.contains(input), let ending = entries[input].ending else {
            return nil
        }
        let end = ending.end(entries[input].value) ?? .notRun(reasons[input] ?? "")
        return EndedRun(end: end, milliseconds: Int(entries[input].milliseconds))
    }

    /// Says how an input's run ended, or that another of its runs ended otherwise.
    mutating func set(_ run: EndedRun, of input: Int) {
        while entries.count <= input { entries.append(Entry()) }
        if entries[input].ending == nil { count += 1 }
        reasons[input] = nil
        let (ending, value) = EndCode.of(run.end)
        if case .notRun(let reason) = run.end { reasons[input] = reason }
        entries[input] = Entry(
            ending: ending, value: value, milliseconds: UInt32(clamping: run.milliseconds))
    }
}
