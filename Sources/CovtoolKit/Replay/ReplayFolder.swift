import Replay
import Synchronization
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A folder for the time of a replay.
final class ReplayFolder: Sendable {
    /// As many digits as any number of threads has: programs see how long the name of their input's file is.
    private static let digits = 5

    /// Its path, with a slash at its end.
    let path: String
    private let count = Atomic<Int>(0)

    /// Makes one.
    ///
    /// - Parameter path: its path, where it has one of its own; it has nothing in it then.
    init(_ path: String? = nil) throws(Failure) {
        if let path {
            FilePath.removeAll(path)
            guard unsafe mkdir(path, RunRights.folder) == 0 else {
                throw Failure.writing(path, errno)
            }
            self.path = path + "/"
            return
        }
        // Without links, as the system names the files that processes have open.
        let base = FilePath.absolute(
            unsafe getenv("TMPDIR").map { unsafe PathText.text(cString: $0) } ?? "/tmp")
        // mkdtemp(3) puts letters of its own in the place of the last six.
        var template = PathText.cString("\(base)/covtool-run-XXXXXX")
        guard unsafe mkdtemp(&template) != nil else { throw Failure.writing(base, errno) }
        unsafe chmod(template, RunRights.folder)
        self.path =
            PathText.text(template.dropLast().map { UInt8(bitPattern: $0) }) + "/"
    }

    /// A new folder in it, for one thread; its path ends in a slash.
    func newFolder() throws(Failure) -> String {
        let name = String(count.wrappingAdd(1, ordering: .relaxed).oldValue)
        let zeros = String(repeating: "0", count: max(0, ReplayFolder.digits - name.utf8.count))
        return try ReplayFolder.make("\(path)\(zeros)\(name)/")
    }

    /// Makes a folder; gives its path.
    static func make(_ folder: String) throws(Failure) -> String {
        guard unsafe mkdir(folder, RunRights.folder) == 0 else {
            throw Failure.writing(folder, errno)
        }
        return folder
    }

    func remove() { FilePath.removeAll(String(path.dropLast())) }
}
