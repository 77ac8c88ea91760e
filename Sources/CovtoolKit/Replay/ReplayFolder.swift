#if canImport(Glibc)
    import Glibc
#endif

/// A folder for the time of a replay.
struct ReplayFolder {
    private let path: String

    init() throws(Failure) {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // mkdtemp(3) puts letters of its own in the place of the last six.
        var template = Array("\(base)/covtool-run-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure.writing(base, errno) }
        path =
            String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/"
    }

    /// A folder in it, for the thread with a number.
    func folder(_ number: Int) throws(Failure) -> String {
        let folder = "\(path)\(number)/"
        guard unsafe mkdir(folder, 0o700) == 0 else { throw Failure.writing(folder, errno) }
        return folder
    }

    func remove() {
        for name in FilePath.names(in: path) where name != "." && name != ".." {
            let folder = path + name + "/"
            for name in FilePath.names(in: folder) { unsafe unlink(folder + name) }
            unsafe rmdir(folder)
        }
        unsafe rmdir(path)
    }
}
