import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Files that a trace or debug information names, which may be anything: a pipe would be waited for, a
/// device read for ever, or changed by being opened.
public enum RegularFile {
    /// Opens the file at `path` for reading; it is the caller's to close.
    ///
    /// - Throws: ``DebugInfoError/notRegular`` and ``DebugInfoError/cannotOpen(errno:)``.
    public static func open(_ path: String) throws(DebugInfoError) -> Int32 {
        // Nothing is opened that was not one before, and nothing taken that has become another.
        guard let before = status(path) else { throw .cannotOpen(errno: errno) }
        guard before.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        let descriptor = unsafe Glibc.open(
            PathText.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .cannotOpen(errno: errno) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notRegular
        }
        return descriptor
    }

    /// Whether at one of the paths stands what must not be opened, as libdw would: a folder may. A file
    /// without a byte gives it nothing, and some of /proc have none and are waited for.
    static func isAnyOther(_ paths: some Sequence<String>) -> Bool {
        paths.contains { path in
            guard let status = status(path) else { return false }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: return false
            case S_IFREG: return status.st_size == 0
            default: return true
            }
        }
    }

    /// Nil where nothing is there that this process may look at; `errno` says why.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe stat(PathText.cString(path), &status) == 0 ? status : nil
    }
}
