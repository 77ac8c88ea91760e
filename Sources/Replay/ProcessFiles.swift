import CProcess
import Folders

#if canImport(Glibc)
    import Glibc
#endif

/// What the system says of processes (proc(5)).
enum ProcessFiles {
    /// More processes of one run are not looked at.
    private static let most = 1000

    /// What is in a file; nothing where there is none.
    static func text(_ path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            // Some of them come line by line.
            let part = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = max(0, unsafe read(descriptor, buffer.baseAddress, buffer.count))
            }
            guard !part.isEmpty else { break }
            bytes += part
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The processes that a thread of a process has started, or got from its descendants, and that it has not waited for.
    static func children(of process: pid_t, thread: String) -> [pid_t] {
        text("/proc/\(process)/task/\(thread)/children").split(separator: " ").compactMap {
            pid_t($0)
        }
    }

    /// A process, and all that have come of it whose parents are there.
    static func descendants(of process: pid_t) -> [pid_t] {
        var found = [process]
        var next = 0
        while next < found.count, found.count < most {
            for thread in FolderNames(of: "/proc/\(found[next])/task") {
                found += children(of: found[next], thread: thread)
            }
            next += 1
        }
        return found
    }

    /// Whether a process was started with a folder's name in its arguments.
    ///
    /// - Parameter folder: ends in a slash.
    static func isGiven(_ folder: String, _ process: pid_t) -> Bool {
        text("/proc/\(process)/cmdline").contains(folder)
    }

    /// Whether a process has a file in a folder open, or mapped.
    ///
    /// - Parameter folder: without links; ends in a slash.
    static func opens(_ folder: String, _ process: pid_t) -> Bool {
        let descriptors = "/proc/\(process)/fd/"
        let isOpen = FolderNames(of: descriptors).contains { name in
            let target = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) {
                buffer, count in
                guard let start = buffer.baseAddress else { return }
                count = unsafe start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    max(0, unsafe readlink(descriptors + name, $0, buffer.count))
                }
            }
            return target.starts(with: folder.utf8)
        }
        // A line is `START-END RIGHTS OFFSET DEVICE NUMBER PATH`.
        return isOpen
            || text("/proc/\(process)/maps").utf8.split(separator: UInt8(ascii: "\n")).contains {
                line in
                line.firstIndex(of: UInt8(ascii: "/")).map {
                    line[$0...].starts(with: folder.utf8)
                } ?? false
            }
    }
}

/// The processes, whoever's, that have files of a folder open or mapped.
public enum FolderUsers {
    /// The longest that processes need to end once they are killed, in milliseconds.
    private static let longestEnd = 5000

    /// Kills them, and waits until they are gone, for some seconds at most.
    ///
    /// - Parameter folder: without links; ends in a slash.
    public static func kill(of folder: String) {
        // One that was just about to start another is looked at again.
        for _ in 0..<longestEnd {
            let users = FolderNames(of: "/proc").compactMap { pid_t($0) }
                .filter { $0 != getpid() && ProcessFiles.opens(folder, $0) }
            if users.isEmpty { return }
            for user in users { _ = Glibc.kill(user, SIGKILL) }
            usleep(1000)
        }
    }
}

/// What a run leaves that has left its process group: the system gives it to this process when its parent has ended.
enum Orphans {
    /// How often it is looked, with a millisecond between, whether those that were killed are gone.
    private static let mostLooks = 1000

    /// Makes them ours, from now on.
    static func adopt() { process_adopt() }

    /// Ends those that use a folder, and waits until they are gone, for a second at most.
    static func kill(usersOf folder: String) {
        for _ in 0..<mostLooks {
            var isAny = false
            let hasReaped = look {
                let isUser = ProcessFiles.isGiven(folder, $0) || ProcessFiles.opens(folder, $0)
                guard isUser else { return }
                _ = Glibc.kill($0, SIGKILL)
                isAny = true
            }
            // One that has ended can have left others.
            guard isAny || hasReaped else { return }
            usleep(1000)
        }
    }

    /// Waits for those that have ended.
    static func reap() { _ = look { _ in } }

    /// Calls `body` with those that run; says whether others have ended.
    private static func look(_ body: (pid_t) -> Void) -> Bool {
        var hasReaped = false
        // The system gives them to the first thread.
        let (own, thread) = (getpid(), String(getpid()))
        ChildProcess.withOthers(of: { ProcessFiles.children(of: own, thread: thread) }) {
            if waitpid($0, nil, WNOHANG) == 0 { body($0) } else { hasReaped = true }
        }
        return hasReaped
    }
}
