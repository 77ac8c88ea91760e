#if canImport(Glibc)
    import Glibc
#endif

/// A program that is run to its end, and not a guest.
public enum ProgramRun {
    /// The longest that a program is given which is asked what it is, in milliseconds: so much that a busy machine can
    /// answer.
    public static let longestAnswer = 10_000

    /// What a program has written.
    public struct Output: Sendable {
        /// How it ended.
        public var end: End
        /// All that it wrote to standard output.
        public var bytes: [UInt8] = []
        /// What it wrote first to standard error.
        public var errors: [UInt8] = []

        /// The first line of standard output; nil where that is empty.
        public var firstLine: String? {
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
            return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
        }
    }

    /// More than anybody wants to read of what a program complains about.
    private static let mostErrors = 1 << 16

    /// Runs it to its end, with nothing to read; nil where it cannot be run.
    ///
    /// - Parameter milliseconds: how long it may take; then it is ended with all that it has started. Without, there is no
    ///   limit.
    public static func output(of words: [String], within milliseconds: Int? = nil) -> Output? {
        let deadline = milliseconds.map { Watch.nanoseconds() + UInt64($0) * 1_000_000 }
        let nowhere = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nowhere) }
        guard let results = try? ChildProcess.pipe() else { return nil }
        guard let errors = try? ChildProcess.pipe() else {
            for end in [results.reading, results.writing] { close(end) }
            return nil
        }
        let process = try? ChildProcess(
            words, descriptors: [(nowhere, 0), (results.writing, 1), (errors.writing, 2)])
        for end in [results.writing, errors.writing] { close(end) }
        defer { for end in [results.reading, errors.reading] { close(end) } }
        guard let process else { return nil }
        var output = Output(end: .done(status: 0))
        var ends = [results, errors].map {
            pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0)
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while ends.contains(where: { $0.fd >= 0 }) {
            let left = deadline.map { $0 - min($0, Watch.nanoseconds()) }
            guard left != 0 else { break }
            let wait = left.map { Int32($0 / 1_000_000) + 1 } ?? -1
            guard unsafe poll(&ends, nfds_t(ends.count), wait) >= 0 || errno == EINTR else { break }
            for place in ends.indices where ends[place].fd >= 0 && ends[place].revents != 0 {
                ends[place].revents = 0
                let count = unsafe read(ends[place].fd, &chunk, chunk.count)
                if count > 0, place == 0 {
                    output.bytes += chunk[..<count]
                } else if count > 0 {
                    output.errors += chunk[..<min(count, mostErrors - output.errors.count)]
                } else if count == 0 || errno != EINTR {
                    // Not looked at any more.
                    ends[place].fd = -1
                }
            }
        }
        output.end = end(of: process, by: deadline)
        return output
    }

    private static func end(of process: ChildProcess, by deadline: UInt64?) -> End {
        guard let deadline else { return End(waitStatus: process.awaitEnd()) }
        while true {
            if let status = process.end() {
                ProcessGroup.kill(process.number)
                return End(waitStatus: status)
            }
            guard Watch.nanoseconds() < deadline else {
                process.kill()
                return .timedOut
            }
            usleep(1000)
        }
    }
}
