#if canImport(Glibc)
    import Glibc
#endif

/// The inputs that a program is run on.
public struct Corpus: Sendable {
    /// The inputs' paths, in the order in which they were named; a folder's by name.
    public private(set) var paths: [String] = []

    /// What cannot be looked at.
    public struct Failure: Error {
        /// The file or folder.
        public let path: String
        /// The system's error number; nil for a folder without an input.
        public let errno: Int32?
    }

    /// Folders of AFL's output with inputs in them.
    private static let ofAFL = ["queue", "crashes", "hangs"]

    /// The inputs that names stand for: files, folders, and lists of them (`@FILE`).
    ///
    /// Of a folder all files are taken, those of its folders too, but neither hidden ones nor AFL's `README.txt`. Of
    /// AFL's output folder, or that of one of its instances, the folders `queue`, `crashes` and `hangs` are taken.
    ///
    /// - Throws: ``Failure`` where something is not there, or a folder has no input.
    public init(_ names: [String]) throws(Failure) {
        for name in names { try add(name) }
    }

    private mutating func add(_ name: String) throws(Failure) {
        guard let isFolder = FileKind.isFolder(name) else {
            throw Failure(path: name, errno: errno)
        }
        guard isFolder else { return paths.append(name) }
        let before = paths.count
        try add(folder: name.hasSuffix("/") ? name : name + "/")
        if paths.count == before { throw Failure(path: name, errno: nil) }
    }

    private mutating func add(folder: String) throws(Failure) {
        let names = try Corpus.names(in: folder)
        if names.contains("queue"), FileKind.isFolder(folder + "queue") == true {
            for part in Corpus.ofAFL where names.contains(part) {
                try add(folder: folder + part + "/")
            }
            return
        }
        let instances = names.filter { FileKind.isFolder(folder + $0 + "/queue") == true }
        for name in instances.isEmpty ? names : instances {
            switch FileKind.isFolder(folder + name) {
            case true?: try add(folder: folder + name + "/")
            case false? where name != "README.txt": paths.append(folder + name)
            default: break
            }
        }
    }

    /// The names of what is in the folder and not hidden, in order.
    private static func names(in folder: String) throws(Failure) -> [String] {
        guard let stream = unsafe opendir(folder) else {
            throw Failure(path: folder, errno: errno)
        }
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
        return names.sorted()
    }
}

/// What is at a path.
enum FileKind {
    /// Whether it is a folder, links followed; nil where nothing is there, and where it is neither a folder nor a
    /// regular file.
    static func isFolder(_ path: String) -> Bool? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return true
        case S_IFREG: return false
        default:
            errno = EINVAL
            return nil
        }
    }
}
