import CProcess
import Synchronization
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A process of ours, the first of its group.
struct ChildProcess {
    let number: pid_t

    /// Held while descriptors are made that no other process may inherit, and while one is started. Has those that were
    /// started, and not yet waited for.
    private static let started = Mutex<Set<pid_t>>([])

    /// Starts a program, found by its path. It ends with the thread that has started it.
    ///
    /// - Parameters:
    ///   - descriptors: which of our descriptors it has under which numbers; it has no others.
    /// - Throws: ``SystemError``.
    init(_ words: [String], descriptors: [(own: Int32, its: Int32)]) throws(SystemError) {
        var arguments = unsafe words.map { unsafe strdup(PathText.cString($0)) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pairs = descriptors.map { ($0.own, $0.its) }
        let number = ChildProcess.started.withLock { started in
            let number = unsafe process_start(&arguments, &pairs, pairs.count)
            if number > 0 { started.insert(number) }
            return number
        }
        guard number > 0 else { throw SystemError(number: -number) }
        self.number = number
    }

    /// Two ends of a pipe that no process inherits but by `descriptors`.
    static func pipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        let result = ChildProcess.started.withLock { _ in
            guard unsafe Glibc.pipe(&ends) == 0 else { return errno }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return 0
        }
        guard result == 0 else { throw SystemError(number: result) }
        return (ends[0], ends[1])
    }

    /// How it ended; nil while it has not.
    func end() -> Int32? {
        var status: Int32 = 0
        while true {
            let result = unsafe waitpid(number, &status, WNOHANG)
            if result < 0, errno == EINTR { continue }
            if result == 0 { return nil }
            forget()
            return result < 0 ? 0 : status
        }
    }

    /// Ends it with its group, and waits until all are gone.
    ///
    /// It is waited for first: until then it is a member of its group, though it is dead.
    func kill() {
        _ = Glibc.kill(-number, SIGKILL)
        awaitEnd()
        ProcessGroup.kill(number)
    }

    /// Waits for its end.
    @discardableResult
    func awaitEnd() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
        forget()
        return status
    }

    private func forget() { ChildProcess.started.withLock { _ = $0.remove(number) } }

    /// Calls `body` with those of the processes that are not started by us; none is started meanwhile.
    static func withOthers(of processes: () -> [pid_t], _ body: (pid_t) -> Void) {
        started.withLock { started in
            for process in processes() where !started.contains(process) { body(process) }
        }
    }
}

/// A call to the system that failed.
struct SystemError: Error {
    let number: Int32
    /// Whether it failed because somebody else has killed a process of ours.
    var isFromOutside = false

    var text: String { unsafe String(cString: strerror(number)) }
}

/// All that a process has started and that has not left its group.
enum ProcessGroup {
    /// Ends them, and waits until they are gone, for a second at most. The process itself is somebody else's to wait
    /// for, or was waited for.
    static func kill(_ number: pid_t) {
        guard Glibc.kill(-number, SIGKILL) == 0 else { return }
        for _ in 0..<1000 {
            // Those whose parents have ended are ours to wait for.
            while waitpid(-number, nil, WNOHANG) > 0 {}
            guard Glibc.kill(-number, 0) == 0 else { return }
            usleep(1000)
        }
    }
}

extension End {
    /// Whether it is that of a process that was killed, and not because of its limits.
    var isKill: Bool { self == .crashed(signal: SIGKILL) }

    /// What `waitpid` says.
    init(waitStatus status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .done(status: status >> 8 & 0xFF) : .crashed(signal: signal)
    }
}
