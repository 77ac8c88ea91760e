import Coverage
import Folders
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Paths in the file system.
public enum FilePath {
    /// The path without links; `path` itself where there is no such file.
    public static func absolute(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe PathText.text(cString: resolved)
    }

    /// What a symbolic link says; nil where there is none, or it is too long to be a path.
    public static func target(ofLink path: String) -> String? {
        let most = Int(PATH_MAX)
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: most) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = unsafe readlink(path, start, most)
            guard count >= 0, count < most else { return nil }
            let bytes = unsafe buffer[..<count].map { UInt8(bitPattern: $0) }
            return PathText.text(bytes)
        }
    }

    /// The folder that the program runs in: by the name that the shell has for it, as compilers write
    /// it into debug information, else without links.
    public static var workingFolder: String {
        let real = absolute(".")
        guard let named = unsafe getenv("PWD").map({ unsafe PathText.text(cString: $0) }),
            named.hasPrefix("/"), named == SourcePath.normalised(named), absolute(named) == real
        else { return real }
        return named
    }

    /// Whether there is something at the path that this process may see.
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Whether there is a folder at the path, links followed.
    public static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

    /// Whether there is a regular file at the path, links followed.
    public static func isRegular(_ path: String) -> Bool { kind(path) == S_IFREG }

    /// The bytes of the file at the path, links followed.
    ///
    /// - Throws: ``Failure`` where there is none.
    static func size(_ path: String) throws(Failure) -> Int {
        var status = stat()
        guard unsafe stat(PathText.cString(path), &status) == 0 else {
            throw Failure.reading(path, errno)
        }
        return Int(status.st_size)
    }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return unsafe stat(PathText.cString(path), &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Whether a path leads to the file that standard output goes to, as `/dev/stdout` does.
    static func isStandardOutput(_ path: String) -> Bool {
        var (named, ours) = (stat(), stat())
        return unsafe stat(PathText.cString(path), &named) == 0 && fstat(STDOUT_FILENO, &ours) == 0
            && named.st_dev == ours.st_dev && named.st_ino == ours.st_ino
    }

    /// Whether the file system that the folder is on has no room for what a run writes.
    static func isFull(_ folder: String) -> Bool {
        var system = statvfs()
        guard unsafe statvfs(PathText.cString(folder), &system) == 0 else { return false }
        return UInt64(system.f_bavail) * UInt64(system.f_frsize) < 1 << 20
    }

    /// Removes a folder with all that is in it, or a file; links are not followed.
    static func removeAll(_ path: String) {
        guard unsafe unlink(path) != 0, errno == EISDIR || errno == EPERM else { return }
        // Programs make folders that they do not let anybody change.
        unsafe chmod(path, 0o700)
        for name in FolderNames(of: path) { removeAll("\(path)/\(name)") }
        unsafe rmdir(path)
    }

    /// What a message calls a file that is read.
    static func said(_ path: String) -> String { path == "-" ? "standard input" : path }

    /// Where a file that is written at a path will be: links are followed, one that leads to nothing yet too.
    public static func destination(_ path: String) -> String {
        var place = path
        // As many as Linux follows.
        for _ in 0..<40 {
            if exists(place) { return absolute(place) }
            guard let target = target(ofLink: place) else { break }
            place = target.hasPrefix("/") ? target : folder(place) + target
        }
        return place
    }

    /// Whether two names are one file.
    public static func areSame(_ one: String, _ other: String) -> Bool {
        absolute(one) == absolute(other)
    }

    /// What stands before the last slash, with it; empty where there is none.
    public static func folder(_ path: String) -> String { SourcePath.folder(path) }

    /// What stands behind the last slash.
    public static func name(_ path: String) -> String { String(path.dropFirst(folder(path).count)) }
}
