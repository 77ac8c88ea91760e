import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A line that says how far long work is: on a terminal alone, and not where it is done at once.
final class Progress: Sendable {
    private static let firstAfter = 0.5
    private static let interval = 0.1

    private let task: String
    private let total: Int
    private let start = Progress.now()
    private let isShown: Bool
    private let done = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let last = Mutex(0.0)

    /// - Parameters:
    ///   - task: what is done, such as `Merging`.
    ///   - total: the number of files.
    init(_ task: String, total: Int) {
        (self.task, self.total) = (task, total)
        let terminal = unsafe getenv("TERM").map { unsafe String(cString: $0) }
        isShown = isatty(STDERR_FILENO) == 1 && terminal != nil && terminal != "dumb"
    }

    /// One more file, of so many bytes, is done.
    func advance(bytes count: Int) {
        let done = self.done.wrappingAdd(1, ordering: .relaxed).newValue
        let bytes = self.bytes.wrappingAdd(count, ordering: .relaxed).newValue
        guard isShown else { return }
        let seconds = Progress.now() - start
        guard seconds > Progress.firstAfter else { return }
        let isDue = last.withLock { last in
            guard seconds - last >= Progress.interval else { return false }
            last = seconds
            return true
        }
        guard isDue else { return }
        let rest = Int((seconds / Double(done) * Double(total - done)).rounded(.up))
        let rate = Int(Double(bytes) / seconds / 1e6)
        Progress.write("\r\u{1B}[K\(task) \(done) of \(total) files, \(rate) MB/s, \(rest) s left")
    }

    /// Takes the line away.
    func end() {
        if last.withLock({ $0 > 0 }) { Progress.write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
        }
    }

    private static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
