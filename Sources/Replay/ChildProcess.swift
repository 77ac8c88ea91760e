import CProcess
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A process of ours, the first of its group.
struct ChildProcess {
    let number: pid_t

    /// Held while descriptors are made that no other process may inherit, and while one is started.
    private static let starting = Mutex(())

    /// Starts a program, found by its path. It ends with the thread that has started it.
    ///
    /// - Parameters:
    ///   - descriptors: which of our descriptors it has under which numbers; it has no others.
    /// - Throws: ``SystemError``.
    init(_ words: [String], descriptors: [(own: Int32, its: Int32)]) throws(SystemError) {
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pairs = descriptors.map { ($0.own, $0.its) }
        let number = ChildProcess.starting.withLock { _ in
            unsafe process_start(&arguments, &pairs, pairs.count)
        }
        guard number > 0 else { throw SystemError(number: -number) }
        self.number = number
    }

    /// Two ends of a pipe that no process inherits but by `descriptors`.
    static func pipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        let result = ChildProcess.starting.withLock { _ in
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
            if result == number { return status }
            if result < 0, errno == EINTR { continue }
            return result < 0 ? 0 : nil
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
        return status
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
        for _ in 0..<1000 where Glibc.kill(-number, 0) == 0 { usleep(1000) }
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

/// Watches a run, and says when it is over its limits.
struct Watch {
    private static let memoryInterval: UInt64 = 20_000_000

    private let limits: Limits
    private let isOver: @Sendable () -> Bool
    private let start = Watch.nanoseconds()
    private var lastLook: UInt64 = 0

    init(_ limits: Limits, _ isOver: @escaping @Sendable () -> Bool) {
        (self.limits, self.isOver) = (limits, isOver)
    }

    /// Milliseconds since the start.
    var milliseconds: Int { Int((Watch.nanoseconds() - start) / 1_000_000) }

    /// What the limits are exceeded by, of the process with a number; nil where they are not.
    mutating func excess(of process: pid_t) -> End? {
        if isOver() { return .notRun("interrupted") }
        if let most = limits.milliseconds, milliseconds >= most { return .timedOut }
        let now = Watch.nanoseconds()
        guard let most = limits.bytes, now - lastLook > Watch.memoryInterval else { return nil }
        lastLook = now
        return Watch.memory(of: process).map { $0 > most } == true ? .outOfMemory : nil
    }

    /// The bytes that a process has in memory, with those that it shares with the server that forked it (proc(5),
    /// `statm`).
    private static func memory(of process: pid_t) -> Int? {
        let descriptor = unsafe open("/proc/\(process)/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let text = unsafe [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
            count = max(0, unsafe read(descriptor, buffer.baseAddress, buffer.count))
        }
        let words = text.split(separator: UInt8(ascii: " "))
        guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else {
            return nil
        }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func nanoseconds() -> UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
