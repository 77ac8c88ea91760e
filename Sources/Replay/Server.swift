import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A QEMU that forks for each input, by AFL's protocol (Docs/fork-server.md).
final class Server {
    private static let requests: Int32 = 198
    private static let answers: Int32 = 199
    /// What the program may take until it is at the fork, in milliseconds.
    private static let longestStart = 60_000
    /// How often it is looked whether a start, or a run, is over its limits.
    private static let interval = 10
    /// What the server may take for a fork.
    private static let longestFork = 10_000

    private let process: ChildProcess
    private let requests: Int32
    private let answers: Int32
    /// Where it records, for as long as it is there.
    let journal: String
    private let trace: String

    /// - Parameters:
    ///   - trace: where its trace would go.
    ///   - isOver: whether the start is to be given up.
    init(
        _ words: [String], trace: String, input: Int32, output: Int32, messages: Int32,
        isOver: () -> Bool
    ) throws(SystemError) {
        let (itsRequests, requests) = try ChildProcess.pipe()
        let (answers, itsAnswers) = try ChildProcess.pipe()
        (self.requests, self.answers) = (requests, answers)
        do throws(SystemError) {
            // Not kept open here, or the server's end would not show.
            defer {
                close(itsRequests)
                close(itsAnswers)
            }
            process = try ChildProcess(
                words,
                descriptors: [
                    (input, 0), (output, 1), (messages, 2), (itsRequests, Server.requests),
                    (itsAnswers, Server.answers),
                ])
        } catch {
            close(requests)
            close(answers)
            throw error
        }
        // By the name that libcov.so gives it (Docs/recording.md).
        self.trace = trace
        journal = "\(trace).\(process.number).journal"
        for _ in 0..<Server.longestStart / Server.interval {
            if try answer(within: Server.interval) != nil { return }
            if isOver() { throw SystemError(number: EINTR) }
        }
        throw SystemError(number: ETIMEDOUT)
    }

    deinit {
        process.kill()
        close(requests)
        close(answers)
        // What it has recorded is no run's.
        unsafe unlink(PathText.cString(journal))
        unsafe unlink(PathText.cString(trace))
    }

    /// The error where it has ended: the system tells the end of its pipe some time before how it ended.
    private func endedError() -> SystemError {
        for _ in 0..<1000 {
            if let status = process.end() {
                return SystemError(number: ESRCH, isFromOutside: End(waitStatus: status).isKill)
            }
            usleep(1000)
        }
        return SystemError(number: ESRCH)
    }

    var hasJournal: Bool { unsafe access(PathText.cString(journal), R_OK) == 0 }

    /// A run on what is in the input's file now.
    func run(_ watch: Watch) throws(SystemError) -> EndedRun {
        var watch = watch
        var request: Int32 = 0
        guard Server.write(&request, to: requests) else { throw endedError() }
        guard let child = try answer(within: Server.longestFork) else {
            throw SystemError(number: ESRCH)
        }
        // Also where the server has ended, and its child with it: it is gone before its traces are looked for.
        defer { ProcessGroup.kill(child) }
        while true {
            if let status = try answer(within: Server.interval) {
                return EndedRun(end: End(waitStatus: status), milliseconds: watch.milliseconds)
            }
            if let excess = watch.excess(of: child) {
                ProcessGroup.kill(child)
                guard try answer(within: Server.longestFork) != nil else {
                    throw SystemError(number: ESRCH)
                }
                return EndedRun(end: excess, milliseconds: watch.milliseconds)
            }
        }
    }

    /// Writes four bytes; false where nobody reads them any more.
    private static func write(_ request: inout Int32, to descriptor: Int32) -> Bool {
        BrokenPipe.withoutSignal { unsafe Glibc.write(descriptor, &request, 4) } == 4
    }

    /// The next answer; nil where none comes in so many milliseconds.
    ///
    /// - Throws: ``SystemError`` where the server has ended.
    private func answer(within milliseconds: Int) throws(SystemError) -> Int32? {
        var wanted = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
        var ready: Int32
        repeat {
            ready = unsafe poll(&wanted, 1, Int32(milliseconds))
        } while ready < 0 && errno == EINTR
        if ready == 0 { return nil }
        var answer: Int32 = 0
        guard unsafe read(answers, &answer, 4) == 4 else { throw endedError() }
        return answer
    }
}
