#if canImport(Glibc)
    import Glibc
#endif

/// A program that is run to its end, and not a guest.
public enum ProgramRun {
    /// Whether it ends with status 0; what it writes is not seen.
    public static func succeeds(_ words: [String]) -> Bool {
        let nowhere = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nowhere) }
        let process = try? ChildProcess(
            words, descriptors: [(nowhere, 0), (nowhere, 1), (nowhere, 2)])
        return process?.awaitEnd() == 0
    }

    /// The first line that it writes to standard output; nil where it cannot be run, or writes nothing.
    public static func firstLine(_ words: [String]) -> String? {
        let line = output(of: words)?.bytes.prefix { $0 != UInt8(ascii: "\n") } ?? []
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// What a program has written.
    public struct Output: Sendable {
        /// How it ended.
        public var end: End
        /// All that it wrote to standard output.
        public var bytes: [UInt8] = []
        /// What it wrote first to standard error.
        public var errors: [UInt8] = []
    }

    /// More than anybody wants to read of what a program complains about.
    private static let mostErrors = 1 << 16

    /// Runs it to its end, with nothing to read; nil where it cannot be run.
    public static func output(of words: [String]) -> Output? {
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
            guard unsafe poll(&ends, nfds_t(ends.count), -1) >= 0 || errno == EINTR else { break }
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
        output.end = End(waitStatus: process.awaitEnd())
        return output
    }
}
