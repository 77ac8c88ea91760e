/// One line of `/proc/self/maps`: a stretch of this process's addresses (see proc(5)).
struct ProcessMapRow: Equatable {
    /// The first host address, and the one behind the last.
    var start: UInt64
    var end: UInt64
    var isReadable: Bool
    /// Where in its file the row begins, in bytes.
    var offset: UInt64
    /// Inode 0 where no file is mapped.
    var file: FileIdentity
    /// The file's path, or a name in square brackets, or nothing.
    var path: [UInt8]
    /// Whether the path does not lead to the file any more.
    var isDeleted = false

    /// A file that a path leads to, and not memory that merely looks like one.
    var isFile: Bool {
        guard file.inode != 0, path.first == UInt8(ascii: "/") else { return false }
        let path = HostPath(path)
        return !path.hasPrefix("/memfd:") && !path.hasPrefix("/dev/zero")
            && !path.hasPrefix("/SYSV")
    }

    /// Plain anonymous memory, such as a module's zeroed data.
    var isAnonymous: Bool {
        file.inode == 0 && (path.isEmpty || HostPath(path).hasPrefix("[anon"))
    }

    func isSameFile(as other: ProcessMapRow) -> Bool { file == other.file && path == other.path }
}
