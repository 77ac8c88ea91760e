import CProcess

#if canImport(Glibc)
    import Glibc
#endif

/// What the system says of processes (proc(5)).
enum ProcessFiles {
    /// More processes of one run are not looked at.
    private static let most = 1000

    /// What is in a file, up to 64 KiB; nothing where there is none.
    static func text(_ path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            // Some of them come line by line.
            while count < buffer.count, let start = buffer.baseAddress {
                let more = unsafe read(descriptor, start + count, buffer.count - count)
                guard more > 0 else { break }
                count += more
            }
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
            for thread in names(in: "/proc/\(found[next])/task") {
                found += children(of: found[next], thread: thread)
            }
            next += 1
        }
        return found
    }

    /// Whether a process was started with a folder's name in its arguments, or has a file in it open.
    ///
    /// - Parameter folder: ends in a slash.
    static func uses(_ folder: String, _ process: pid_t) -> Bool {
        if text("/proc/\(process)/cmdline").contains(folder) { return true }
        let descriptors = "/proc/\(process)/fd/"
        return names(in: descriptors).contains { name in
            let target = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) {
                buffer, count in
                guard let start = buffer.baseAddress else { return }
                count = unsafe start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    max(0, unsafe readlink(descriptors + name, $0, buffer.count))
                }
            }
            return target.starts(with: folder.utf8)
        }
    }

    /// The names of processes, threads or descriptors in a folder.
    private static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
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
                guard ProcessFiles.uses(folder, $0) else { return }
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
