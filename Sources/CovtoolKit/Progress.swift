import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// How far long work is, said in a line, but not where it is done at once.
public final class Progress: Sendable {
    /// Shows a line in place of the one before; nil takes it away. Any thread may call it.
    public typealias Line = @Sendable (String?) -> Void

    private static let firstAfter = 0.5
    private static let interval = 0.1

    private let task: String
    private let total: Int
    private let start = Progress.now()
    private let line: Line?
    private let done = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let last = Mutex(0.0)

    /// - Parameters:
    ///   - task: what is done, such as `Merging`.
    ///   - total: the number of files.
    ///   - line: shows it; nil if nobody looks.
    init(_ task: String, total: Int, line: Line?) {
        (self.task, self.total, self.line) = (task, total, line)
    }

    /// One more file, of so many bytes, is done.
    func advance(bytes count: Int) {
        let bytes = self.bytes.wrappingAdd(count, ordering: .relaxed).newValue
        advance(by: 1) { seconds, _ in "files, \(Int(Double(bytes) / seconds / 1e6)) MB/s" }
    }

    /// More inputs are done.
    ///
    /// - Parameter found: what there is to be said of all.
    func advance(by count: Int, _ found: @autoclosure () -> String) {
        advance(by: count) { seconds, done in
            "inputs, \(Progress.rate(done, in: seconds))/s, \(found())"
        }
    }

    /// How many things a second there were, with one decimal place.
    static func rate(_ count: Int, in seconds: Double) -> String {
        let tenths = seconds > 0 ? Int((Double(count) / seconds * 10).rounded()) : 0
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func advance(by count: Int, _ text: (_ seconds: Double, _ done: Int) -> String) {
        let done = self.done.wrappingAdd(count, ordering: .relaxed).newValue
        guard let line else { return }
        let seconds = Progress.now() - start
        guard seconds > Progress.firstAfter else { return }
        let isDue = last.withLock { last in
            guard seconds - last >= Progress.interval else { return false }
            last = seconds
            return true
        }
        guard isDue else { return }
        let rest = Int((seconds / Double(done) * Double(total - done)).rounded(.up))
        line("\(task) \(done) of \(total) \(text(seconds, done)), \(rest) s left")
    }

    /// Takes the line away.
    func end() {
        if last.withLock({ $0 > 0 }) { line?(nil) }
    }

    /// Seconds of a clock that only goes forward.
    static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
