import Reports
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// How far a replay is: a line on a terminal, or lines of JSON for a program (Docs/run-progress.schema.json).
final class ReplayProgress: Sendable {
    private static let interval = 1.0

    private struct State {
        var done = 0
        /// Seconds from the start to the last line of JSON.
        var last = 0.0
    }

    private let total: Int
    private let shown: Progress
    private let line: (@Sendable (String) -> Void)?
    private let start = Progress.now()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - total: the number of inputs.
    ///   - line: takes each line of JSON, with its end; nil if they are not wanted. Then people are shown nothing.
    init(
        total: Int, shownBy shown: Progress.Line?, line: (@Sendable (String) -> Void)?
    ) {
        (self.total, self.line) = (total, line)
        self.shown = Progress("Running", total: total, line: line == nil ? shown : nil)
    }

    /// More inputs are done, and so many blocks and crashes were found by now.
    func advance(by count: Int, _ found: (blocks: Int, crashes: Int)) {
        shown.advance(
            by: count,
            "\(Amount.text(found.blocks, "block")), \(Amount.text(found.crashes, "crash", "crashes"))"
        )
        guard line != nil else { return }
        let seconds = Progress.now() - start
        let due: Int? = state.withLock { state in
            state.done += count
            guard seconds - state.last >= ReplayProgress.interval else { return nil }
            state.last = seconds
            return state.done
        }
        if let due { write(due, seconds, found) }
    }

    /// All inputs are done, or nobody wants the rest.
    func end(_ found: (blocks: Int, crashes: Int)) {
        shown.end()
        // Those at the end that are not run count too.
        let done = Interruption.isAsked ? state.withLock { $0.done } : total
        write(done, Progress.now() - start, found)
    }

    private func write(_ done: Int, _ seconds: Double, _ found: (blocks: Int, crashes: Int)) {
        guard let line else { return }
        let left = done > 0 ? seconds / Double(done) * Double(total - done) : nil
        var json = JSONWriter()
        json.member("done", done)
        json.member("total", total)
        json.member("rate", digits: Progress.rate(done, in: seconds))
        json.member("secondsLeft", left.map { Int($0.rounded(.up)) })
        json.member("blocks", found.blocks)
        json.member("crashes", found.crashes)
        var text = ""
        json.endLine(to: &text)
        line(text)
    }
}
