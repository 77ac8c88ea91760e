#if canImport(Glibc)
    import Glibc
#endif

/// Watches a run, and says when it is over its limits.
struct Watch {
    private static let interval: UInt64 = 20_000_000

    private let limits: Limits
    private let messages: MessageFile
    private let isOver: @Sendable () -> Bool
    private let start = Watch.nanoseconds()
    private var lastLook: UInt64 = 0

    /// - Parameter messages: does not grow without end meanwhile.
    init(_ limits: Limits, _ messages: MessageFile, _ isOver: @escaping @Sendable () -> Bool) {
        (self.limits, self.messages, self.isOver) = (limits, messages, isOver)
    }

    /// Milliseconds since the start.
    var milliseconds: Int { Int((Watch.nanoseconds() - start) / 1_000_000) }

    /// What the limits are exceeded by, of the process with a number; nil where they are not.
    mutating func excess(of process: pid_t) -> End? {
        if isOver() { return .notRun("interrupted") }
        if let most = limits.milliseconds, milliseconds >= most { return .timedOut }
        let now = Watch.nanoseconds()
        guard now - lastLook > Watch.interval else { return nil }
        lastLook = now
        messages.shorten()
        Orphans.reap()
        guard let most = limits.bytes else { return nil }
        return UsedMemory.exceeds(most, in: process) ? .outOfMemory : nil
    }

    /// Of a clock that is never set.
    static func nanoseconds() -> UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}

/// The memory that a process has in use, and all that have come of it.
enum UsedMemory {
    static func exceeds(_ most: Int, in process: pid_t) -> Bool {
        let processes = ProcessFiles.descendants(of: process)
        let own = resident(process)
        guard own <= most else { return true }
        guard processes.count > 1, processes.reduce(0, { $0 + resident($1) }) > most else {
            return false
        }
        // Children share most of theirs with their parent: what several have is counted once, which takes longer.
        return processes.reduce(0) { $0 + proportional($1) } > most
    }

    /// The bytes that a process has in memory, with those that it shares with the server that forked it (proc(5),
    /// `statm`).
    private static func resident(_ process: pid_t) -> Int {
        let words = ProcessFiles.text("/proc/\(process)/statm").split(separator: " ")
        guard words.count > 1, let pages = Int(words[1]) else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The same, where of a page that several processes have each has its part (proc(5), `smaps_rollup`).
    private static func proportional(_ process: pid_t) -> Int {
        for line in ProcessFiles.text("/proc/\(process)/smaps_rollup").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, words[0] == "Pss:", let size = Int(words[1]) { return size << 10 }
        }
        return resident(process)
    }
}
