/// Where the trace goes: a file that appears whole or not at all, or, where the path leads to
/// something that is no regular file, the end of that.
struct Output {
    /// A trace that cannot be written.
    struct Failure: Error {
        let path: HostPath
        let reason: HostError
    }

    private let path: HostPath
    /// Written as it stands and never replaced: a device, a pipe, a stream of the process.
    private let isStream: Bool
    /// The process that QEMU was started as. A forked child writes to a file of its own.
    private let process: CInt

    /// Settles the path once and for all (the guest can change the folder) and shows that it can be
    /// written.
    init(path given: HostPath) throws(Failure) {
        process = HostProcess.id
        do throws(HostError) {
            var path = try given.absolute()
            isStream = try Output.isStream(path)
            if isStream {
                try path.checkWritable()
            } else {
                if let target = try? path.resolved() { path = target }
                try WholeFile.check(path)
            }
            self.path = path
        } catch {
            throw Failure(path: given, reason: error)
        }
    }

    /// Puts the trace in its place.
    func write(_ trace: borrowing Trace) throws(Failure) {
        let process = HostProcess.id
        let path =
            isStream || process == self.process
            ? self.path : self.path.ofChild(process)
        do throws(HostError) {
            if isStream {
                try trace.write(to: HostFile(appendingTo: path))
            } else {
                try WholeFile.write(to: path, trace.write)
            }
        } catch {
            throw Failure(path: path, reason: error)
        }
    }

    /// True for what exists and is neither a file nor a folder, and for a stream of the process even
    /// if it leads to a file: the program's output is in there.
    private static func isStream(_ path: HostPath) throws(HostError) -> Bool {
        switch try path.kind() {
        case .missing: return false
        case .directory: throw HostError.isDirectory
        case .other: return true
        case .regular:
            return path == HostPath("/dev/stdout") || path == HostPath("/dev/stderr")
                || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
        }
    }
}
